"""Total orders within groups: what sequence numbers and flags are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd


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
    import numpy as np

    high = list(descending) or [False] * len(keys)
    group = group_codes(groups, len(hashes))
    columns: list[npt.NDArray[np.float64 | np.int64]] = [group]
    for key, down in zip(keys, high, strict=True):
        codes = order_codes(key)
        columns.append(-codes if down else codes)
    order = _ascending(columns, hashes)
    if last_first:
        order = order[::-1]
        order = order[np.argsort(group[order], kind="stable")]
    return _counted(group, order)


def ranks_in_group(groups: Sequence[pd.Series], keys: Sequence[pd.Series]) -> npt.NDArray[np.int64]:
    """The rank of each row's keys among those of its group, 1 for the first; equal keys share it.

    Missing keys sort first. Two records of one visit share the number of the visit.
    """
    import numpy as np

    size = len(groups[0]) if groups else len(keys[0])
    group = group_codes(groups, size)
    columns = [order_codes(key) for key in reversed(list(keys))]
    order = np.lexsort((*columns, group))
    change = np.ones(size, dtype=bool)
    change[1:] = False
    starts = change.copy()
    starts[1:] = group[order][1:] != group[order][:-1]
    for codes in columns:
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


def group_codes(groups: Sequence[pd.Series], size: int) -> npt.NDArray[np.int64]:
    """One number for each combination of values; a missing value is a value like another."""
    import numpy as np
    import pandas as pd

    combined = np.zeros(size, dtype=np.int64)
    for values in groups:
        codes, known = pd.factorize(values, use_na_sentinel=False)
        combined = pd.factorize(combined * (len(known) + 1) + codes)[0].astype(np.int64)
    return combined


def order_codes(values: pd.Series) -> npt.NDArray[np.float64]:
    """Numbers that sort as the values do, missing first."""
    import numpy as np
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.fillna(-np.inf).to_numpy().astype(np.float64)
    codes, _ = pd.factorize(values, sort=True)
    return codes.astype(np.float64)


def by_size(values: pd.Series) -> pd.Series:
    """Raw text as numbers where all of it is numbers, so that record 10 comes after record 9.

    >>> import pandas as pd
    >>> by_size(pd.Series(["9", "10"])).tolist(), by_size(pd.Series(["9", "10a"])).tolist()
    ([9.0, 10.0], ['9', '10a'])
    """
    from clinmap.frames import as_number

    numbers = as_number(values)
    return values if (numbers.isna() & values.notna()).any() else numbers


def ranked(keys: Sequence[pd.Series], hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """The rows in the order of the keys, missing first; ties by the rows' hashes: a total order."""
    return _ascending([order_codes(key) for key in keys], hashes)


def _ascending(
    columns: Sequence[npt.NDArray[np.float64 | np.int64]], hashes: npt.NDArray[np.uint64]
) -> npt.NDArray[np.int64]:
    """The rows in the order of the columns, first column first; the hashes break ties."""
    import numpy as np

    if not columns:
        return np.argsort(hashes, kind="stable")
    order = np.lexsort(tuple(reversed(columns))).astype(np.int64)
    alike = np.ones(max(len(order) - 1, 0), dtype=bool)
    for column in columns:
        alike &= column[order[1:]] == column[order[:-1]]
    if alike.any():
        tied = np.flatnonzero(np.r_[alike, False] | np.r_[False, alike])
        run = np.cumsum(np.r_[True, ~alike])[tied]
        order[tied] = order[tied][np.lexsort((hashes[order[tied]], run))]
    return order
