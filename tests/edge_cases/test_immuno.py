"""Edge subjects of antibodies, flow cytometry and genomics, as the transport files have them."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

Records = Callable[..., pd.DataFrame]


def _qualifiers(sdtm: Records, dataset: str, subject: str, record: float) -> dict[str, str]:
    supp = sdtm(f"SUPP{dataset}", subject, IDVARVAL=f"{record:g}")
    return dict(zip(supp["QNAM"], supp["QVAL"], strict=True))


def test_e28_a_boosted_antibody_has_a_record_for_each_tier(sdtm: Records) -> None:
    """Titer 1:20 before treatment, 1:160 after course 1, eight times as much."""
    titers = {}
    for visit in (1, 128):
        sample = sdtm("IS", "102-002", ISTESTCD="ADA_BAB", VISITNUM=visit).set_index("ISTSTOPO")
        assert sample["ISSTRESC"].to_dict() == {
            "SCREEN": "POSITIVE", "CONFIRM": "POSITIVE", "QUANTIFY": sample["ISORRES"]["QUANTIFY"],
        }  # fmt: skip
        assert set(sample["ISBDAGNT"]) == {"DINUTUXIMAB"}
        assert sample["ISORRESU"]["QUANTIFY"] == "titer"
        titers[sample["ISSTRESC"]["QUANTIFY"]] = sample["ISSTRESN"]["QUANTIFY"]
    assert titers == {"1:20": 20, "1:160": 160}
    before = sdtm("IS", "102-002", ISTSTOPO="QUANTIFY", ISLOBXFL="Y")
    assert before["VISITNUM"].tolist() == [1]


def test_e29_a_negative_result_with_too_much_drug_is_kept_and_marked(sdtm: Records) -> None:
    (record,) = sdtm("IS", "102-005", VISITNUM=128).itertuples()
    assert (record.ISORRES, record.ISSTRESC, record.ISTSTOPO) == ("NEGATIVE", "NEGATIVE", "SCREEN")
    said = _qualifiers(sdtm, "IS", "102-005", record.ISSEQ)
    assert (said["DRUGCONC"], said["DRUGTOL"], said["DRUGTOFL"]) == ("7.8", "5.0", "Y")
    assert len(sdtm("SUPPIS", QNAM="DRUGTOFL")) == 1


def test_e30_a_receptor_without_its_ligand(sdtm: Records) -> None:
    """KIR2DL1 is there and neither HLA-C allele is of group C2 (here C*03 and C*07, both C1)."""
    (gene,) = sdtm("GF", "106-002", GFSYM="KIR2DL1").itertuples()
    assert (gene.GFTESTCD, gene.GFTSTDTL, gene.GFSTRESC, gene.GFINHERT) == (
        "CPNUMVAR", "DETECTION", "PRESENT", "GERMLINE VARIATION",
    )  # fmt: skip
    alleles = sdtm("GF", "106-002", GFSYM="HLA-C").set_index("GFCOPYID")["GFSTRESC"]
    assert alleles.to_dict() == {"1": "C*03:04", "2": "C*07:02"}


def test_e31_genes_that_are_not_found_in_blood(sdtm: Records) -> None:
    """As collected it is Undetermined, in standard form NOT DETECTED, and there is no number."""
    blood = sdtm("GF", "104-004", GFREFID="104-004 PB SCRN")
    cycles = blood[blood["GFTSTDTL"] == "QUANTIFICATION CYCLE NUMBER"]
    lost = cycles[cycles["GFORRES"] == "Undetermined"]
    assert lost["GFSYM"].value_counts().to_dict() == {"DCX": 3, "DDC": 3, "PHOX2B": 3, "TH": 3}
    assert set(lost["GFSTRESC"]) == {"NOT DETECTED"}
    assert lost["GFSTRESN"].isna().all()
    told = blood[blood["GFTSTDTL"] == "GENETIC TRANSCRIPTION INDICATOR"].set_index("GFSYM")
    assert told["GFSTRESC"].to_dict() == {
        "CHGA": "PRESENT", "DCX": "ABSENT", "DDC": "ABSENT", "PHOX2B": "ABSENT", "TH": "ABSENT",
    }  # fmt: skip


def test_e32_degraded_rna_gives_no_results(sdtm: Records) -> None:
    marrow = sdtm("GF", "104-004", GFREFID="104-004 BM L SCRN")
    assert len(marrow) == 9 * 3 + 5
    assert set(marrow["GFSTAT"]) == {"NOT DONE"}
    assert set(marrow["GFREASND"]) == {"RNA QUALITY"}
    assert set(marrow["GFORRES"]) == set(marrow["GFSTRESC"]) == {""}
    other = sdtm("GF", "104-004", GFREFID="104-004 BM R SCRN")
    assert set(other["GFSTAT"]) == {""}


def test_the_array_of_the_worked_example(sdtm: Records) -> None:
    """Geometric means 29.4144 and 20.6973 of the mean cycles, 8.7171 apart."""
    array = sdtm("GF", "101-003", GFREFID="101-003 PB C1 EOC")
    means = array.groupby("GFSYM")["GFSTRESN"].mean()
    genes = means[["CHGA", "DCX", "DDC", "PHOX2B", "TH"]]
    others = means[["B2M", "GAPDH", "HPRT1", "SDHA"]]
    tumor = math.prod(genes) ** (1 / 5)
    usual = math.prod(others) ** (1 / 4)
    assert [round(x, 4) for x in (tumor, usual, tumor - usual)] == [29.4144, 20.6973, 8.7171]
