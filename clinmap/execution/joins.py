"""Meeting of rows by keys: for each row the position of its partner in another table, or -1."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinmap.coded_text import shared_codes
from clinmap.frames import Mask, Positions, as_text


def match(
    own: Sequence[pd.Series],
    other: Sequence[pd.Series],
    preference: Callable[[], Positions],
    eligible: Mask,
) -> tuple[Positions, Mask]:
    """The partner of each row, and where there were several.

    `preference` lists the other table's rows, best first; of several partners the best is taken. It
    is asked for only where there are several.
    Only `eligible` rows of the other table can be partners. A missing key meets nothing.
    """
    own_codes, other_codes, size = _codes(own, other)
    usable = eligible & (other_codes >= 0)
    several = np.bincount(other_codes[usable], minlength=size + 1) > 1
    order = preference()[::-1] if several.any() else np.arange(len(usable))
    records = order[usable[order]]
    best = np.full(size + 1, -1, dtype=np.int64)
    best[other_codes[records]] = records
    own_codes = np.where(own_codes < 0, size, own_codes)
    return best[own_codes], several[own_codes]


def match_all(
    own: Sequence[pd.Series],
    other: Sequence[pd.Series],
    preference: Positions,
    eligible: Mask,
) -> tuple[Positions, Positions]:
    """Every pair of a row and a partner: rows in their order, partners best first.

    A row that meets none stands once, with partner -1.
    """
    own_codes, other_codes, size = _codes(own, other)
    usable = preference[(eligible & (other_codes >= 0))[preference]]
    partners = usable[np.argsort(other_codes[usable], kind="stable")]
    counts = np.bincount(other_codes[usable], minlength=size + 1)
    starts = np.cumsum(counts) - counts
    own_codes = np.where(own_codes < 0, size, own_codes)
    met = counts[own_codes]
    rows = np.repeat(np.arange(len(own_codes), dtype=np.int64), np.maximum(met, 1))
    which = np.arange(len(rows)) - np.repeat(np.cumsum(np.maximum(met, 1)), np.maximum(met, 1))
    which += np.repeat(np.maximum(met, 1), np.maximum(met, 1))
    found = np.full(len(rows), -1, dtype=np.int64)
    some = met[rows] > 0
    found[some] = partners[starts[own_codes[rows[some]]] + which[some]]
    return rows, found


def _codes(
    own: Sequence[pd.Series], other: Sequence[pd.Series]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """One number for each combination of keys, alike on both sides; -1 where a key is missing."""
    left, right = np.zeros(len(own[0]), np.int64), np.zeros(len(other[0]), np.int64)
    no_left, no_right = np.zeros(len(left), bool), np.zeros(len(right), bool)
    size = 1
    for mine, theirs in zip(own, other, strict=True):
        first, second, known = _key_codes(mine, theirs)
        no_left |= first < 0
        no_right |= second < 0
        left, right = left * (known + 1) + first + 1, right * (known + 1) + second + 1
        size *= known + 1
        if size > len(left) + len(right):
            both, known_pairs = pd.factorize(np.concatenate([left, right]))
            left, right, size = both[: len(left)], both[len(left) :], len(known_pairs)
    return np.where(no_left, -1, left), np.where(no_right, -1, right), size


def _key_codes(
    mine: pd.Series, theirs: pd.Series
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Numbers of one key, alike on both sides (-1: missing), and how many there are."""
    if mine.dtype == theirs.dtype and pd.api.types.is_numeric_dtype(mine.dtype):
        codes, known = pd.factorize(np.concatenate([mine.to_numpy(), theirs.to_numpy()]))
        return codes[: len(mine)], codes[len(mine) :], len(known)
    first, second = shared_codes(as_text(mine), as_text(theirs))
    size = 1 + max(int(first.max(initial=-1)), int(second.max(initial=-1)))
    return first.astype(np.int64), second.astype(np.int64), size
