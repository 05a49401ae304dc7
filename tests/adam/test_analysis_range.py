"""Where a value lies in its reference range."""

from __future__ import annotations

import pandas as pd
import pytest

from adam import AnalysisRange
from clinmap.plan import Ref
from tests.rows_of import TestRows

VALUE, LOW, HIGH, LOWEST, HIGHEST = (
    Ref("own", name) for name in ("AVAL", "ANRLO", "ANRHI", "A1LO", "A1HI")
)


def rows(*numbers: float | None) -> TestRows:
    names = ("AVAL", "ANRLO", "ANRHI", "A1LO", "A1HI")
    return TestRows(
        {n: pd.Series([v], dtype="float64") for n, v in zip(names, numbers, strict=True)}
    )


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (5, 1, 10, "NORMAL"),
        (1, 1, 10, "NORMAL"),
        (10, 1, 10, "NORMAL"),
        (0.9, 1, 10, "LOW"),
        (10.1, 1, 10, "HIGH"),
        (5, 1, None, "NORMAL"),
        (0, 1, None, "LOW"),
        (5, None, 10, "NORMAL"),
        (11, None, 10, "HIGH"),
        (5, None, None, "-"),
        (None, 1, 10, "-"),
        (0.2, 0, 0.19999999999999998, "NORMAL"),
    ],
)
def test_limits_are_inside_the_range_and_one_is_enough(
    value: float | None, low: float | None, high: float | None, said: str
) -> None:
    made = AnalysisRange(VALUE, LOW, HIGH).apply(rows(value, low, high, None, None))
    assert made.fillna("-").tolist() == [said]


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.4, "LOW LOW"), (0.5, "LOW"), (20, "HIGH"), (21, "HIGH HIGH"), (5, "NORMAL")],
)
def test_further_limits_tell_far_below_from_below(value: float, said: str) -> None:
    operation = AnalysisRange(VALUE, LOW, HIGH, LOWEST, HIGHEST)
    assert operation.apply(rows(value, 1, 10, 0.5, 20)).tolist() == [said]
