"""The rank tests of Wilcoxon, exact with ties too, and the shift of Hodges and Lehmann."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Doubled = npt.NDArray[np.int64]
    """Ranks times two: those of ties are halves."""

LARGEST = 200
"""The most values for an exact test, whose time grows with the fourth power of their number."""


def rank_sum_test(values: Sequence[float], others: Sequence[float]) -> float:
    """The exact two-sided p-value of Wilcoxon's rank sum test (Mann and Whitney's U test).

    It is the share of all ways to choose the first group whose sum of ranks is at least as far from
    the expected one. Ties share the mean of their ranks. ValueError where a group is empty, a value
    is missing, or there are more than 200 values.

    >>> round(rank_sum_test([1.1, 2.2, 3.3], [4.4, 5.5, 6.6, 7.7]), 6)
    0.057143
    """
    import numpy as np

    if not len(values) or not len(others):
        raise ValueError("a rank sum test needs values in both groups")
    smaller, larger = sorted([list(values), list(others)], key=len)
    ranks = _doubled_ranks([*smaller, *larger])
    size, whole = len(smaller), int(ranks.sum())
    ways = np.zeros((size + 1, whole + 1))
    ways[0, 0] = 1.0
    for rank in ranks:
        ways[1:, rank:] += ways[:-1, : whole + 1 - rank]
    return _as_far(ways[size], int(ranks[:size].sum()), size * whole, len(ranks))


def signed_rank_test(differences: Sequence[float]) -> float:
    """The exact two-sided p-value of Wilcoxon's signed rank test.

    It is the share of all ways to give the ranks a sign whose sum of positive ranks is at least as
    far from the expected one. Differences of 0 are left out, ties share the mean of their ranks; 1
    where no difference is left. ValueError where a value is missing, or there are more than 200.

    >>> signed_rank_test([1.0, 2.0, 3.0, 4.0, 5.0])
    0.0625
    """
    import numpy as np

    present = [value for value in differences if value != 0]
    if not present:
        return 1.0
    ranks = _doubled_ranks([abs(value) for value in present])
    whole = int(ranks.sum())
    ways = np.zeros(whole + 1)
    ways[0] = 1.0
    for rank in ranks:
        shifted = np.zeros_like(ways)
        shifted[rank:] = ways[: whole + 1 - rank]
        ways = (ways + shifted) / 2
    positive = int(ranks[np.asarray(present) > 0].sum())
    return _as_far(ways, positive, whole, 2)


def hodges_lehmann(values: Sequence[float], others: Sequence[float]) -> float:
    """How far the first group lies above the other: the median of all pairwise differences.

    >>> hodges_lehmann([1.0, 5.0, 7.0], [2.0, 3.0])
    2.5
    """
    import numpy as np

    if not len(values) or not len(others):
        raise ValueError("a shift needs values in both groups")
    return float(np.median(np.subtract.outer(np.asarray(values), np.asarray(others))))


def _as_far(ways: npt.NDArray[np.float64], found: int, expected: int, parts: int) -> float:
    """The share of sums at least as far from `expected` / `parts`, compared in whole numbers."""
    import numpy as np

    far = abs(np.arange(len(ways)) * parts - expected) >= abs(found * parts - expected)
    return float(ways[far].sum() / ways.sum())


def _doubled_ranks(values: Sequence[float]) -> Doubled:
    """Twice the rank of each value, ties with the mean of theirs, in whole numbers.

    >>> _doubled_ranks([3.0, 1.0, 3.0]).tolist()
    [5, 2, 5]
    """
    import numpy as np

    numbers = np.asarray(values, dtype=np.float64)
    if np.isnan(numbers).any():
        raise ValueError("a missing value has no rank")
    if len(numbers) > LARGEST:
        raise ValueError(f"{len(numbers)} values are too many for an exact test (most: {LARGEST})")
    _, places, sizes = np.unique(numbers, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    doubled: Doubled = (2 * last - sizes + 1)[places].astype(np.int64)
    return doubled
