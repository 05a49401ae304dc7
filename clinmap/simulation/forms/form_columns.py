"""Columns of every form export after the ten standard ones, in export order."""

from __future__ import annotations


def _date(name: str) -> tuple[str, ...]:
    return (f"{name}_RAW", f"{name}_YYYY", f"{name}_MM", f"{name}_DD")


def _coded(*names: str) -> tuple[str, ...]:
    return tuple(column for name in names for column in (name, f"{name}_STD"))


FORM_COLUMNS: dict[str, tuple[str, ...]] = {
    "dm": (
        *_date("BRTHDAT"),
        *_coded("SEX"),
        *("RACE1", "RACE2", "RACE3", "RACE4", "RACE5", "RACE6"),
        *_coded("ETHNIC"),
        *_date("ICDAT"),
        *_date("ASSENTDAT"),
        *("PROTVER", "INITIALS"),
    ),
    "nbhx": (
        *_date("DXDAT"),
        *("INSS", "INRG"),
        *_coded("MYCN"),
        *("MYCNCOPY", "HISTOL", "PRIMSITE", "DISSTAT", "RELAPSE_N"),
        *_date("FIRSTREL"),
    ),
    "priortx": (
        *_coded("TXTYPE"),
        "TXNAME",
        *_date("TXST"),
        *_date("TXEN"),
        *("TXRESP", "ANTIGD2YN"),
    ),
    "cm": (
        *("CMTRT", "CMINDC", "CMDOSE", "CMDOSU", "CMFRQ", "CMROUTE"),
        *_date("CMST"),
        *_date("CMEN"),
        *("CMONG", "CMAENO", "CMATC"),
    ),
    "fu": (
        *_date("FUDAT"),
        *_coded("ALIVE"),
        "PROGYN",
        *_date("PROGDAT"),
        "NEWTXYN",
        *_date("NEWTXDAT"),
        "SMNYN",
        *_date("SMNDAT"),
        "LOSTYN",
    ),
    "enroll": (*_date("ENROLDAT"), "REGNUM", "DOSELVL", "COHORT", "ENROLSEQ", "PRIORSUBJ"),
    "elig": ("IETESTCD", "IEORRES", "ELIGYN", "WAIVER"),
    "course": (
        "COURSE",
        *_date("CRSSTDAT"),
        *("WTDOSE", "BSADOSE", "DELAYYN", "DELAYDAYS", "DELAYRSN"),
        *("LENMGM2", "CHIMGM2", "ISOMGM2", "MODYN"),
    ),
    "exlen": (
        "COURSE",
        *_date("LENST"),
        *_date("LENEN"),
        *("LENMG", "LENMGM2", "LENFRQ"),
        *_coded("LENACT"),
        *("LENRSN", "CAPSTR", "CAPS_N"),
    ),
    "exchi": (
        *("COURSE", "CHIDAY"),
        *_date("CHIST"),
        "CHISTTIM",
        *_date("CHIEN"),
        "CHIENTIM",
        *("CHIPLANMGM2", "CHIMG", "CHIVOL", "CHIRATE", "CHIINTYN", "CHIINTRSN"),
        *("CHILOT", "PRODSRC"),
    ),
    "exiso": (
        "COURSE",
        *_date("ISOST"),
        *_date("ISOEN"),
        *("ISODOSE", "ISODOSEU", "ISOFRQ", "AMMG", "PMMG"),
        *_coded("ISOACT"),
        "ISORSN",
    ),
    "vs": (
        *_date("VSDAT"),
        *("VSTIM", "HT", "HT_U", "WT", "WT_U", "BSA", "TEMP", "TEMP_U", "SYSBP", "DIABP"),
        *("HR", "RR", "SPO2", "TPT"),
    ),
    "ae": (
        *("AETERM", "AECTCAE", "AEGRADE", "CTCVER"),
        *_date("AEST"),
        *_date("AEEN"),
        "AEONG",
        *_coded("AEREL_LEN", "AEREL_CHI", "AEREL_ISO"),
        *_coded("AEACN_LEN", "AEACN_CHI", "AEACN_ISO"),
        *_coded("AEOUT"),
        *("AESER", "SERCRIT", "AEDLT", "COURSE", "AESPID"),
        *("LLT", "LLTCD", "PT", "PTCD", "HLT", "HLTCD", "HLGT", "HLGTCD", "SOC", "SOCCD"),
        "DICTVER",
    ),
    "lblocal": (
        *_date("LBDAT"),
        *("LBTIM", "LBTEST", "LBRES", "LBUNIT", "LBLO", "LBHI"),
        *_coded("LBSTATUS"),
        "LBLAB",
    ),
    "resp": (
        *("STRESP", "MIBGRESP", "BMRESP", "CATRESP", "OVRESP"),
        *_date("RESPDAT"),
        "COMMENT",
    ),
    "tumor": (
        *("LESNO", "LESTYPE", "LOCATION", "METHOD", "LDIAM", "UNIT", "STATUS"),
        *_date("SCANDAT"),
    ),
    "mibg": (
        *("SEG01", "SEG02", "SEG03", "SEG04", "SEG05", "SEG06", "SEG07", "SEG08", "SEG09"),
        *("SEG10", "CURIETOT", "MIBGAVID", "FDGYN"),
        *_date("MIBGDAT"),
        "READER",
    ),
    "bm": (*("SIDE", "SAMPTYPE", "TUMPCT", "METHOD"), *_date("BMDAT"), "ADEQ"),
    "dlt": (
        *("DLTYN", "DLTCRIT", "DLTAENO"),
        *_date("DLTDAT"),
        *("EVALYN", "NEVALRSN"),
        *_date("COMMITDAT"),
    ),
    "dv": ("DVTERM", "DVCLASS", "DVSEV", *_date("DVDAT")),
    "co": ("COTXT", "PAGEID", *_date("CODAT")),
    "eot": (
        *_date("EOTDAT"),
        *_coded("EOTRSN"),
        *_date("LASTLEN"),
        *_date("LASTCHI"),
        *_date("LASTISO"),
        "NCOURSES",
    ),
    "death": (*_date("DTHDAT"), "DTHCAUS", "AUTOPSY", *_coded("DTHREL")),
    "pksamp": (
        *("PANEL", "COURSE", "DAY", "NOMTIME"),
        *_date("SAMPDAT"),
        *("SAMPTIM", "SAMPID"),
        *_date("DOSEDAT"),
        *("DOSETIM", "NOTE"),
    ),
}

PK_LABELS = {
    "STUDYID": "Study Identifier",
    "SUBJ": "Subject",
    "VISIT": "Visit",
    "ANALYTE": "Analyte",
    "MATRIX": "Matrix",
    "SAMPID": "Sample Identifier",
    "SAMPDTM": "Sampling Date/Time",
    "NOMTM": "Nominal Time (h)",
    "CONC": "Concentration",
    "CONCC": "Concentration as Text",
    "UNITS": "Units",
    "LLOQ": "Lower Limit of Quantitation",
    "BATCH": "Batch",
    "REASSAY": "Re-assay",
}
"""Column name -> label of the vendor concentration file."""
