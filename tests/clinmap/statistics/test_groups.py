"""Sums of groups beside exact ones, in any order."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.statistics.groups import group_statistics

NUMBERS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-10_000, 10_000).map(lambda n: n / 100)), max_size=30
)


def found(rows: list[tuple[int, float]], what: str) -> list[float]:
    groups = np.array([group for group, _ in rows], dtype=np.int64)
    return group_statistics(np.array([x for _, x in rows]), groups, 4, what).tolist()  # type: ignore[arg-type]


@given(NUMBERS, st.randoms())
def test_the_order_of_the_rows_has_no_say(rows: list[tuple[int, float]], chance: object) -> None:
    """Not in the last digit, nor has what else stands in the column."""
    other = list(rows)
    chance.shuffle(other)  # type: ignore[attr-defined]
    for what in ("sum", "mean", "deviation"):
        ours = found(rows, what)
        assert np.array_equal(ours, found(other, what), equal_nan=True)
        alone = found([row for row in rows if row[0] == 0], what)[0]
        assert np.array_equal([ours[0]], [alone], equal_nan=True)


@given(NUMBERS)
def test_they_are_the_exact_ones(rows: list[tuple[int, float]]) -> None:
    """Beside Python's exactly rounded sums."""
    for group in range(4):
        own = [x for g, x in rows if g == group]
        total, mean = found(rows, "sum")[group], found(rows, "mean")[group]
        if not own:
            assert math.isnan(total)
            assert math.isnan(mean)
            continue
        assert total == pytest.approx(math.fsum(own), rel=1e-15, abs=1e-12)
        assert mean == pytest.approx(math.fsum(own) / len(own), rel=1e-15, abs=1e-12)
        deviation = found(rows, "deviation")[group]
        if len(own) == 1:
            assert math.isnan(deviation)
        else:
            assert deviation == pytest.approx(statistics.stdev(own), rel=1e-12, abs=1e-12)


def test_missing_numbers_do_not_count() -> None:
    """Nor rows of no group."""
    numbers, groups = np.array([1.0, np.nan, 5.0]), np.array([0, 0, -1])
    assert group_statistics(numbers, groups, 1, "mean").tolist() == [1.0]
