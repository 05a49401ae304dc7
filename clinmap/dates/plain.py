"""Complete ISO 8601 dates and date-times in numbers, all at once.

Nearly all dates of a study are complete to the day, the minute or the second, and date-times have
nearly as many distinct values as there are rows. Those forms are read here by their bytes; what is
partial, or no date at all, is left to `clinmap.dates.partial`, text by text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinmap.dates.partial import FIRST_YEAR

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

FORMS = ("dddd-dd-dd", "dddd-dd-ddTdd:dd", "dddd-dd-ddTdd:dd:dd")
_UNIX_EPOCH = 3653
"""1970-01-01 as a SAS date."""


@dataclass(frozen=True, slots=True)
class PlainDates:
    """What complete dates say: SAS days, and seconds since midnight; NaN where they do not say.

    `days` is NaN for every text that is not of the three forms, or not on the calendar; `timed` and
    `exact` mark those with hours and minutes, and with seconds.
    """

    days: Floats
    clock: Floats
    timed: Mask
    exact: Mask

    @property
    def found(self) -> Mask:
        """Which texts are such dates."""
        import numpy as np

        return ~np.isnan(self.days)


def distinct_dates(values: pd.Series) -> tuple[NDArray[np.int64], pa.LargeStringArray]:
    """For each row the position of its value among the distinct texts (-1: missing), and those."""
    import numpy as np
    import pandas as pd

    from clinmap.coded_text import coded

    codes, uniques = pd.factorize(values.astype("str"))
    own, known = coded(uniques)
    if not np.array_equal(own, np.arange(len(own))):
        known = known.take(own)
    return np.asarray(codes, dtype=np.int64), known


def plain_dates(texts: pa.LargeStringArray) -> PlainDates:
    """Read the texts that are complete dates or date-times (no text may be missing).

    >>> import pyarrow as pa
    >>> found = plain_dates(pa.array(["1960-01-02T00:01", "1960-02-30"], pa.large_string()))
    >>> found.days.tolist(), found.clock.tolist()
    ([1.0, nan], [60.0, nan])
    """
    import numpy as np

    size = len(texts)
    found = PlainDates(
        np.full(size, np.nan), np.full(size, np.nan), np.zeros(size, bool), np.zeros(size, bool)
    )
    if not size:
        return found
    _, offsets, content = texts.buffers()
    ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + size + 1]
    lengths = np.diff(ends)
    for form in FORMS:
        rows = np.flatnonzero(lengths == len(form))
        if len(rows):
            letters = np.frombuffer(content, np.uint8)
            cells = letters[ends[rows][:, None] + np.arange(len(form))]
            _read(cells, form, rows, found)
    return found


def with_others(
    found: PlainDates, texts: pa.LargeStringArray, plain: Floats, other: Callable[[str], float]
) -> Floats:
    """The numbers of the plain dates, and of each other text what a function makes of it."""
    import numpy as np

    left = np.flatnonzero(~found.found)
    if len(left):
        plain = plain.copy()
        plain[left] = [other(text) for text in texts.take(left).to_pylist()]
    return plain


def _read(cells: NDArray[np.uint8], form: str, rows: NDArray[np.int64], found: PlainDates) -> None:
    """Fill in what the texts of one form say."""
    import numpy as np

    fits = np.ones(len(cells), dtype=bool)
    for place, sign in enumerate(form):
        column = cells[:, place]
        fits &= (column - ord("0") < 10) if sign == "d" else (column == ord(sign))
    digits = (cells - np.uint8(ord("0"))).astype(np.int64)
    two = [digits[:, place] * 10 + digits[:, place + 1] for place in range(len(form) - 1)]
    year, month, day = two[0] * 100 + two[2], two[5], two[8]
    hour, minute = (two[11], two[14]) if len(form) > 10 else (0 * day, 0 * day)
    second = two[17] if len(form) > 16 else 0 * day
    fits &= (year >= FIRST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    fits &= (hour < 24) & (minute < 60) & (second < 60)
    number = np.where(fits, (year - 1970) * 12 + month - 1, 0)
    first = number.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (number + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    fits &= day <= after - first
    good = rows[fits]
    found.days[good] = (first + day - 1 + _UNIX_EPOCH)[fits]
    if len(form) > 10:
        found.clock[good] = (hour * 3600 + minute * 60 + second)[fits]
        found.timed[good] = True
        found.exact[good] = len(form) > 16
