"""Completed years and months, by the calendar."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.operations.age import Age
from clinmap.plan import Ref
from tests.rows_of import TestRows

BORN, WHEN = Ref("own", "BRTHDTC"), Ref("own", "RFSTDTC")


def ages(born: str | None, when: str | None, unit: str) -> float:
    own = {
        "BRTHDTC": pd.Series([born], dtype="str"),
        "RFSTDTC": pd.Series([when], dtype="str"),
    }
    made = Age(BORN, WHEN, unit).apply(TestRows(own))  # type: ignore[arg-type]
    return float(made.iloc[0])


@pytest.mark.parametrize(
    ("born", "when", "years", "months"),
    [
        ("2009-12-20", "2014-03-01", 4, 50),
        ("2009-12-20", "2014-12-19", 4, 59),
        ("2009-12-20", "2014-12-20T08:00", 5, 60),
        ("2009-12", "2014-12-14", 4, 59),
        ("2009-12", "2014-12-15", 5, 60),
        ("2012-02-29", "2013-02-28", 0, 11),
        ("2012-02-29", "2013-03-01", 1, 12),
    ],
)
def test_an_age_counts_what_is_completed(born: str, when: str, years: int, months: int) -> None:
    assert ages(born, when, "YEARS") == years
    assert ages(born, when, "MONTHS") == months


@pytest.mark.parametrize(
    ("born", "when"), [(None, "2014-03-01"), ("2009", "2014-03-01"), ("2009-12-20", "2014-03")]
)
def test_what_is_not_known_to_the_month_has_no_age(born: str | None, when: str) -> None:
    assert pd.isna(ages(born, when, "YEARS"))


def test_the_method_says_what_a_masked_day_counts_as() -> None:
    assert "counts as the 15th" in Age(BORN, WHEN).describe().method
