"""Rank tests beside SciPy where there are no ties, and beside every arrangement where there are."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clinmap.statistics.ranks import hodges_lehmann, rank_sum_test, signed_rank_test

DISTINCT = st.lists(st.integers(1, 999), min_size=2, max_size=30, unique=True)
TIED = st.lists(st.integers(-3, 3), min_size=2, max_size=9)


@given(DISTINCT, st.data())
def test_rank_sums_without_ties_are_those_of_scipy(values: list[int], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(values) - 1))
    known = stats.mannwhitneyu(values[:size], values[size:], method="exact").pvalue
    assert rank_sum_test(values[:size], values[size:]) == pytest.approx(known, rel=1e-9)


@given(TIED, st.data())
def test_rank_sums_with_ties_by_every_way_to_choose_the_group(
    values: list[int], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(values) - 1))
    ranks = stats.rankdata(values)
    expected = size * (len(values) + 1) / 2
    ways = [abs(sum(chosen) - expected) for chosen in combinations(ranks, size)]
    found = abs(sum(ranks[:size]) - expected)
    share = sum(distance >= found - 1e-9 for distance in ways) / len(ways)
    assert rank_sum_test(values[:size], values[size:]) == pytest.approx(share)


@given(DISTINCT, st.data())
def test_signed_ranks_without_ties_are_those_of_scipy(
    values: list[int], data: st.DataObject
) -> None:
    signs = data.draw(st.lists(st.sampled_from([-1, 1]), min_size=30, max_size=30))
    differences = [value * sign for value, sign in zip(values, signs, strict=False)]
    known = stats.wilcoxon(differences, method="exact").pvalue
    assert signed_rank_test(differences) == pytest.approx(known, rel=1e-9)


@given(TIED)
def test_signed_ranks_with_ties_and_zeros_by_every_way_to_give_signs(values: list[int]) -> None:
    present = [value for value in values if value]
    ranks = stats.rankdata([abs(value) for value in present])
    found = abs(sum(r * (1 if v > 0 else -1) for r, v in zip(ranks, present, strict=True)))
    ways = [
        abs(sum(r * sign for r, sign in zip(ranks, signs, strict=True)))
        for signs in product([-1, 1], repeat=len(present))
    ]
    share = sum(distance >= found - 1e-9 for distance in ways) / len(ways)
    assert signed_rank_test(values) == pytest.approx(share)


def test_sixty_values_are_no_task() -> None:
    values, others = [float(n) for n in range(0, 60, 2)], [float(n) for n in range(15, 75, 2)]
    known = stats.mannwhitneyu(values, others, method="exact").pvalue
    assert rank_sum_test(values, others) == pytest.approx(known, rel=1e-9)


def test_a_shift_is_found_again() -> None:
    values = [1.0, 4.0, 9.0, 16.0]
    assert hodges_lehmann([value + 2.5 for value in values], values) == 2.5


def test_values_that_allow_no_test_are_refused() -> None:
    with pytest.raises(ValueError, match="both groups"):
        rank_sum_test([], [1.0])
    with pytest.raises(ValueError, match="both groups"):
        hodges_lehmann([1.0], [])
    with pytest.raises(ValueError, match="no rank"):
        rank_sum_test([float("nan")], [1.0])
    with pytest.raises(ValueError, match="too many"):
        signed_rank_test([float(n) for n in range(1, 202)])
