"""Limits of proportions, beside SciPy and the papers that have them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clinmap.statistics.proportion import (
    exact_limits,
    newcombe_limits,
    normal_quantile,
    wilson_limits,
)

PROPORTIONS = st.integers(1, 300).flatmap(
    lambda total: st.tuples(st.integers(0, total), st.just(total))
)
LEVELS = st.sampled_from([80, 90, 95, 99])


@given(PROPORTIONS, LEVELS)
def test_exact_and_score_limits_are_those_of_scipy(
    counts: tuple[int, int], confidence: float
) -> None:
    events, total = counts
    tested = stats.binomtest(events, total)
    for made, method in ((exact_limits, "exact"), (wilson_limits, "wilson")):
        known = tested.proportion_ci(confidence / 100, method)
        assert made(events, total, confidence) == pytest.approx(
            (known.low, known.high), rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize(
    ("one", "other", "limits"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ],
)
def test_differences_of_the_paper(
    one: tuple[int, int], other: tuple[int, int], limits: tuple[float, float]
) -> None:
    """Table II of Newcombe 1998, method 10."""
    assert newcombe_limits(*one, *other) == pytest.approx(limits, abs=5.1e-5)


@given(PROPORTIONS, PROPORTIONS)
def test_the_difference_turned_round_is_its_negative(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    made, turned = newcombe_limits(*one, *other), newcombe_limits(*other, *one)
    assert (made.lower, made.upper) == pytest.approx((-turned.upper, -turned.lower), abs=1e-12)


@pytest.mark.parametrize(("events", "total"), [(0, 0), (-1, 3), (4, 3)])
def test_counts_that_are_no_proportion_are_refused(events: int, total: int) -> None:
    for limits in (exact_limits, wilson_limits):
        with pytest.raises(ValueError, match="no proportion"):
            limits(events, total)


@pytest.mark.parametrize("confidence", [0, 100, math.nan])
def test_a_level_is_between_0_and_100(confidence: float) -> None:
    with pytest.raises(ValueError, match="not between"):
        normal_quantile(confidence)
