"""Exact confidence limits of proportions."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from pydantic import ValidationError

from adam import ProportionLimit
from clinmap.plan import Ref
from tests.rows_of import TestRows

EVENTS, TOTAL = Ref("own", "NDLT"), Ref("own", "NEVAL")
NAN = float("nan")


def _limits(events: float, total: float, confidence: float = 95) -> tuple[float, float]:
    rows = TestRows({"NDLT": pd.Series([events]), "NEVAL": pd.Series([total])})
    lower = ProportionLimit(EVENTS, TOTAL, limit="lower", confidence=confidence).apply(rows)
    upper = ProportionLimit(EVENTS, TOTAL, limit="upper", confidence=confidence).apply(rows)
    return float(lower.iloc[0]), float(upper.iloc[0])


@pytest.mark.parametrize(
    ("events", "total", "percent"),
    [(0, 6, (0, 45.93)), (1, 6, (0.42, 64.12)), (4, 24, (4.74, 37.38)), (3, 20, (3.21, 37.89))],
)
def test_known_limits(events: int, total: int, percent: tuple[float, float]) -> None:
    assert tuple(round(100 * limit, 2) for limit in _limits(events, total)) == percent


def _likelihood(events: int, total: int, proportion: float) -> float:
    return math.comb(total, events) * proportion**events * (1 - proportion) ** (total - events)


@pytest.mark.parametrize("confidence", [80, 95, 99])
@pytest.mark.parametrize(("events", "total"), [(1, 3), (2, 9), (7, 100), (26, 27)])
def test_at_a_limit_the_count_is_as_rare_as_the_level_says(
    events: int, total: int, confidence: float
) -> None:
    """As many or more at the lower limit, as few or fewer at the upper one."""
    lower, upper = _limits(events, total, confidence)
    rare = (1 - confidence / 100) / 2
    assert sum(_likelihood(n, total, lower) for n in range(events, total + 1)) == pytest.approx(
        rare
    )
    assert sum(_likelihood(n, total, upper) for n in range(events + 1)) == pytest.approx(rare)


def test_none_and_all_end_at_the_ends_of_the_scale() -> None:
    """Their other limit has a closed form: the root of the tail."""
    assert _limits(0, 3) == (0.0, pytest.approx(1 - 0.025 ** (1 / 3)))
    assert _limits(3, 3) == (pytest.approx(0.025 ** (1 / 3)), 1.0)


def test_thousands_are_counted_too() -> None:
    """Near the normal approximation, whose limits are 0.5 -+ 1.96 * 0.5 / 100."""
    lower, upper = _limits(5_000, 10_000)
    assert (lower, upper) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.5098, abs=1e-4))


@pytest.mark.parametrize(("events", "total"), [(0, 0), (NAN, 6), (1, NAN), (7, 6), (-1, 6)])
def test_counts_that_give_no_proportion_give_no_limits(events: float, total: float) -> None:
    assert all(pd.isna(limit) for limit in _limits(events, total))


def test_the_level_is_a_percentage_below_100() -> None:
    with pytest.raises(ValidationError):
        ProportionLimit(EVENTS, TOTAL, limit="lower", confidence=100)


def test_the_method_names_the_level_and_the_counts() -> None:
    said = ProportionLimit(EVENTS, TOTAL, limit="upper", confidence=90).describe()
    assert said.method == (
        "Upper limit of the exact two-sided 90% confidence interval (Clopper and Pearson) of NDLT "
        "out of NEVAL."
    )
