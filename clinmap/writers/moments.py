"""SAS dates, date-times and times as real ones, where every number of a column is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]

_EPOCH_DAYS = 3653
"""Days from 1960-01-01, where SAS counts from, to 1970-01-01."""
_DAY = 86_400
_YEARS = (-141_428, 2_932_896)
"""The first day that SAS has, in 1582, and the last of 9999, counted from 1970."""


def unix_moments(numbers: Numbers, kind: str) -> Whole | None:
    """Days (date) or microseconds (datetime, time) since 1970 or midnight; missing ones are 0.

    None where a number is no such moment: a fraction of a day, a time beyond a day, a year beyond
    9999, or a fraction finer than a microsecond; such a column has to stay numbers.

    >>> import numpy as np
    >>> unix_moments(np.array([19725.0]), "date").tolist()
    [16072]
    """
    import numpy as np

    filled = np.where(np.isnan(numbers), 0.0 if kind == "time" else _EPOCH_DAYS, numbers)
    if kind == "date":
        wanted, first, last = filled - _EPOCH_DAYS, *_YEARS
    elif kind == "datetime":
        filled = np.where(np.isnan(numbers), _EPOCH_DAYS * _DAY, numbers)
        wanted = (filled - _EPOCH_DAYS * _DAY) * 1e6
        first, last = _YEARS[0] * _DAY * 10**6, ((_YEARS[1] + 1) * _DAY - 1) * 10**6
    else:
        wanted, first, last = filled * 1e6, 0, _DAY * 10**6 - 1
    if len(wanted) and not (wanted.min() >= first and wanted.max() <= last):
        return None
    whole = np.round(wanted)
    same = np.abs(whole - wanted) <= (0 if kind == "date" else 0.25)
    return whole.astype(np.int64) if same.all() and _returns(whole, numbers, kind) else None


def _returns(whole: Numbers, numbers: Numbers, kind: str) -> bool:
    """Whether the moments give the very same numbers again."""
    import numpy as np

    if kind == "date":
        again = whole + _EPOCH_DAYS
    else:
        again = whole / 1e6 + (_EPOCH_DAYS * _DAY if kind == "datetime" else 0)
    return bool((np.isnan(numbers) | (again == numbers)).all())
