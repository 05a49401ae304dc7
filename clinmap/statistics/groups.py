"""Sums, means and standard deviations of groups, the same in any order of the rows.

The last digit of a sum hangs on the order in which numbers are added, and on who else is in the
column where a library adds in blocks. Here the numbers of a group are added by size, and with more
digits than a double has where the machine can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

Statistic = Literal["sum", "mean", "deviation"]


def group_statistics(
    numbers: Floats, groups: npt.NDArray[np.integer], size: int, what: Statistic
) -> Floats:
    """The sum, mean or standard deviation of each of `size` groups, numbered from 0.

    Missing numbers do not count, nor rows of a group below 0. A group without a number, and the
    deviation of one number, is missing.

    >>> import numpy as np
    >>> numbers, groups = np.array([16.71, 16.6, 16.66, np.nan]), np.array([0, 0, 0, 1])
    >>> group_statistics(numbers, groups, 2, "mean").tolist()
    [16.656666666666666, nan]
    """
    import numpy as np

    rows = np.flatnonzero(~np.isnan(numbers) & (groups >= 0))
    rows = rows[np.lexsort((numbers[rows], groups[rows]))]
    held, group = numbers[rows].astype(np.longdouble), groups[rows]
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(rows) else rows
    counts = np.diff(np.r_[starts, len(rows)])
    found = np.full(size, np.nan)
    if not len(rows):
        return found
    made = np.add.reduceat(held, starts)
    if what != "sum":
        made = made / counts
    if what == "deviation":
        apart = (held - np.repeat(made, counts)) ** 2
        several = counts > 1
        squares = np.add.reduceat(apart, starts) / np.where(several, counts - 1, 1)
        made = np.where(several, np.sqrt(squares), np.nan)
    found[group[starts]] = made.astype(np.float64)
    return found
