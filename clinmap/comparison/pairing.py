"""Which row of the base meets which row of the comparison.

Rows meet by their keys. Where a key occurs more than once on a side, the rows of that key are
*tied*: rows of the same content meet first, then the pairs with the most equal cells, one after
the other (greedy, not the optimum over all pairs). What is equally good is decided by content,
never by the order of the rows, and the same way when the two sides are exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinmap.comparison.variables import AlignedVariable, Floats, Ints, Tolerance

#: Tied rows of one key with more candidate pairs than this (500 x 500) meet in content's order.
CANDIDATES_OF_A_KEY = 250_000
_CANDIDATES_AT_ONCE = 1_000_000
_PIECE = 16_384


@dataclass(frozen=True, slots=True)
class Pairing:
    """Positions of the rows that meet (`base[i]` with `compare[i]`), and of those that meet none.

    The pairs are in the order of their keys. `tied` counts the pairs whose key is not unique.
    """

    base: Ints
    compare: Ints
    only_base: Ints
    only_compare: Ints
    tied: int


@dataclass(frozen=True, slots=True)
class _Side:
    """Rows of one side: their positions, the number of their key, the rank of their content."""

    rows: Ints
    key: Ints
    rank: Ints

    def keep(self, chosen: NDArray[np.bool_] | Ints) -> _Side:
        return _Side(self.rows[chosen], self.key[chosen], self.rank[chosen])


def _side(key: Ints, rank: Ints) -> _Side:
    """All rows of one side, in the order of key and content."""
    rows = np.lexsort((rank, key)).astype(np.int64)
    return _Side(rows, key[rows], rank[rows])


def pair_rows(
    keys: Sequence[AlignedVariable],
    variables: Sequence[AlignedVariable],
    sizes: tuple[int, int],
    tolerance: Tolerance,
) -> Pairing:
    """Pair the rows of the two sides by `keys`, tied rows by the most equal cells of `variables`.

    Null keys meet null keys; numeric keys are equal when their first 12 digits are. Without keys
    all rows are tied. `sizes` are the numbers of rows of base and compare.
    """
    base_key, compare_key = _numbered([codes for key in keys for codes in _key_codes(key)], sizes)
    count = int(max(base_key.max(initial=-1), compare_key.max(initial=-1))) + 1
    here = np.bincount(base_key, minlength=count)
    there = np.bincount(compare_key, minlength=count)
    single = (here == 1) & (there == 1)
    tied = (here > 0) & (there > 0) & ~single
    base_rows = np.flatnonzero(single[base_key])
    compare_rows = np.flatnonzero(single[compare_key])
    first = base_rows[np.argsort(base_key[base_rows], kind="stable")]
    second = compare_rows[np.argsort(compare_key[compare_rows], kind="stable")]
    tied_base, tied_compare, ranks = _pair_tied(variables, base_key, compare_key, tied, tolerance)
    order = np.lexsort(
        (
            np.concatenate([np.zeros(len(first), np.int64), ranks]),
            np.concatenate([base_key[first], base_key[tied_base]]),
        )
    )
    return Pairing(
        np.concatenate([first, tied_base])[order],
        np.concatenate([second, tied_compare])[order],
        _left_over(base_key, first, tied_base),
        _left_over(compare_key, second, tied_compare),
        len(tied_base),
    )


def _left_over(key: Ints, *paired: Ints) -> Ints:
    """Positions that were not paired, in the order of their keys."""
    alone = np.ones(len(key), dtype=np.bool_)
    for rows in paired:
        alone[rows] = False
    rows = np.flatnonzero(alone)
    return rows[np.argsort(key[rows], kind="stable")]


def _numbered(columns: Sequence[tuple[Ints, Ints]], sizes: tuple[int, int]) -> tuple[Ints, Ints]:
    """Number the distinct combinations of codes on both sides, 0 upwards in lexicographic order."""
    ids = np.zeros(sum(sizes), dtype=np.int64)
    for base, compare in columns:
        codes = np.concatenate([base, compare])
        if not len(codes):
            continue
        codes = codes - codes.min()
        joined = ids * (int(codes.max()) + 1) + codes
        ids = np.unique(joined, return_inverse=True)[1].astype(np.int64)
    return ids[: sizes[0]], ids[sizes[0] :]


def _key_codes(key: AlignedVariable) -> list[tuple[Ints, Ints]]:
    """Codes of a key in the order of its values; an unread text meets nothing on the other side."""
    return _ordered_codes(key, rounded=True)


def _ordered_codes(variable: AlignedVariable, rounded: bool) -> list[tuple[Ints, Ints]]:
    if variable.kind == "text":
        return [_text_ranks(variable.texts, variable.base, variable.compare)]
    values = np.concatenate([variable.base, variable.compare])
    if rounded:
        values = twelve_digits(values)
    codes = np.unique(values, return_inverse=True)[1].astype(np.int64)
    parts = [(codes[: len(variable.base)], codes[len(variable.base) :])]
    for side in ("base_unread", "compare_unread"):
        unread = getattr(variable, side)
        if len(unread) and bool((unread >= 0).any()):
            ranked = _text_ranks(variable.texts, unread, unread[:0])[0]
            base, compare = variable.base, variable.compare
            blank = np.full(len(compare if side == "base_unread" else base), -1, dtype=np.int64)
            parts.append((ranked, blank) if side == "base_unread" else (blank, ranked))
    return parts


def _text_ranks(
    texts: NDArray[np.object_], base: Ints | Floats, compare: Ints | Floats
) -> tuple[Ints, Ints]:
    """The ranks of the texts among those that occur; missing stays -1."""
    here, there = base.astype(np.int64), compare.astype(np.int64)
    used = np.unique(np.concatenate([here, there]))
    used = used[used >= 0]
    ranks = np.full(len(texts) + 1, -1, dtype=np.int64)
    order = np.argsort(texts[used], kind="stable") if len(used) else used
    ranks[used[order]] = np.arange(len(used))
    return ranks[here], ranks[there]


def twelve_digits(values: Floats) -> Floats:
    """The numbers rounded to 12 significant digits: noise in a key does not part two rows.

    >>> twelve_digits(np.array([0.1 + 0.2, 7.0])).tolist()
    [0.3, 7.0]
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        size = np.floor(np.log10(np.abs(values)))
        scale = 10.0 ** (11.0 - size)
        near = np.round(values * scale) / scale
    return np.where(np.isfinite(near) & (np.abs(size) < 290), near, values)


def _pair_tied(
    variables: Sequence[AlignedVariable],
    base_key: Ints,
    compare_key: Ints,
    tied: NDArray[np.bool_],
    tolerance: Tolerance,
) -> tuple[Ints, Ints, Ints]:
    """Positions of tied rows that meet, and the rank of each pair within its key."""
    base_rows = np.flatnonzero(tied[base_key])
    compare_rows = np.flatnonzero(tied[compare_key])
    if not len(base_rows):
        return base_rows, compare_rows, base_rows
    base_rows = base_rows[np.argsort(base_key[base_rows], kind="stable")]
    compare_rows = compare_rows[np.argsort(compare_key[compare_rows], kind="stable")]
    parts = [variable.take(base_rows, compare_rows) for variable in variables]
    codes = [c for v in sorted(parts, key=lambda v: v.name) for c in _ordered_codes(v, False)]
    base_rank, compare_rank = _numbered(codes, (len(base_rows), len(compare_rows)))
    base = _side(base_key[base_rows], base_rank)
    compare = _side(compare_key[compare_rows], compare_rank)
    chosen = [_same_content(base, compare)]
    base, compare = _without(base, chosen[0][0]), _without(compare, chosen[0][1])
    chosen.extend(_by_equal_cells(base, compare, parts, tolerance))
    here = np.concatenate([rows for rows, _ in chosen])
    there = np.concatenate([rows for _, rows in chosen])
    order = np.lexsort((compare_rank[there], base_rank[here]))
    here, there = here[order], there[order]
    return base_rows[here], compare_rows[there], np.arange(len(here))


def _without(side: _Side, rows: Ints) -> _Side:
    return side.keep(~np.isin(side.rows, rows))


def _same_content(base: _Side, compare: _Side) -> tuple[Ints, Ints]:
    """Rows of equal key and content: the first with the first, the second with the second."""
    here, there = _numbered(
        [(base.key, compare.key), (base.rank, compare.rank)], (len(base.rows), len(compare.rows))
    )
    here, there = _numbered(
        [(here, there), (_occurrence(here), _occurrence(there))], (len(here), len(there))
    )
    _, first, second = np.intersect1d(here, there, assume_unique=True, return_indices=True)
    return base.rows[first], compare.rows[second]


def _occurrence(sorted_ids: Ints) -> Ints:
    """0 for the first of each run of equal ids, 1 for the second, and so on."""
    starts = np.r_[True, sorted_ids[1:] != sorted_ids[:-1]] if len(sorted_ids) else sorted_ids == 0
    positions = np.arange(len(sorted_ids))
    return positions - np.maximum.accumulate(np.where(starts, positions, 0))


def _by_equal_cells(
    base: _Side, compare: _Side, parts: Sequence[AlignedVariable], tolerance: Tolerance
) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of the rows that are left: by content where a key has too many, else by equal cells."""
    keys = np.intersect1d(base.key, compare.key)
    base = base.keep(np.isin(base.key, keys))
    compare = compare.keep(np.isin(compare.key, keys))
    here = np.unique(base.key, return_counts=True)[1]
    there = np.unique(compare.key, return_counts=True)[1]
    candidates = here * there
    many = keys[candidates > CANDIDATES_OF_A_KEY]
    if len(many):
        few = ~np.isin(base.key, many), ~np.isin(compare.key, many)
        yield _in_turn(base.keep(~few[0]), compare.keep(~few[1]))
        base, compare = base.keep(few[0]), compare.keep(few[1])
        keys = np.setdiff1d(keys, many)
        candidates = candidates[candidates <= CANDIDATES_OF_A_KEY]
    batch = np.cumsum(candidates) // _CANDIDATES_AT_ONCE
    for number in np.unique(batch):
        some = keys[batch == number]
        yield _greedy(
            base.keep(np.isin(base.key, some)),
            compare.keep(np.isin(compare.key, some)),
            parts,
            tolerance,
        )


def _in_turn(base: _Side, compare: _Side) -> tuple[Ints, Ints]:
    """Within each key, the first row by content with the first, the second with the second."""
    here, there = _numbered(
        [(base.key, compare.key), (_occurrence(base.key), _occurrence(compare.key))],
        (len(base.key), len(compare.key)),
    )
    _, first, second = np.intersect1d(here, there, assume_unique=True, return_indices=True)
    return base.rows[first], compare.rows[second]


def _greedy(
    base: _Side, compare: _Side, parts: Sequence[AlignedVariable], tolerance: Tolerance
) -> tuple[Ints, Ints]:
    """All candidate pairs of each key, best first; a pair is taken when both its rows are free."""
    keys, starts, counts = np.unique(compare.key, return_index=True, return_counts=True)
    key = np.searchsorted(keys, base.key)
    first = np.repeat(np.arange(len(base.rows)), counts[key])
    offset = np.arange(len(first)) - np.repeat(np.cumsum(counts[key]) - counts[key], counts[key])
    second = np.repeat(starts[key], counts[key]) + offset
    here, there = base.rows[first], compare.rows[second]
    equal = _equal_cells(here, there, parts, tolerance)
    ranks = base.rank[first], compare.rank[second]
    order = np.lexsort((np.maximum(*ranks), np.minimum(*ranks), -equal))
    taken = _free_pairs(here[order].tolist(), there[order].tolist())
    chosen = order[taken]
    return here[chosen], there[chosen]


def _equal_cells(
    here: Ints, there: Ints, parts: Sequence[AlignedVariable], tolerance: Tolerance
) -> Ints:
    """How many cells of each candidate pair are equal; piece by piece, to stay in the cache."""
    equal = np.zeros(len(here), dtype=np.int64)
    for start in range(0, len(here), _PIECE):
        piece = slice(start, start + _PIECE)
        for variable in parts:
            equal[piece] += variable.take(here[piece], there[piece]).equal(tolerance)
    return equal


def _free_pairs(here: list[int], there: list[int]) -> list[int]:
    """Positions of the pairs whose two rows occur in no pair taken before."""
    used_here: set[int] = set()
    used_there: set[int] = set()
    taken = []
    for position, (first, second) in enumerate(zip(here, there, strict=True)):
        if first not in used_here and second not in used_there:
            used_here.add(first)
            used_there.add(second)
            taken.append(position)
    return taken
