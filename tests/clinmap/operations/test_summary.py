"""One number for a subject, out of its records in another dataset."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from clinmap.expressions import parse_condition
from clinmap.operations.summary import Summary
from clinmap.plan import Ref
from tests.rows_of import TestRows
from tests.small_study import EVENTS, OTHER, refusals

DOSE = Ref("dataset", "EXDOSE", "EX")


def rows() -> TestRows:
    exposure = pd.DataFrame(
        {
            "USUBJID": pd.Series(["A", "A", "A", "B"], dtype="str"),
            "EXDOSE": [25.0, 50.0, 50.0, float("nan")],
            "EXTRT": pd.Series(["X", "X", "Y", "X"], dtype="str"),
        }
    )
    return TestRows({"USUBJID": pd.Series(["B", "A", "C"], dtype="str")}, tables={"EX": exposure})


@pytest.mark.parametrize(
    ("statistic", "value"),
    [
        ("count", 3), ("distinct", 2), ("minimum", 25), ("maximum", 50), ("sum", 125),
        ("mean", 125 / 3), ("median", 50),
    ],
)  # fmt: skip
def test_each_statistic(statistic: str, value: float) -> None:
    made = Summary(DOSE, statistic).apply(rows())  # type: ignore[arg-type]
    assert made[1] == value


def test_who_has_no_value_has_none_but_a_count_of_zero() -> None:
    assert Summary(DOSE, "median").apply(rows())[[0, 2]].isna().all()
    assert Summary(DOSE, "count").apply(rows()).tolist() == [0, 3, 0]


def test_a_condition_chooses_the_records_and_lineage_names_them() -> None:
    seen = rows()
    chosen = Summary(DOSE, "mean", parse_condition("$EXTRT == 'X'"))
    assert chosen.apply(seen)[1] == 37.5
    assert seen.linked == [("EX", [1, 1], [0, 1])]
    assert chosen.describe().method == 'Mean of EX.EXDOSE where EXTRT is "X".'
    assert Ref("dataset", "EXTRT", "EX") in chosen.inputs()


def test_texts_that_are_no_numbers_are_listed() -> None:
    """The row of whoever has one is named; the other records count."""
    exposure = pd.DataFrame({"USUBJID": ["A", "A", "B"], "EXDOSE": ["25", "x", "50"]}, dtype="str")
    seen = TestRows({"USUBJID": pd.Series(["B", "A"], dtype="str")}, tables={"EX": exposure})
    assert Summary(DOSE, "maximum").apply(seen).tolist() == [50, 25]
    assert [(code, where) for code, _, where in seen.reported] == [("TYP001", [1])]


@pytest.mark.parametrize(
    ("statistic", "said"),
    [("minimum", "write {earliest: XX.XXSTDTC}"), ("mean", "mean is for numbers")],
)
def test_dates_as_text_are_refused(tmp_path: Path, statistic: str, said: str) -> None:
    """The dates of SDTM are no numbers: there the result was missing for everybody."""
    dated = f"{EVENTS}      XXSTDTC: {{datetime: $START, formats: DD MON YYYY}}\n"
    asked = OTHER.replace("earliest: XX.XXSTDTC", f"summary: XX.XXSTDTC, statistic: {statistic}")
    (found,) = refusals(tmp_path, XX=dated, YY=asked)
    assert (found.code, said in found.message) == ("SPC004", True)
