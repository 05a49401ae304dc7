"""The words that forms and exports use for SDTM domains and variables, as plain facts.

Sources: CDASHIG (the endings of field names), SDTMIG 3.4 (variables), the columns that EDC
systems export beside those of a form. Nothing here is of one study.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FORM_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "adverse": ("AE",), "adv": ("AE",), "sae": ("AE",), "ae": ("AE",),
        "conmed": ("CM",), "conmeds": ("CM",), "concomitant": ("CM",), "medication": ("CM",),
        "medications": ("CM",), "meds": ("CM",), "concom": ("CM",),
        "medhist": ("MH",), "history": ("MH",), "diagnosis": ("MH",), "hx": ("MH",),
        "demog": ("DM",), "demographics": ("DM",), "demography": ("DM",), "demo": ("DM",),
        "disposition": ("DS",), "dispo": ("DS",), "eos": ("DS",), "eot": ("DS",),
        "completion": ("DS",), "discontinuation": ("DS",), "withdrawal": ("DS",),
        "termination": ("DS",), "enroll": ("DS",), "enrollment": ("DS",), "enrolment": ("DS",),
        "randomization": ("DS",), "randomisation": ("DS",), "rand": ("DS",), "consent": ("DS",),
        "exposure": ("EX", "EC"), "dosing": ("EX", "EC"), "dose": ("EX", "EC"),
        "infusion": ("EX", "EC"), "administration": ("EX", "EC"), "studydrug": ("EX", "EC"),
        "vital": ("VS",), "vitals": ("VS",), "vitalsigns": ("VS",),
        "lab": ("LB",), "labs": ("LB",), "laboratory": ("LB",), "chemistry": ("LB",),
        "chem": ("LB",), "hematology": ("LB",), "haematology": ("LB",), "hem": ("LB",),
        "urinalysis": ("LB",), "cytokine": ("LB",), "cytokines": ("LB",),
        "ecg": ("EG",), "electrocardiogram": ("EG",), "ekg": ("EG",),
        "physical": ("PE",), "physexam": ("PE",), "questionnaire": ("QS",),
        "inclusion": ("IE",), "exclusion": ("IE",), "eligibility": ("IE",), "elig": ("IE",),
        "criteria": ("IE",), "incexc": ("IE",),
        "deviation": ("DV",), "deviations": ("DV",), "violation": ("DV",),
        "procedure": ("PR",), "procedures": ("PR",), "surgery": ("PR",), "radiotherapy": ("PR",),
        "transplant": ("PR",), "prior": ("PR", "CM"), "priortherapy": ("PR", "CM"),
        "tumor": ("TU", "TR"), "tumour": ("TU", "TR"), "lesion": ("TU", "TR"),
        "lesions": ("TU", "TR"),
        "response": ("RS",), "resp": ("RS",), "recist": ("RS",), "staging": ("RS",),
        "death": ("DD",), "survival": ("SS",), "followup": ("SS",), "fu": ("SS",),
        "comment": ("CO",), "comments": ("CO",),
        "smoking": ("SU",), "tobacco": ("SU",), "alcohol": ("SU",), "substance": ("SU",),
        "pk": ("PC",), "pharmacokinetic": ("PC",), "concentration": ("PC",),
        "nca": ("PP",), "pkparam": ("PP",), "pkparameters": ("PP",),
        "ada": ("IS",), "immunogenicity": ("IS",), "antibody": ("IS",),
        "flow": ("CP",), "cytometry": ("CP",), "phenotype": ("CP",),
        "genotype": ("GF",), "genetic": ("GF",), "genomics": ("GF",),
        "gene": ("GF",), "mutation": ("GF",),
        "pathology": ("MI",), "biopsy": ("MI",), "histology": ("MI",), "marrow": ("MI",),
        "culture": ("MB",), "microbiology": ("MB",), "accountability": ("DA",),
        "hospital": ("HO",), "hospitalization": ("HO",), "visits": ("SV",),
        "elements": ("SE",), "characteristics": ("SC",), "spirometry": ("RE",),
        "echo": ("CV",), "ophthalmic": ("OE",), "pregnancy": ("RP",),
    }
)  # fmt: skip
"""A word of a form's or file's name, and the domains that it is used for, the likeliest first."""

FRAGMENTS: Mapping[str, str] = MappingProxyType(
    {
        "TERM": "TERM", "VERBATIM": "TERM", "DESC": "TERM", "DESCRIPTION": "TERM",
        "DECOD": "DECOD", "PT": "DECOD", "PTNAME": "DECOD",
        "LLT": "LLT", "LLTCD": "LLTCD", "LLTCODE": "LLTCD", "PTCD": "PTCD", "PTCODE": "PTCD",
        "HLT": "HLT", "HLTCD": "HLTCD", "HLGT": "HLGT", "HLGTCD": "HLGTCD", "SOC": "SOC",
        "SOCNAME": "SOC",
        "SOCCD": "SOCCD", "SOCCODE": "SOCCD", "BODSYS": "BODSYS", "BDSYCD": "BDSYCD",
        "SEV": "SEV", "SEVERITY": "SEV", "INTENSITY": "SEV", "GRADE": "TOXGR", "GRD": "TOXGR",
        "TOXGR": "TOXGR", "CTCAE": "TOXGR", "SER": "SER", "SERIOUS": "SER", "SAE": "SER",
        "REL": "REL",
        "CAUS": "REL", "CAUSALITY": "REL", "RELATED": "REL", "RELATIONSHIP": "REL",
        "ACN": "ACN", "ACT": "ACN", "ACTION": "ACN", "ACNOTH": "ACNOTH", "OUT": "OUT",
        "OUTCOME": "OUT", "SDTH": "SDTH", "SHOSP": "SHOSP", "HOSP": "SHOSP", "SLIFE": "SLIFE",
        "LIFE": "SLIFE", "SDISAB": "SDISAB", "DISAB": "SDISAB",
        "SCONG": "SCONG", "CONG": "SCONG", "SMIE": "SMIE", "SOD": "SOD", "SCAN": "SCAN",
        "ONGO": "ENRF", "ONG": "ENRF", "ONGOING": "ENRF", "PATT": "PATT", "CONTRT": "CONTRT",
        "TRT": "TRT", "DRUG": "TRT", "MED": "TRT", "MEDNAME": "TRT", "DRUGNAME": "TRT",
        "TREATMENT": "TRT", "NAME": "TRT", "DOSE": "DOSE", "DOS": "DOSE", "DSTXT": "DOSE",
        "AMOUNT": "DOSE", "PRODUCT": "TRT",
        "DOSTXT": "DOSTXT", "DOSETOT": "DOSTOT", "DOSTOT": "DOSTOT",
        "DOSU": "DOSU", "DOSEU": "DOSU", "DOSEUNIT": "DOSU", "DOSUNIT": "DOSU",
        "FRQ": "DOSFRQ", "FREQ": "DOSFRQ", "DOSFRQ": "DOSFRQ", "FREQUENCY": "DOSFRQ",
        "FORM": "DOSFRM",  "DOSFRM": "DOSFRM", "DOSEFORM": "DOSFRM",
        "ROUTE": "ROUTE", "RTE": "ROUTE", "INDC": "INDC", "INDICATION": "INDC", "LOT": "LOT",
        "BATCH": "LOT", "RSN": "ADJ", "ADJ": "ADJ", "ATC": "CLASCD", "CLAS": "CLAS",
        "REFID": "REFID", "ACCNO": "REFID", "ACCESSION": "REFID", "SAMPLEID": "REFID",
        "SAMPID": "REFID", "SPECID": "REFID", "SPECIMENID": "REFID", "BARCODE": "REFID",
        "SPID": "SPID", "LNKID": "LNKID", "LESNO": "LNKID", "LESID": "LNKID", "GRPID": "GRPID",
        "TEST": "TEST", "TESTNAME": "TEST", "TESTNM": "TEST", "ANALYTE": "TEST",
        "PARAM": "TEST", "PARAMETER": "TEST", "TESTCD": "TESTCD", "TESTCODE": "TESTCD",
        "TST": "TESTCD", "LABTEST": "TEST",
        "ORRES": "ORRES", "RES": "ORRES", "RESULT": "ORRES", "VALUE": "ORRES",
         "CONC": "ORRES", "ESTIMATE": "ORRES", "RAWRES": "ORRES",
        "DIAM": "ORRES", "DIAMETER": "ORRES",
        "ORRESU": "ORRESU", "UNIT": "ORRESU", "UNITS": "ORRESU", "RESU": "ORRESU",
        "ORNRLO": "ORNRLO", "LO": "ORNRLO", "LOW": "ORNRLO", "LLN": "ORNRLO", "NRLO": "ORNRLO",
        "ORNRHI": "ORNRHI", "HI": "ORNRHI", "HIGH": "ORNRHI", "ULN": "ORNRHI", "NRHI": "ORNRHI",
        "NRIND": "NRIND", "FLAG": "NRIND", "ABN": "NRIND", "LLOQ": "LLOQ", "ULOQ": "ULOQ",
        "SPEC": "SPEC", "SPECIMEN": "SPEC", "MATRIX": "SPEC",
        "SAMPLETYPE": "SPEC", "METHOD": "METHOD", "METH": "METHOD", "LOC": "LOC",
        "LOCATION": "LOC", "SITE": "LOC", "LAT": "LAT", "SIDE": "LAT", "LATERALITY": "LAT",
        "STAT": "STAT", "STATUS": "STAT", "PERF": "STAT", "ND": "STAT", "DONE": "STAT",
        "REASND": "REASND", "NAM": "NAM", "LAB": "NAM", "LABNAME": "NAM", "VENDOR": "NAM",
        "CAT": "CAT", "CATEGORY": "CAT", "PANEL": "CAT", "CLASS": "CAT", "SCAT": "SCAT",
        "TPT": "TPT", "TIMEPOINT": "TPT",  "FAST": "FAST", "FASTING": "FAST",
        "POS": "POS", "POSITION": "POS", "EVAL": "EVAL", "EVALUATOR": "EVAL",
        "READER": "EVALID", "LOINC": "LOINC", "TXT": "VAL", "COMMENT": "VAL", "COMM": "VAL",
        "OCCUR": "OCCUR", "YN": "OCCUR", "PRESP": "PRESP", "DUR": "DUR",
        "ASSAY": "METHOD", "CLSIG": "CLSIG", "CAUSE": "ORRES",
    }
)  # fmt: skip
"""The end of a field's name, and the end of the SDTM variable that it is collected for."""

SUBJECT_LEVEL: Mapping[str, str] = MappingProxyType(
    {
        "SEX": "SEX", "GENDER": "SEX", "RACE": "RACE", "ETHNIC": "ETHNIC", "ETHNICITY": "ETHNIC",
        "AGE": "AGE", "AGEU": "AGEU", "COUNTRY": "COUNTRY", "ARM": "ARM", "ARMCD": "ARMCD",
        "ACTARM": "ACTARM", "ACTARMCD": "ACTARMCD", "PLANNEDARM": "ARM", "PLANNEDARMCD": "ARMCD",
        "ACTUALARM": "ACTARM", "ACTUALARMCD": "ACTARMCD", "TREATMENTARM": "ARM", "INVID": "INVID",
        "INVNAM": "INVNAM",
    }
)  # fmt: skip
"""Fields of demographics that other forms have too, and the variables of DM."""

COLUMN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "TITER": "IS", "TITRE": "IS", "CUTPOINT": "IS", "ALLELE": "GF", "LOCUS": "GF",
        "GENE": "GF", "RSID": "GF", "VARIANT": "GF", "GENOTYPE": "GF", "LESION": "TU",
        "LLOQ": "PC", "DEVIATION": "DV", "CRITERION": "IE", "MEDICATION": "CM",
        "ADVERSEEVENT": "AE", "SYSTOLIC": "VS", "DIASTOLIC": "VS",
    }
)  # fmt: skip
"""Columns whose name alone speaks for a domain."""

OF_DOMAIN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "DS": {"RSN": "DECOD", "REAS": "DECOD", "REASON": "DECOD", "STATUS": "DECOD"},
        "DV": {"CAT": "CAT", "TYPE": "DECOD"},
        "CO": {"COMMENT": "VAL", "TEXT": "VAL", "TXT": "VAL"},
    }
)
"""Endings that mean something else in a domain."""

REMARKS = frozenset({"COMMENT", "COMMENTS", "COMM", "NOTE", "NOTES", "REMARK", "REMARKS"})
DOSE_UNITS = ("MG", "MCG", "UG", "MGM2", "MGKG", "ML", "IU", "G")
FORM_NAMES = frozenset({"FORMOID", "FORM", "FORMNAME", "DATAPAGENAME"})
SITES = frozenset(
    {"SITE", "SITEID", "SITENUMBER", "SITENO", "SITENUM", "CENTER", "CENTRE", "CENTERID",
     "SITECODE", "CENTRENO", "INVSITE"}
)  # fmt: skip
STUDIES = frozenset({"STUDY", "STUDYID", "PROJECT", "PROTOCOL", "PROTNO", "STUDYNAME", "TRIAL"})
SUBJECTS = frozenset(
    {"SUBJ", "SUBJECT", "SUBJID", "SUBJECTID", "USUBJID", "PATNUM", "PATIENT", "PATID", "PATNO",
     "PATIENTID", "SUBJECTNUMBER", "SUBJNO", "SUBJNUM", "PARTICIPANT", "PARTICIPANTID", "PTID",
     "SUBID"}
)  # fmt: skip
VISITS = frozenset(
    {"VISIT", "VISITNAME", "VISITNUM", "FOLDER", "FOLDERNAME", "INSTANCE", "INSTANCENAME", "EVENT",
     "EVENTNAME", "STUDYEVENT", "TIMEPOINT", "TPT", "PERIOD", "PROFILE", "CYCLE", "VIS",
     "VISITCODE"}
)  # fmt: skip
OF_SYSTEM = frozenset(
    {"FOLDER", "FOLDERL", "FOLDERSEQ", "FOLDERID", "FOLDERNAME", "FOLDERREPEAT", "FORM", "FORML",
     "FORMOID", "FORMNAME", "FORMSEQ", "FORMID", "FORMREPEAT", "DATAPAGENAME", "DATAPAGEID",
     "PAGEREPEAT", "PAGEREPEATNUMBER", "PAGE", "PAGENAME", "RECORDPOSITION", "RECORDID",
     "RECORDDATE", "RECORDSEQ", "LASTMODIFIED", "MODIFIED", "CREATED", "ENTERED", "MINCREATED",
     "MAXUPDATED", "SAVETS", "ENVIRONMENT", "ENVIRONMENTNAME", "PROJECTID", "INSTANCEID",
     "INSTANCEREPEATNUMBER", "INSTANCESEQ", "TARGETDAYS", "SITEGROUP", "SDVSTATUS", "STUDYENVSITE",
     "FORMSTATUS", "EVENTSEQ", "EVENTDATE", "EXPORTDATE", "QUERYSTATUS", "ITEMGROUP",
     "SITENAME", "SITENM", "EVENTREPEAT", "INSTANCENAME", "ROWID", "ROWNUM", "SEQUENCE"}
)  # fmt: skip
"""Columns that an EDC system adds to every form."""

RECORD_NUMBERS = frozenset(
    {"RECORDPOSITION", "RECORDID", "RECORDSEQ", "ROWID", "ROWNUM", "SEQUENCE"}
)
FORM_COLUMNS = frozenset(
    {"FORM", "FORML", "FORMOID", "FORMNAME", "DATAPAGENAME", "FOLDERL", "DOMAIN", "PAGENAME"}
)  # fmt: skip
TEST_ABBREVIATIONS: Mapping[str, str] = MappingProxyType(
    {
        "HT": "HEIGHT", "WT": "WEIGHT", "SBP": "SYSBP", "DBP": "DIABP", "RR": "RESP",
        "SPO2": "OXYSAT", "O2SAT": "OXYSAT", "PULSERATE": "PULSE", "BPSYS": "SYSBP",
        "BPDIA": "DIABP", "TEMPERATURE": "TEMP", "HEARTRATE": "HR", "BODYTEMP": "TEMP",
        "SYSTOLIC": "SYSBP", "DIASTOLIC": "DIABP", "WGT": "WEIGHT", "HGT": "HEIGHT",
        "RESPRATE": "RESP",
    }
)  # fmt: skip
"""Short names of vital signs, and the terms of codelist VSTESTCD."""

UNITS_IN_NAMES: Mapping[str, str] = MappingProxyType({"bpm": "beats/min", "lbs": "LB", "perc": "%"})
"""How the names of columns write units otherwise than their values do."""

BIRTH = ("BIRTH", "BRTH", "DOB")
DEATH = ("DTH", "DEATH")
CONSENT = ("IC", "ICF", "CONSENT", "INFCONS", "RFIC", "INFORMEDCONSENT")
STARTS = ("ST", "START", "STRT", "STA", "ONSET", "BEG", "BEGIN", "FROM")
ENDS = ("EN", "END", "STOP", "TO", "FINISH", "RESOLVED", "RESOLUTION")
COLLECTED = (
    "COL", "COLL", "COLLECT", "COLLECTION", "SAMP", "SAMPLE", "SPEC", "DRAW", "VIS", "VISIT",
    "ASSESS", "ASSESSMENT", "EXAM", "SCAN", "IMG", "EVAL", "TEST", "RES", "MEAS",
)  # fmt: skip
VISIT_WORDS = (
    r"(?i)(screen\w*|scrn|baseline|bl|randomi\w+|enrol\w*|visit|week|wk|w|day|d|month|m|cycle|c|course"
    r"|period|year|follow.?up|fu|eot|eos|end of .*|early .*|unsched\w*|uns|termination|discharge"
    r"|final.*|v|retrieval|pre.?dose|post.*|ambul.*|treatment|run.?in|safety.*)[\s_-]*[\d.]*.*"
)
"""How a visit's name begins."""
