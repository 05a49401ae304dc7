"""Records on treatment."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from adam import OnTreatment
from clinmap.expressions import parse_condition
from clinmap.plan import Ref
from tests.rows_of import TestRows

NAN = float("nan")
DAY, START, END, UNTIL = (Ref("own", name) for name in ("ADT", "TRTSDT", "TRTEDT", "AENDT"))


def _flag(day: float, start: float, last: float, ended: float = NAN, **said: Any) -> str | None:
    own = {
        "ADT": pd.Series([day]), "TRTSDT": pd.Series([start]),
        "TRTEDT": pd.Series([last]), "AENDT": pd.Series([ended]),
        "AVISIT": pd.Series(["Baseline"]),
    }  # fmt: skip
    made = OnTreatment(DAY, START, **{"end": END, **said}).apply(TestRows(own)).iloc[0]
    return made if isinstance(made, str) else None


@pytest.mark.parametrize(
    ("day", "start", "end", "flag"),
    [
        (100.0, 100.0, 200.0, "Y"),
        (99.0, 100.0, 200.0, None),
        (200.0, 100.0, 200.0, "Y"),
        (201.0, 100.0, 200.0, None),
        (900.0, 100.0, NAN, "Y"),
        (NAN, 100.0, 200.0, None),
        (150.0, NAN, NAN, None),
    ],
)
def test_from_the_first_dose_to_the_last(
    day: float, start: float, end: float, flag: str | None
) -> None:
    assert _flag(day, start, end) == flag


def test_the_window_makes_it_longer() -> None:
    assert _flag(230.0, 100.0, 200.0, window=30) == "Y"
    assert _flag(231.0, 100.0, 200.0, window=30) is None


def test_without_an_end_all_that_follows_counts() -> None:
    assert _flag(900.0, 100.0, 200.0, end=None) == "Y"


@pytest.mark.parametrize(
    ("began", "ended", "flag"),
    [
        (90.0, 99.0, None),
        (90.0, 100.0, "Y"),
        (NAN, 100.0, "Y"),
        (NAN, 99.0, None),
        (201.0, 300.0, None),
    ],
)
def test_what_lasts_into_treatment_counts(began: float, ended: float, flag: str | None) -> None:
    assert _flag(began, 100.0, 200.0, ended, until=UNTIL) == flag


def test_a_record_before_the_dose_of_the_first_day_does_not_count() -> None:
    before = parse_condition(".AVISIT == 'Baseline'")
    assert _flag(100.0, 100.0, 200.0, predose=before) is None
    assert _flag(101.0, 100.0, 200.0, predose=before) == "Y"


def test_the_method_names_the_dates() -> None:
    rule = OnTreatment(DAY, START, END, 30, UNTIL)
    assert rule.describe().method == (
        "Y where ADT is on or after TRTSDT, or AENDT is, and ADT not after TRTEDT plus 30 days."
    )
    assert set(rule.inputs()) == {DAY, START, END, UNTIL}
