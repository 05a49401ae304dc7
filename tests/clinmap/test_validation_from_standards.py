"""Datasets of unknown origin: what they are taken for, and what is found across them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pandas as pd
import pytest

from clinmap.plan import Plan
from clinmap.readers.described import DescribedColumn
from clinmap.validation import Found, Given, judge, plan_from_standards, ready_frames
from clinmap.validation.recognition import recognized

Rows: TypeAlias = Mapping[str, Sequence[object]]


def _given(rows: Rows, **labels: str) -> Given:
    made = {
        name: pd.Series(
            list(values), dtype="float64" if any(isinstance(v, float) for v in values) else "str"
        )
        for name, values in rows.items()
    }
    columns = tuple(DescribedColumn(name, True, labels[name]) for name in made if name in labels)
    return Given(pd.DataFrame(made), columns)


def _judged(**datasets: Given) -> list[Found]:
    plan = plan_from_standards(datasets)
    return judge(plan, ready_frames(plan, datasets), given=datasets)


def _of(code: str, **datasets: Given) -> list[tuple[str, str, list[int]]]:
    found = [one for one in _judged(**datasets) if one.problem.code == code]
    return [(f.problem.dataset, f.problem.variable, f.rows.tolist()) for f in found]


def _subjects(**more: Sequence[object]) -> Given:
    return _given({"STUDYID": ["S", "S"], "DOMAIN": ["DM", "DM"], "USUBJID": ["A", "B"], **more})


@pytest.mark.parametrize(
    ("name", "columns", "purpose", "cls"),
    [
        ("DM", ("DOMAIN", "USUBJID"), "Tabulation", "SPECIAL PURPOSE"),
        ("LBCH", ("DOMAIN", "LBTESTCD"), "Tabulation", "FINDINGS"),
        ("XF", ("DOMAIN", "XFTESTCD"), "Tabulation", "FINDINGS"),
        ("XA", ("DOMAIN", "XATESTCD", "XAOBJ"), "Tabulation", "FINDINGS ABOUT"),
        ("XE", ("DOMAIN", "XETERM"), "Tabulation", "EVENTS"),
        ("XI", ("DOMAIN", "XITRT"), "Tabulation", "INTERVENTIONS"),
        ("XX", ("DOMAIN", "XXOTHER"), "Tabulation", ""),
        ("ADSL", ("USUBJID",), "Analysis", "SUBJECT LEVEL ANALYSIS DATASET"),
        ("ADVS", ("USUBJID", "PARAMCD"), "Analysis", "BASIC DATA STRUCTURE"),
        ("ADAE", ("USUBJID", "AEDECOD"), "Analysis", "OCCURRENCE DATA STRUCTURE"),
        ("ADX", ("USUBJID", "HEIGHT"), "Analysis", "ADAM OTHER"),
    ],
)
def test_a_dataset_is_told_from_its_name_and_variables(
    name: str, columns: tuple[str, ...], purpose: str, cls: str
) -> None:
    what = recognized(name, pd.DataFrame(columns=list(columns)))
    assert (what.purpose, what.cls) == (purpose, cls)


def test_the_plan_has_the_variables_that_are_there_and_those_that_should_be() -> None:
    plan = plan_from_standards({"AE": _given({"USUBJID": ["A"], "AETERM": ["RASH"]})})
    dataset = plan.dataset("AE")
    assert dataset is not None
    assert [v.name for v in dataset.variables][:3] == ["USUBJID", "AETERM", "STUDYID"]
    assert {v.core for v in dataset.variables[2:]} == {"Req", "Exp"}


def test_given_keys_are_those_that_records_must_not_share() -> None:
    given = {"AE": _given({"USUBJID": ["A", "A"], "AETERM": ["RASH", "RASH"]})}
    plan = plan_from_standards(given, keys={"AE": ("USUBJID", "AETERM")})
    codes = {found.problem.code for found in judge(plan, ready_frames(plan, given))}
    assert "VAL030" in codes


def test_a_column_without_values_has_the_type_of_the_standard() -> None:
    given = {"VS": _given({"USUBJID": ["A"], "VSSTRESN": [None], "VSTESTCD": ["PULSE"]})}
    plan: Plan = plan_from_standards(given)
    assert ready_frames(plan, given)["VS"]["VSSTRESN"].dtype == "float64"


def test_a_finding_has_all_rows_and_the_variables_concerned() -> None:
    rows: Rows = {"USUBJID": ["X"] * 1500, "DOMAIN": ["AE"] * 1500, "STUDYID": ["S"] * 1500}
    found = [f for f in _judged(DM=_subjects(), AE=_given(rows)) if f.problem.code == "VAL060"]
    assert [(len(f.rows), len(f.problem.rows), f.columns) for f in found] == [
        (1500, 1000, ("USUBJID",))
    ]


def test_parts_of_a_split_domain_are_one_domain() -> None:
    part: Rows = {"STUDYID": ["S"], "DOMAIN": ["QS"], "USUBJID": ["A"], "QSTESTCD": ["T1"]}
    supp: Rows = {"RDOMAIN": ["QS", "QS"], "USUBJID": ["A", "A"], "IDVAR": ["QSSEQ", "QSSEQ"],
            "IDVARVAL": ["1", "2"], "QNAM": ["X1", "X2"], "QVAL": ["v", "v"]}  # fmt: skip
    found = _of(
        "VAL061",
        DM=_subjects(),
        QSPH=_given({**part, "QSSEQ": [1.0]}),
        QSCS=_given({**part, "QSSEQ": [3.0]}),
        SUPPQS=_given(supp),
    )
    assert found == [("SUPPQS", "IDVARVAL", [1])]


def test_visits_of_another_type_are_not_compared() -> None:
    visits = _given({"USUBJID": ["A"], "VISITNUM": ["1"], "VISIT": ["DAY 1"]})
    rows = _given({"USUBJID": ["A"], "VISITNUM": [1.0], "VSTESTCD": ["PULSE"], "VSSEQ": [1.0]})
    codes = {found.problem.code for found in _judged(DM=_subjects(), SV=visits, VS=rows)}
    assert "VAL004" in codes
    assert "VAL068" not in codes


def test_a_subject_without_the_reference_date_has_no_study_day_to_compare() -> None:
    dm = _subjects(RFSTDTC=["2024-03-01", None])
    rows: Rows = {
        "USUBJID": ["A", "B", "A"], "AETERM": ["R", "R", "S"], "AESEQ": [1.0, 1.0, 2.0],
        "AESTDTC": ["2024-03-02", "2024-03-02", "2024-03"], "AESTDY": [2.0, 9.0, 5.0],
    }  # fmt: skip
    assert _of("VAL062", DM=dm, AE=_given(rows)) == [("AE", "AESTDY", [2])]


def test_the_day_on_which_elements_meet_has_either_epoch() -> None:
    elements: Rows = {
        "USUBJID": ["A", "A"], "SESTDTC": ["2024-01-01", "2024-02-01"],
        "SEENDTC": ["2024-02-01", None], "EPOCH": ["SCREENING", "TREATMENT"],
    }  # fmt: skip
    rows: Rows = {
        "USUBJID": ["A"] * 4, "AETERM": ["a", "b", "c", "d"], "AESEQ": [1.0, 2.0, 3.0, 4.0],
        "AESTDTC": ["2024-02-01", "2024-02-01", "2024-02-02", "2023-01-01"],
        "EPOCH": ["SCREENING", "TREATMENT", "SCREENING", "SCREENING"],
    }  # fmt: skip
    found = _of("VAL065", DM=_subjects(), SE=_given(elements), AE=_given(rows))
    assert found == [("AE", "EPOCH", [2])]


def test_a_death_that_only_disposition_tells_of_is_found_in_disposition() -> None:
    told: Rows = {
        "USUBJID": ["A", "B"],
        "DSTERM": ["DIED", "DONE"],
        "DSDECOD": ["DEATH", "COMPLETED"],
    }
    found = _of("VAL081", DM=_subjects(DTHFL=[None, "Y"]), DS=_given(told))
    assert found == [("DM", "DTHFL", [1]), ("DS", "DSDECOD", [0])]


def test_exposure_without_complete_dates_is_not_compared() -> None:
    dm = _subjects(RFXSTDTC=["2024-03-02", "2024-03-02"])
    doses: Rows = {"USUBJID": ["A", "B", "B"], "EXTRT": ["X"] * 3, "EXSEQ": [1.0, 1.0, 2.0],
             "EXSTDTC": ["2024-03-01", "2024-03", "2024-03-05"]}  # fmt: skip
    assert _of("VAL069", DM=dm, EX=_given(doses)) == [("DM", "RFXSTDTC", [0])]


def test_units_told_apart_by_specimen_are_no_finding() -> None:
    rows: Rows = {
        "USUBJID": ["A"] * 4, "LBTESTCD": ["GLUC"] * 4, "LBSEQ": [1.0, 2.0, 3.0, 4.0],
        "LBSPEC": ["BLOOD", "BLOOD", "URINE", "BLOOD"],
        "LBSTRESU": ["mmol/L", "mmol/L", "mg/dL", "g/L"],
    }  # fmt: skip
    assert _of("VAL084", DM=_subjects(), LB=_given(rows)) == [("LB", "LBSTRESU", [3])]


def test_relations_between_whole_datasets_name_no_subject_and_no_value() -> None:
    related: Rows = {
        "RDOMAIN": ["AE", "CM"], "USUBJID": [None, None], "IDVAR": ["AELNKID", "CMLNKID"],
        "IDVARVAL": [None, None], "RELTYPE": ["ONE", "MANY"], "RELID": ["R", "R"],
    }  # fmt: skip
    linked = {name: _given({"USUBJID": ["A"], f"{name}LNKID": ["1"]}) for name in ("AE", "CM")}
    codes = {f.problem.code for f in _judged(DM=_subjects(), RELREC=_given(related), **linked)}
    assert not codes & {"VAL061", "VAL083", "VAL095"}


def test_a_duration_is_iso_8601() -> None:
    rows: Rows = {"USUBJID": ["A", "A"], "AETERM": ["a", "b"], "AEDUR": ["P2D", "2 DAYS"]}
    assert _of("VAL020", DM=_subjects(), AE=_given(rows)) == [("AE", "AEDUR", [1])]


def test_one_variable_out_of_place_is_named_alone() -> None:
    names = ("STUDYID", "AETERM", "DOMAIN", "USUBJID", "AESEQ", "AEDECOD")
    labels = {name: name for name in names}
    found = _of("VAL092", AE=_given({name: ["1"] for name in names}, **labels))
    assert found == [("AE", "AETERM", [])]


def test_what_a_file_cannot_say_is_not_judged() -> None:
    given = Given(pd.DataFrame({"AETERM": ["x"]}, dtype="str"), (DescribedColumn("AETERM", True),))
    codes = {found.problem.code for found in _judged(AE=given)}
    assert not codes & {"VAL090", "VAL091"}
