"""Total orders within groups: what sequence numbers and flags are made of.

A key is turned into whole numbers that sort as its values do; the keys of a row are packed into one
number, and the numbers are sorted digit by digit, sixteen bits at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Numbers = npt.NDArray[np.int64]

PACKED = 2**62
"""How many combinations of keys one packed number may tell apart."""


def positions_in_group(
    groups: Sequence[pd.Series],
    keys: Sequence[pd.Series],
    hashes: npt.NDArray[np.uint64],
    descending: Sequence[bool] = (),
    *,
    last_first: bool = False,
) -> npt.NDArray[np.int64]:
    """The position of each row in its group, 1 for the first in the order of the keys.

    Missing keys sort first; ties are broken by the hashes, so the result does not hang on the order
    of the rows. `descending` says which keys run from high to low; `last_first` turns it all round.
    """
    high = list(descending) or [False] * len(keys)
    group = group_codes(groups, len(hashes))
    columns = [(group, int(group.max(initial=0)) + 1)]
    for key, down in zip(keys, high, strict=True):
        codes, size = order_codes(key)
        columns.append((size - 1 - codes if down else codes, size))
    order = _ascending(columns, hashes)
    if last_first:
        order = order[::-1]
        order = order[_sorted([(group, columns[0][1])], order)]
    return _counted(group, order)


def ranks_in_group(groups: Sequence[pd.Series], keys: Sequence[pd.Series]) -> npt.NDArray[np.int64]:
    """The rank of each row's keys among those of its group, 1 for the first; equal keys share it.

    Missing keys sort first. Two records of one visit share the number of the visit.
    """
    import numpy as np

    size = len(groups[0]) if groups else len(keys[0])
    group = group_codes(groups, size)
    columns = [order_codes(key) for key in keys]
    order = _sorted([(group, int(group.max(initial=0)) + 1), *columns])
    change = np.ones(size, dtype=bool)
    change[1:] = False
    starts = change.copy()
    starts[1:] = group[order][1:] != group[order][:-1]
    for codes, _ in columns:
        change[1:] |= codes[order][1:] != codes[order][:-1]
    counted = np.cumsum(change | starts)
    first = counted[np.flatnonzero(starts)] if size else counted
    ranks = np.empty(size, dtype=np.int64)
    ranks[order] = counted - np.repeat(first, np.diff(np.r_[np.flatnonzero(starts), size])) + 1
    return ranks


def _counted(group: npt.NDArray[np.int64], order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """1, 2, 3 … within each run of equal groups in the given order."""
    import numpy as np

    sorted_groups = group[order]
    starts = np.flatnonzero(np.r_[True, sorted_groups[1:] != sorted_groups[:-1]])
    sizes = np.diff(np.r_[starts, len(order)])
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.arange(len(order)) - np.repeat(starts, sizes) + 1
    return numbers


def group_codes(groups: Sequence[pd.Series], size: int) -> Numbers:
    """One number for each combination of values; a missing value is a value like another."""
    import numpy as np
    import pandas as pd

    combined, many = np.zeros(size, dtype=np.int64), 1
    for values in groups:
        codes, known = pd.factorize(values)
        if many * (len(known) + 1) > PACKED:
            combined, found = pd.factorize(combined)
            many = len(found)
        combined = combined * (len(known) + 1) + (codes + 1)
        many *= len(known) + 1
    return pd.factorize(combined)[0].astype(np.int64, copy=False)


def order_codes(values: pd.Series) -> tuple[Numbers, int]:
    """Whole numbers from 0 that sort as the values do, missing first, and how many there may be.

    >>> import pandas as pd
    >>> order_codes(pd.Series([2.5, None, -1.0]))[0].tolist()
    [2, 0, 1]
    """
    import numpy as np
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values.dtype):
        codes, numbers = pd.factorize(values, sort=True)
        return codes.astype(np.int64, copy=False) + 1, len(numbers) + 1
    from clinmap.coded_text import coded, ranks_of

    texts, known = coded(values)
    return np.append(ranks_of(known), -1).take(texts) + 1, len(known) + 1


def by_size(values: pd.Series) -> pd.Series:
    """Raw text as numbers where all of it is numbers, so that record 10 comes after record 9.

    >>> import pandas as pd
    >>> by_size(pd.Series(["9", "10"])).tolist(), by_size(pd.Series(["9", "10a"])).tolist()
    ([9.0, 10.0], ['9', '10a'])
    """
    from clinmap.frames import as_number

    numbers = as_number(values)
    return values if (numbers.isna() & values.notna()).any() else numbers


def ranked(keys: Sequence[pd.Series], hashes: npt.NDArray[np.uint64]) -> Numbers:
    """The rows in the order of the keys, missing first; ties by the rows' hashes: a total order."""
    return _ascending([order_codes(key) for key in keys], hashes)


def _ascending(columns: Sequence[tuple[Numbers, int]], hashes: npt.NDArray[np.uint64]) -> Numbers:
    """The rows in the order of the columns, first column first; the hashes break ties."""
    import numpy as np

    if not columns:
        return np.argsort(hashes, kind="stable")
    words = _packed(columns)
    order = _by_words(words, None)
    alike = np.ones(max(len(order) - 1, 0), dtype=bool)
    for word, _ in words:
        held = word[order]
        alike &= held[1:] == held[:-1]
    if alike.any():
        tied = np.flatnonzero(np.r_[alike, False] | np.r_[False, alike])
        run = np.cumsum(np.r_[True, ~alike])[tied]
        order[tied] = order[tied][np.lexsort((hashes[order[tied]], run))]
    return order


def _sorted(columns: Sequence[tuple[Numbers, int]], rows: Numbers | None = None) -> Numbers:
    """The places of rows (all, as they stand) in the order of the columns; equal ones as before."""
    return _by_words(_packed(columns), rows)


def _packed(columns: Sequence[tuple[Numbers, int]]) -> list[tuple[Numbers, int]]:
    """The columns as few numbers, each with how many values it may have."""
    words = [columns[0]]
    for codes, size in columns[1:]:
        word, many = words[-1]
        if many * size <= PACKED:
            words[-1] = word * size + codes, many * size
        else:
            words.append((codes, size))
    return words


def _by_words(words: Sequence[tuple[Numbers, int]], rows: Numbers | None) -> Numbers:
    """The places in the order of packed numbers, the first one foremost."""
    import numpy as np

    held = [(word if rows is None else word[rows], many) for word, many in words]
    order = np.arange(len(held[0][0]), dtype=np.int64)
    if len(held) == 1 and (held[0][0][1:] >= held[0][0][:-1]).all():
        return order
    for word, many in reversed(held):
        for shift in range(0, max(many - 1, 1).bit_length(), 16):
            # numpy sorts numbers of 16 bits by counting, and keeps equal ones in their order
            digit = (word >> shift).astype(np.uint16)
            order = order[np.argsort(digit[order], kind="stable")]
    return order
