"""Meeting of rows by keys: for each row the position of its partner in another table, or -1."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

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
    length = len(own[0])
    combined = np.zeros(length + len(other[0]), dtype=np.int64)
    absent = np.zeros(len(combined), dtype=bool)
    for number, (left, right) in enumerate(zip(own, other, strict=True)):
        alike = left.dtype == right.dtype
        sides = [left, right] if alike else [as_text(left), as_text(right)]
        codes, known = pd.factorize(pd.concat(sides, ignore_index=True))
        absent |= codes < 0
        combined = combined * (len(known) + 1) + codes
        if number:
            combined = pd.factorize(combined)[0].astype(np.int64)
    combined = np.where(absent, -1, combined).astype(np.int64)
    return combined[:length], combined[length:], int(combined.max(initial=-1)) + 1
