"""Durations between SAS dates and date-times."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from adam import Duration
from clinmap.plan import Ref
from tests.rows_of import TestRows

START, END = Ref("own", "ASTDT"), Ref("own", "AENDT")
NAN = float("nan")


def _lasted(start: float, end: float, **said: Any) -> float:
    own = {"ASTDT": pd.Series([start]), "AENDT": pd.Series([end])}
    return float(Duration(END, START, **said).apply(TestRows(own)).iloc[0])


@pytest.mark.parametrize(
    ("start", "end", "said", "expected"),
    [
        (100.0, 100.0, {}, 0.0),
        (100.0, 100.0, {"both_ends": True}, 1.0),
        (100.0, 97.0, {}, -3.0),
        (100.0, 113.0, {"both_ends": True, "unit": "WEEKS"}, 2.0),
        (100.0, 112.0, {"both_ends": True, "unit": "WEEKS", "whole": True}, 1.0),
        (0.0, 365.25, {"unit": "YEARS"}, 1.0),
        (0.0, 365.25, {"unit": "MONTHS"}, 12.0),
        (86_400.0, 91_800.0, {"of": "datetimes", "unit": "HOURS"}, 1.5),
        (86_400.0, 91_800.0, {"of": "datetimes", "unit": "MINUTES"}, 90.0),
        (86_400.0, 129_600.0, {"of": "datetimes"}, 0.5),
    ],
)
def test_units(start: float, end: float, said: dict[str, Any], expected: float) -> None:
    assert _lasted(start, end, **said) == expected


def test_without_one_of_the_two_there_is_no_duration() -> None:
    assert pd.isna(_lasted(NAN, 100.0))
    assert pd.isna(_lasted(100.0, NAN, both_ends=True))


def test_part_of_a_unit_towards_zero_does_not_count() -> None:
    assert _lasted(100.0, 90.0, unit="WEEKS", whole=True) == -1.0


def test_dates_have_no_hours_and_datetimes_no_last_day() -> None:
    with pytest.raises(ValidationError, match="write `of: datetimes`"):
        Duration(END, START, unit="HOURS")
    with pytest.raises(ValidationError, match="for dates only"):
        Duration(END, START, of="datetimes", both_ends=True)


def test_the_method_says_what_was_counted() -> None:
    said = Duration(END, START, unit="WEEKS", both_ends=True, whole=True).describe()
    assert said.method == "AENDT - ASTDT + 1 day, in completed weeks."
