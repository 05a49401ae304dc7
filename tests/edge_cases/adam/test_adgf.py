"""Edge subjects of genotypes, transcripts and antibodies in the analysis datasets."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

Records = Callable[..., pd.DataFrame]

NB5 = ("CHGA", "DCX", "DDC", "PHOX2B", "TH")
HOUSEKEEPING = ("B2M", "GAPDH", "HPRT1", "SDHA")


def _answers(records: pd.DataFrame) -> dict[str, str]:
    return dict(zip(records["PARAMCD"], records["AVALC"], strict=True))


def test_e01_who_was_never_dosed_has_no_records(adam: Records) -> None:
    """DNA, arrays and an antibody sample of 103-002 are in SDTM, and in no analysis."""
    for dataset in ("ADGF", "ADTLDA", "ADIS"):
        assert len(adam(dataset)["USUBJID"].unique()) == 27
        assert adam(dataset, "103-002").empty


def test_e28_an_antibody_of_before_is_boosted(adam: Records) -> None:
    """Titer 20 before treatment and 160 after course 1: eight times, where four are asked."""
    titers = adam("ADIS", "102-002", PARAMCD="HACATTR").set_index("AVISITN")["AVAL"]
    assert titers[[1, 108, 128, 228]].tolist() == [20, 20, 160, 160]
    base = adam("ADIS", "102-002", PARAMCD="HACATTR")
    assert set(base["BASE"]) == {20}
    assert base.loc[base["ABLFL"] == "Y", "AVISITN"].tolist() == [1]
    told = _answers(adam("ADIS", "102-002", PARCAT1="SUBJECT"))
    assert told == {
        "HACABL": "POSITIVE", "HACAIND": "N", "HACABST": "Y", "HACAEM": "Y",
        "HACATRAN": "PERSISTENT", "HACAMAX": "", "HACAONS": "",
    }  # fmt: skip
    (highest,) = adam("ADIS", "102-002", PARAMCD="HACAMAX").itertuples()
    (onset,) = adam("ADIS", "102-002", PARAMCD="HACAONS").itertuples()
    assert (highest.AVAL, onset.AVAL, onset.ADY) == (160, 1, 28)


def test_e28_the_records_that_decided_can_be_found(adam: Records, sdtm: Records) -> None:
    """SRCSEQ of what was derived leads to the assay in IS."""
    (boost,) = adam("ADIS", "102-002", PARAMCD="HACABST").itertuples()
    (titer,) = sdtm("IS", "102-002", ISSEQ=boost.SRCSEQ).itertuples()
    assert (titer.ISTSTOPO, titer.ISSTRESC, titer.VISITNUM) == ("QUANTIFY", "1:160", 128)


def test_e29_too_much_drug_makes_a_negative_result_inconclusive(adam: Records) -> None:
    sample = adam("ADIS", "102-005", AVISITN=128)
    assert _answers(sample) == {"HACASCR": "NEGATIVE", "HACACNF": "INCONCLUSIVE"}
    assert dict(zip(sample["PARAMCD"], sample["ANL01FL"], strict=True))["HACACNF"] == ""
    assert set(sample["DRUGCONC"]) == {7.8}
    told = _answers(adam("ADIS", "102-005", PARCAT1="SUBJECT"))
    assert (told["HACAIND"], told["HACAEM"]) == ("N", "N")


def test_a_screen_without_a_confirmation_counts_as_neither(adam: Records) -> None:
    (record,) = adam("ADIS", "103-004", PARAMCD="HACACNF", AVISITN=228).itertuples()
    assert (record.AVALC, record.ANL01FL) == ("INCONCLUSIVE", "")
    assert set(adam("ADIS", AVALC="INCONCLUSIVE")["USUBJID"].str[-7:]) == {"102-005", "103-004"}


def test_a_titer_below_the_first_dilution_has_no_number(adam: Records) -> None:
    """The antibody of 101-004 is seen once: it is transient, and has no highest titer."""
    titer = adam("ADIS", "101-004", PARAMCD="HACATTR")
    assert titer["AVALC"].tolist() == ["<1:20"]
    assert titer["AVAL"].isna().all()
    told = _answers(adam("ADIS", "101-004", PARCAT1="SUBJECT"))
    assert (told["HACAIND"], told["HACATRAN"]) == ("Y", "TRANSIENT")
    assert "HACAMAX" not in told


def test_how_many_have_antibodies_by_treatment(adam: Records) -> None:
    """Eight of 26 without antibodies before treatment; counted by hand from haca.csv."""
    told = adam("ADIS", PARCAT1="SUBJECT")
    induced = told[(told["PARAMCD"] == "HACAIND") & (told["AVALC"] == "Y")]
    assert set(induced["USUBJID"].str[-7:]) == {
        "101-004", "101-005", "102-001", "104-002", "104-003", "106-002", "106-003", "106-004",
    }  # fmt: skip
    onset = told[told["PARAMCD"] == "HACAONS"]
    assert set(onset["AVAL"]) == {1}
    assert len(onset) == 9


def test_e30_a_receptor_without_its_ligand_is_a_mismatch(adam: Records) -> None:
    told = _answers(adam("ADGF", "106-002"))
    assert (told["KIR2DL1"], told["HLAC1"], told["HLAC2"]) == ("Y", "Y", "N")
    assert (told["MISM2DL1"], told["KIRMISM"]) == ("Y", "Y")
    assert adam("ADSL", "106-002")["KIRMISM"].tolist() == ["Y"]


def test_what_is_not_known_of_a_genotype_stays_unknown(adam: Records) -> None:
    """B*15 alone does not tell its ligand; without KIR3DL1 another mismatch may still decide."""
    ambiguous = _answers(adam("ADGF", "103-005"))
    assert (ambiguous["HLABW4"], ambiguous["MISM3DL1"], ambiguous["KIRMISM"]) == ("", "", "")
    failed = _answers(adam("ADGF", "102-005"))
    assert (failed["KIR3DL1"], failed["MISM2DL1"], failed["KIRMISM"]) == ("", "Y", "Y")
    for swapped in ("104-002", "104-003"):
        records = adam("ADGF", swapped)
        assert len(records) == 14
        assert set(records["AVALC"]) == set(records["ANL01FL"]) == {""}
        assert adam("ADSL", swapped)["GENFL"].tolist() == ["N"]


def test_genotypes_agree_with_the_alleles_that_were_typed(adam: Records, sdtm: Records) -> None:
    """C1 and C2 by the amino acid at position 80, for the groups of alleles in the data."""
    second = {"04", "05", "06", "15"}
    alleles = sdtm("GF", GFSYM="HLA-C")
    typed = alleles[alleles["GFSTRESC"] != ""]
    groups = typed["GFSTRESC"].str[2:4].groupby(typed["USUBJID"]).agg(set)
    told = adam("ADGF")
    for who, found in groups[groups.index.isin(told["USUBJID"])].items():
        answers = _answers(told[told["USUBJID"] == who])
        assert (answers["HLAC1"] == "Y") == bool(found - second)
        assert (answers["HLAC2"] == "Y") == bool(found & second)
    assert (told[told["PARAMCD"] == "HLAC1"]["AVALC"] != "").sum() == 24


def test_numbers_of_genotypes_count_the_alleles_that_bind(adam: Records) -> None:
    records = adam("ADGF")
    for code, acid in (("FCGR2A", "H"), ("FCGR3A", "V")):
        made = records[(records["PARAMCD"] == code) & (records["AVALC"] != "")]
        assert made["AVAL"].tolist() == [text.count(acid) for text in made["AVALC"]]
        assert len(made) == 25


def test_the_delta_of_the_worked_example(adam: Records) -> None:
    """Geometric means 29.4144 and 20.6973, delta 8.7171, load 2 to the power of its negative."""
    array = adam("ADTLDA", "101-003", AVISITN=128).set_index("PARAMCD")["AVAL"]
    genes = [array[code] for code in ("CTCHGAB", "CTDCXB", "CTDDCB", "CTPHOXB", "CTTHB")]
    assert [round(value, 6) for value in genes] == [29.1, 31.4, 30.2, 28.6, 27.9]
    assert round(math.prod(genes) ** 0.2, 4) == 29.4144
    assert round(array["CTHKB"], 4) == 20.6973
    assert round(array["NB5DCTB"], 4) == 8.7171
    assert math.isclose(array["NB5LOADB"], 2 ** -array["NB5DCTB"], rel_tol=1e-12)


def test_every_delta_follows_from_the_cycles_in_gf(adam: Records, sdtm: Records) -> None:
    """A second way: logarithms of the means of the replicates, for all samples of blood."""
    cycles = sdtm("GF", GFTSTDTL="QUANTIFICATION CYCLE NUMBER")
    cycles = cycles[(cycles["GFSTAT"] == "") & ~cycles["GFREFID"].str.contains("BM", case=False)]
    numbers = cycles["GFSTRESN"].where(cycles["GFSTRESC"] != "NOT DETECTED", 40.0)
    outlier = (cycles["GFREFID"] == "103-003 PB SCRN") & (cycles["GFSYM"] == "TH")
    numbers = numbers.where(~(outlier & (cycles["GFREPNUM"] == 3)))
    means = numbers.groupby([cycles["USUBJID"], cycles["VISITNUM"], cycles["GFSYM"]]).mean()
    logarithms = means.map(math.log).unstack()
    tumor, usual = logarithms[list(NB5)].mean(axis=1), logarithms[list(HOUSEKEEPING)].mean(axis=1)
    expected = tumor.map(math.exp) - usual.map(math.exp)
    made = adam("ADTLDA", PARAMCD="NB5DCTB").set_index(["USUBJID", "AVISITN"])["AVAL"]
    assert len(made) == 126
    assert max(abs(made - expected.reindex(made.index))) < 1e-9


def test_the_replicate_that_lies_apart_is_left_out(adam: Records, sdtm: Records) -> None:
    cycles = sdtm("GF", "103-003", GFREFID="103-003 PB SCRN", GFSYM="TH")["GFSTRESN"].dropna()
    assert sorted(cycles) == [35.7, 35.77, 38.31]
    record = adam("ADTLDA", "103-003", PARAMCD="CTTHB", AVISITN=1)
    assert record["AVAL"].round(6).tolist() == [35.735]


def test_e31_genes_that_are_not_found_count_with_cycle_40(adam: Records) -> None:
    """Four of five genes; one that is found is enough for NB5 to be detected."""
    blood = adam("ADTLDA", "104-004", AVISITN=1, ASPEC="BLOOD").set_index("PARAMCD")
    lost = ["CTDCXB", "CTDDCB", "CTPHOXB", "CTTHB"]
    assert set(blood.loc[lost, "AVAL"]) == {40}
    assert set(blood.loc[[*lost, "NB5DCTB", "NB5LOADB"], "DTYPE"]) == {"CT40"}
    assert set(blood.loc[["CTCHGAB", "CTHKB", "NB5DETB"], "DTYPE"]) == {""}
    assert blood.loc["NB5DETB", "AVALC"] == "Y"


def test_e32_a_sample_of_degraded_rna_takes_no_part(adam: Records, sdtm: Records) -> None:
    """The right side stands for the marrow, as the left one has no results."""
    marrow = adam("ADTLDA", "104-004", AVISITN=1, ASPEC="BONE MARROW")
    assert set(marrow["GFREFID"]) == {"104-004 BM R SCRN"}
    assert len(marrow) == 9
    assert not adam("ADTLDA")["GFREFID"].eq("104-004 BM L SCRN").any()


def test_the_side_with_the_higher_load_stands_for_the_marrow(adam: Records, sdtm: Records) -> None:
    """Both sides of 101-001 at screening, worked out again."""
    sides = {}
    for side in "LR":
        cycles = sdtm("GF", "101-001", GFREFID=f"101-001 BM {side} SCRN")
        means = cycles.groupby("GFSYM")["GFSTRESN"].mean()
        tumor = math.prod(means[list(NB5)]) ** (1 / 5)
        sides[side] = tumor - math.prod(means[list(HOUSEKEEPING)]) ** (1 / 4)
    record = adam("ADTLDA", "101-001", PARAMCD="NB5DCTM", AVISITN=1).iloc[0]
    assert math.isclose(record["AVAL"], min(sides.values()), rel_tol=1e-9)
    lower = min(sides, key=lambda side: sides[side])
    assert record["GFREFID"] == f"101-001 BM {lower} SCRN"


def test_e09_samples_of_a_second_enrollment_have_no_flags(adam: Records) -> None:
    for dataset in ("ADTLDA", "ADIS"):
        second = adam(dataset, "105-001")
        second = second[second["AVISITN"] > 20000]
        assert len(second) > 0
        assert set(second["ANL01FL"]) == set(second["ABLFL"]) == {""}
        assert second["BASE"].isna().all()


def test_one_record_for_each_key_and_parameter(adam: Records) -> None:
    """Keys are unique, PARAM and PARAMCD go together, and each subject has one baseline."""
    for dataset, keys in (("ADGF", []), ("ADTLDA", ["AVISITN"]), ("ADIS", ["AVISITN"])):
        records = adam(dataset)
        assert not records.duplicated(["USUBJID", "PARAMCD", *keys]).any()
        assert (records.groupby("PARAMCD")["PARAM"].nunique() == 1).all()
        assert (records.groupby("PARAM")["PARAMCD"].nunique() == 1).all()
        if keys:
            flagged = records[records["ABLFL"] == "Y"]
            assert not flagged.duplicated(["USUBJID", "PARAMCD"]).any()
            assert (flagged["ADT"] < flagged["TRTSDT"]).all()


def test_changes_are_those_from_the_baseline_record(adam: Records) -> None:
    records = adam("ADTLDA", PARAMCD="NB5DCTB")
    base = records[records["ABLFL"] == "Y"].set_index("USUBJID")["AVAL"]
    changed = records[records["CHG"].notna()]
    assert len(changed) == 95
    assert max(abs(changed["AVAL"] - changed["USUBJID"].map(base) - changed["CHG"])) < 1e-9
    percent = 100 * changed["CHG"] / changed["USUBJID"].map(base).abs()
    assert max(abs(changed["PCHG"] - percent)) < 1e-9
