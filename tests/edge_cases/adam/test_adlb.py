"""Laboratory analysis (ADLB): its edge subjects, grades, baselines and flags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from adam.grading_criteria import graded, laid_over, read_criteria

Records = Callable[..., pd.DataFrame]
STUDY = Path(__file__).parents[3] / "mappings/studies/n2011-04/study/laboratory_grades.yaml"
CTCAE = STUDY.parents[3] / "organisations/reference-tables/study/ctcae.yaml"
FLAGS = ["ANL01FL", "ANL02FL", "ANL03FL", "ANL04FL"]


def _by_source(adlb: pd.DataFrame, lb: pd.DataFrame) -> pd.DataFrame:
    """The records with the ones of LB that they are made of."""
    names = ["USUBJID", "LBSEQ", "LBTESTCD", "LBSTRESN", "LBSTRESU", "LBSTAT"]
    return adlb.merge(lb[names], on=["USUBJID", "LBSEQ"], validate="one_to_one")


def test_e01_who_was_never_dosed_has_results_without_change(adam: Records) -> None:
    records = adam("ADLB", "103-002")
    assert len(records) > 0
    assert set(records["SAFFL"]) == {"N"}
    assert records[["ADY", "BASE", "CHG"]].isna().all(axis=None)
    assert (records[[*FLAGS, "ABLFL", "APOBLFL"]] == "").all(axis=None)


def test_e09_a_second_enrollment_is_there_without_flags(adam: Records) -> None:
    second = adam("ADLB", "105-001", ENRLSEQ=2)
    assert len(second) > 0
    assert (second[[*FLAGS, "ABLFL", "APOBLFL"]] == "").all(axis=None)
    assert second["CHG"].isna().all()
    assert (adam("ADLB", "105-001", ENRLSEQ=1)["ANL01FL"] == "Y").any()


def test_e15_four_notations_are_one_parameter(adam: Records) -> None:
    counts = adam("ADLB", "106-003", PARAMCD="NEUT", LBNAM="LAB-106", AVAL=0.85)
    assert len(counts) == 4
    assert set(counts["PARAM"]) == {"Neutrophils (10^9/L)"}
    assert set(counts["ATOXGRL"]) == {"3"}


def test_e16_of_a_day_the_last_result_counts(adam: Records) -> None:
    tested = adam("ADLB", "106-003", PARAMCD="HGB")
    of_day = tested[tested["ADT"].astype("str") == "2014-04-21"].sort_values("ADTM")
    assert of_day[["AVAL", "ANL01FL"]].values.tolist() == [[100.0, ""], [68.0, ""], [96.0, "Y"]]


def test_e17_a_clotted_specimen_has_no_value(adam: Records, sdtm: Records) -> None:
    (missing,) = sdtm("LB", "101-002", LBTESTCD="PLAT", LBSTAT="NOT DONE").itertuples()
    records = adam("ADLB", "101-002", LBSEQ=missing.LBSEQ)
    assert records["AVAL"].isna().all()
    (record,) = records.itertuples()
    assert (record.PARAMCD, record.AVALC, record.ATOXGRL, record.ANL01FL) == ("PLAT", "", "", "")


def test_e36_a_result_of_the_first_day_without_time_is_no_baseline(adam: Records) -> None:
    """It is not after the first dose either: nobody knows which came first."""
    for test in ("HGB", "PLAT"):
        counts = adam("ADLB", "102-001", PARAMCD=test)
        (untimed,) = counts[counts["ADTM"].isna()].itertuples()
        assert (untimed.AVISIT, untimed.ABLFL, untimed.APOBLFL) == ("Unscheduled 101.01", "", "")
        (baseline,) = counts[counts["ABLFL"] == "Y"].itertuples()
        assert (baseline.AVISIT, str(baseline.ADTM)) == ("Screening", "2013-03-06 06:55:00")
        assert set(counts["BASE"]) == {baseline.AVAL}


def test_values_are_those_of_lb(adam: Records, sdtm: Records) -> None:
    """The unit in PARAM is that of the results, and one code has one name and one number."""
    records = _by_source(adam("ADLB"), sdtm("LB"))
    plain = records[records["DTYPE"] == ""]
    np.testing.assert_array_equal(plain["AVAL"], plain["LBSTRESN"])
    assert (records["PARAMCD"] == records["LBTESTCD"]).all()
    measured = records[records["AVAL"].notna()]
    unit = measured["PARAM"].str.extract(r"\(([^()]*)\)$")[0]
    assert (unit == measured["LBSTRESU"]).all()
    assert len(records[["PARAMCD", "PARAM", "PARAMN"]].drop_duplicates()) == 27


def test_half_a_limit_stands_only_for_what_has_no_grade(adam: Records) -> None:
    records = adam("ADLB")
    made = records[records["DTYPE"] != ""].sort_values("AVAL")
    assert made[["PARAMCD", "LBSTRESC", "AVAL", "DTYPE"]].values.tolist() == [
        ["CRP", "<0.5", 0.25, "HALFLLOQ"], ["CRP", ">200", 200.0, "ULOQ"],
    ]  # fmt: skip
    graded = records[records["LBSTRESC"].str.startswith("<") & (records["PARAMCD"] == "BILI")]
    assert graded["AVAL"].isna().all()
    assert graded["AVALC"].tolist() == ["<1.7104", "<1.7104"]


def test_the_baseline_is_the_last_result_before_exposure(adam: Records, sdtm: Records) -> None:
    """LBLOBXFL says so as well, but for pregnancy, which LB tells apart by specimen."""
    flags = sdtm("LB")[["USUBJID", "LBSEQ", "LBLOBXFL"]]
    records = adam("ADLB").merge(flags, on=["USUBJID", "LBSEQ"], validate="one_to_one")
    others = records[records["PARAMCD"] != "HCG"]
    assert (others["ABLFL"] == "Y").sum() == 700
    assert (others["ABLFL"] == others["LBLOBXFL"]).all()
    pregnancy = records[(records["PARAMCD"] == "HCG") & (records["ABLFL"] == "Y")]
    assert set(pregnancy["LBLOBXFL"]) == {"Y"}


def _grades(value: pd.Series, limits: list[pd.Series | float], sign: int) -> pd.Series:
    """The grade by ever further limits, of which the value lies beyond (sign 1: above)."""
    found = pd.Series("0", index=value.index)
    for number, limit in enumerate(limits, start=1):
        found = found.mask(sign * (value - limit) > 1e-9, str(number))
    return found


def test_grades_are_those_of_ctcae(adam: Records) -> None:
    """Worked out a second time: neutrophils 0.49 is grade 4, 0.85 is 3, 1.2 is 2, 1.6 is 0."""
    records = adam("ADLB")
    records = records[records["AVAL"].notna()]
    of = {name: records[records["PARAMCD"] == name] for name in ("NEUT", "PLAT", "K", "ALT")}
    for name, rest in (("NEUT", [1.5, 1.0, 0.5]), ("PLAT", [75, 50, 25])):
        counts = of[name]
        wanted = _grades(counts["AVAL"], [counts["ANRLO"], *rest], -1)
        assert counts["ATOXGRL"].tolist() == wanted.tolist()
    grades = of["NEUT"].groupby("AVAL")["ATOXGRL"].agg(set)
    assert grades[0.85] == {"3"}
    assert (of["NEUT"].loc[of["NEUT"]["AVAL"] < 0.5, "ATOXGRL"] == "4").all()
    potassium, enzyme = of["K"], of["ALT"]
    low = _grades(potassium["AVAL"], [-1.0, potassium["ANRLO"], 3.0, 2.5], -1)
    assert potassium["ATOXGRL"].tolist() == low.tolist()
    high = _grades(enzyme["AVAL"], [enzyme["ANRHI"] * times for times in (1, 3, 5, 20)], 1)
    assert enzyme["ATOXGRH"].tolist() == high.tolist()


def test_baselines_and_changes(adam: Records) -> None:
    """One baseline of each subject and parameter, on or before the first dose; changes after."""
    records = adam("ADLB")
    baseline = records[records["ABLFL"] == "Y"].set_index(["USUBJID", "PARAMCD"])
    assert baseline.index.is_unique
    assert (baseline["ADY"] < 1).all()
    wanted = baseline["AVAL"].reindex(pd.MultiIndex.from_frame(records[["USUBJID", "PARAMCD"]]))
    np.testing.assert_array_equal(records["BASE"], wanted)
    after = records["APOBLFL"] == "Y"
    assert (records.loc[after, "ADY"] > 1).all()
    change = (records["AVAL"] - records["BASE"]).where(after)
    np.testing.assert_allclose(records["CHG"], change, rtol=1e-9)
    np.testing.assert_allclose(records["PCHG"], 100 * change / records["BASE"], rtol=1e-9)


def test_the_worst_grade_of_each_course_is_flagged_once(adam: Records) -> None:
    records = adam("ADLB", ANL01FL="Y")
    for flag, grade in (("ANL03FL", "ATOXGRL"), ("ANL04FL", "ATOXGRH")):
        graded = records[(records[grade] != "") & records["ACOURSE"].notna()]
        worst = graded.groupby(["USUBJID", "PARAMCD", "ACOURSE"])[grade].max()
        flagged = records[records[flag] == "Y"].set_index(["USUBJID", "PARAMCD", "ACOURSE"])
        assert flagged[grade].sort_index().to_dict() == worst.to_dict()
        assert len(flagged) == len(worst)
    either = (records["ANL03FL"] == "Y") | (records["ANL04FL"] == "Y")
    assert (either == (records["ANL02FL"] == "Y")).all()


def _criteria() -> list[object]:
    """The tables that the study's grades are read from: the inherited one, then its own."""
    parameters = [
        yaml.safe_load(path.read_text(encoding="utf-8"))["parameters"] for path in (CTCAE, STUDY)
    ]
    return [parameters[0]["ctcae"], parameters[1]["ctcae_children"]]


@pytest.mark.parametrize(
    ("version", "term", "known", "expected"),
    [
        ("4.03", "Neutrophil count decreased", {"value": 0.85, "low": 1.5}, "3"),
        ("4.03", "Neutrophil count decreased", {"value": 1.2, "low": 1.5}, "2"),
        ("4.03", "Neutrophil count decreased", {"value": 1.6, "low": 1.5}, "0"),
        ("4.03", "Neutrophil count decreased", {"value": 0.49, "low": 1.5}, "4"),
        ("4.03", "Lymphocyte count increased", {"value": 6.0, "high": 8.5}, "0"),
        ("4.03", "Lymphocyte count increased", {"value": 9.0, "high": 8.5}, "2"),
        ("4.03", "Hemoglobin increased", {"value": 160, "high": 150}, "1"),
        ("4.03", "Hemoglobin increased", {"value": 160, "high": 150, "baseline": 165}, "0"),
        ("4.03", "Hyperglycemia", {"value": 13.0, "high": 6}, "0"),
        ("4.03", "Lipase increased", {"value": 301, "high": 60}, "4"),
        ("4.03", "Alanine aminotransferase increased", {"value": 120, "high": 40}, "1"),
        ("5.0", "Alanine aminotransferase increased",
         {"value": 120, "high": 40, "baseline": 81, "baseline_range": "HIGH"}, "0"),
        ("5.0", "Alanine aminotransferase increased",
         {"value": 244, "high": 40, "baseline": 81, "baseline_range": "HIGH"}, "2"),
        ("5.0", "Creatinine increased", {"value": 40, "high": 60, "baseline": 35}, "0"),
        ("4.03", "Creatinine increased", {"value": 40, "high": 60, "baseline": 35}, "1"),
    ],
)  # fmt: skip
def test_the_criteria_of_the_study(
    version: str, term: str, known: dict[str, Any], expected: str
) -> None:
    """Looked up in CTCAE 4.03 and 5.0 by hand; 5.0 goes by the baseline where that was high."""
    names = ("value", "low", "high", "baseline", "baseline_range")
    every = laid_over(read_criteria(table, names) for table in _criteria())
    (criteria,) = (c for c in every if (c.term, c.version) == (term, version))
    kinds = {name: "str" if name == "baseline_range" else "float64" for name in names}
    columns = {name: pd.Series([known.get(name)], dtype=kinds[name]) for name in names}
    assert graded(criteria, columns).tolist() == [expected]


def test_each_term_that_is_graded_has_criteria_of_its_version() -> None:
    tables = yaml.safe_load(STUDY.read_text(encoding="utf-8"))["parameters"]
    names = ("value", "low", "high", "baseline", "baseline_range")
    every = laid_over(read_criteria(table, names) for table in _criteria())
    having = {(c.term, c.direction, c.version) for c in every}
    for version, low, high in (("4.03", "low", "high"), ("5.0", "low5", "high5")):
        for side, direction in ((low, "low"), (high, "high")):
            wanted = {entry[side] for entry in tables["laboratory_parameters"]} - {None}
            assert {(term, direction, version) for term in wanted} <= having
