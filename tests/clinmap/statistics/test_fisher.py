"""Fisher's exact test and the odds ratio with exact limits, beside SciPy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import contingency

from clinmap.statistics.fisher import Counts, fisher_test, odds_ratio, odds_ratio_limits

TABLES = st.builds(Counts, *[st.integers(0, 40)] * 4)


def _square(table: Counts) -> list[list[int]]:
    return [[table.events, table.without], [table.other_events, table.other_without]]


@given(TABLES)
def test_p_values_are_those_of_scipy(table: Counts) -> None:
    assert fisher_test(table) == pytest.approx(stats.fisher_exact(_square(table))[1], rel=1e-9)


@pytest.mark.parametrize(
    ("table", "p_value"),
    [
        (Counts(7, 17, 0, 14), 0.0334),  # response with and without a mismatch, as published
        (Counts(3, 1, 1, 3), 0.4857),  # the lady tasting tea: 34 of 70
        (Counts(0, 5, 0, 7), 1.0),
        (Counts(0, 0, 3, 4), 1.0),
        (Counts(0, 0, 0, 0), 1.0),
    ],
)
def test_known_p_values(table: Counts, p_value: float) -> None:
    assert fisher_test(table) == pytest.approx(p_value, abs=5e-5)


def test_tables_that_are_equally_likely_count_alike() -> None:
    """The two ends of a symmetrical table: 2 of 252 ways, however they are rounded."""
    assert fisher_test(Counts(0, 5, 5, 0)) == fisher_test(Counts(5, 0, 0, 5)) == 2 / 252


def test_large_counts_are_whole_numbers_too() -> None:
    table = Counts(300, 700, 350, 650)
    assert fisher_test(table) == pytest.approx(stats.fisher_exact(_square(table))[1], rel=1e-9)


@given(st.builds(Counts, *[st.integers(1, 25)] * 4), st.sampled_from([90, 95]))
def test_odds_ratios_and_their_limits_are_those_of_scipy(table: Counts, confidence: float) -> None:
    known = contingency.odds_ratio(_square(table))
    limits = known.confidence_interval(confidence / 100)
    assert odds_ratio(table) == pytest.approx(known.statistic, rel=1e-6)
    assert odds_ratio_limits(table, confidence) == pytest.approx(
        (limits.low, limits.high), rel=1e-6
    )


def test_odds_ratios_without_a_finite_value() -> None:
    assert odds_ratio(Counts(0, 5, 3, 4)) == odds_ratio_limits(Counts(0, 5, 3, 4)).lower == 0
    assert odds_ratio(Counts(5, 0, 3, 4)) == odds_ratio_limits(Counts(5, 0, 3, 4)).upper == math.inf
    assert math.isnan(odds_ratio(Counts(0, 5, 0, 4)))
    assert odds_ratio_limits(Counts(0, 5, 0, 4)) == (0, math.inf)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        fisher_test(Counts(1, -1, 2, 2))
