"""A date some days after another."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.operations.days_after import DaysAfter
from clinmap.plan import Ref
from tests.rows_of import TestRows


@pytest.mark.parametrize(
    ("date", "days", "made"),
    [
        ("2014-02-28", 1, "2014-03-01"),
        ("2016-02-28T10:00", 1, "2016-02-29"),
        ("2014-03-01", -1, "2014-02-28"),
    ],
)
def test_the_calendar_is_kept(date: str, days: int, made: str) -> None:
    rows = TestRows({"D": pd.Series([date], dtype="str")})
    assert DaysAfter(Ref("own", "D"), days).apply(rows).tolist() == [made]


def test_a_partial_date_gives_none() -> None:
    rows = TestRows({"D": pd.Series(["2014-03", None], dtype="str")})
    assert DaysAfter(Ref("own", "D"), 1).apply(rows).isna().all()
