"""Checks of analysis datasets: baseline records, BASE, and the flags of subjects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clinmap.plan import DatasetPlan, Plan, VariablePlan
from clinmap.problems import Problem
from clinmap.validation import validate, validate_study

TEXTS = ("USUBJID", "PARAMCD", "BASETYPE", "ABLFL", "SAFFL")
NUMBERS = ("AVAL", "BASE")


def _dataset(name: str, *variables: str) -> DatasetPlan:
    return DatasetPlan(
        name=name,
        label=name,
        cls="",
        structure="",
        purpose="Analysis",
        keys=(),
        order=(),
        sources=(),
        variables=tuple(
            VariablePlan(one, one, "float" if one in NUMBERS else "text") for one in variables
        ),
    )


ADLB = _dataset("ADLB", *TEXTS, *NUMBERS)
ADSL = _dataset("ADSL", "USUBJID", "SAFFL")
PLAN = Plan("S", "", "", "", "2025-01-01", {}, (ADSL, ADLB), {}, ())
ROWS = pd.DataFrame(
    {
        "USUBJID": ["A", "A", "A", "A", "B", "B"],
        "PARAMCD": ["ALT", "ALT", "ALT", "AST", "ALT", "ALT"],
        "BASETYPE": ["LAST", "LAST", "FIRST", "LAST", "LAST", "LAST"],
        "ABLFL": ["Y", None, "Y", None, None, None],
        "SAFFL": ["Y", "Y", "Y", "Y", "N", "N"],
        "AVAL": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "BASE": [1.0, 1.0, 3.0, np.nan, np.nan, np.nan],
    }
).astype(dict.fromkeys(TEXTS, "str"))
SUBJECTS = pd.DataFrame({"USUBJID": ["A", "B"], "SAFFL": ["Y", "N"]}, dtype="str")


def _with(name: str, row: int, value: str | float | None) -> pd.DataFrame:
    frame = ROWS.copy()
    frame.loc[row, name] = value
    return frame


def _said(problems: list[Problem]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(problem.code, problem.variable, problem.rows) for problem in problems]


def test_records_in_order_pass() -> None:
    assert not validate(ADLB, PLAN, ROWS)
    assert not validate_study(PLAN, {"ADSL": SUBJECTS, "ADLB": ROWS})


def test_dataset_without_records_passes() -> None:
    assert not validate(ADLB, PLAN, ROWS.head(0))


def test_two_baseline_records() -> None:
    """Both are named; which of them BASE should have is not asked any more."""
    found = validate(ADLB, PLAN, _with("ABLFL", 1, "Y"))
    assert _said(found) == [("VAL070", "ABLFL", ("ADLB:1", "ADLB:2"))]
    assert "USUBJID, PARAMCD, BASETYPE" in found[0].message


def test_kinds_of_baseline_are_told_apart_only_by_basetype() -> None:
    """Without BASETYPE the two records of one parameter are one too many."""
    plain = _dataset("ADLB", *(name for name in (*TEXTS, *NUMBERS) if name != "BASETYPE"))
    found = validate(plain, PLAN, ROWS.drop(columns="BASETYPE"))
    assert _said(found) == [("VAL070", "ABLFL", ("ADLB:1", "ADLB:3"))]
    assert "BASETYPE" in found[0].hint


@pytest.mark.parametrize(("row", "value"), [(0, 1.5), (1, 2.0), (2, 1.0), (3, 4.0), (5, 0.0)])
def test_base_is_that_of_its_own_baseline_record(row: int, value: float) -> None:
    """Another kind's, another parameter's and no baseline record at all are wrong."""
    found = validate(ADLB, PLAN, _with("BASE", row, value))
    assert _said(found) == [("VAL071", "BASE", (f"ADLB:{row + 1}",))]


def test_missing_base_is_no_contradiction() -> None:
    """It is noted where there is a baseline record; a record without AVAL may lack it."""
    found = validate(ADLB, PLAN, _with("BASE", 1, np.nan))
    assert _said(found) == [("VAL118", "BASE", ("ADLB:2",))]
    assert not validate(ADLB, PLAN, _with("BASE", 1, np.nan).assign(AVAL=[1, np.nan, 3, 4, 5, 6]))


def test_base_equal_in_the_last_digit_passes() -> None:
    assert not validate(ADLB, PLAN, _with("BASE", 1, 1.0 + 1e-12))


@pytest.mark.parametrize("value", ["N", None])
def test_flag_of_a_subject_is_that_of_adsl(value: str | None) -> None:
    frames = {"ADSL": SUBJECTS, "ADLB": _with("SAFFL", 1, value)}
    assert _said(validate_study(PLAN, frames)) == [("VAL072", "SAFFL", ("ADLB:2",))]


def test_subject_that_adsl_has_not_is_no_matter_of_flags() -> None:
    frames = {"ADSL": SUBJECTS.head(1), "ADLB": _with("SAFFL", 4, "Y")}
    assert {problem.code for problem in validate_study(PLAN, frames)} == {"VAL076"}


def test_population_flag_says_y_or_n() -> None:
    frame = SUBJECTS.assign(SAFFL=pd.Series(["Y", None], dtype="str"))
    assert _said(validate(ADSL, PLAN, frame)) == [("VAL073", "SAFFL", ("ADSL:2",))]
    assert not validate(_dataset("ADXX", "USUBJID", "SAFFL"), PLAN, frame)
