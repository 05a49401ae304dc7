"""From what was written on the form to ISO 8601: dates, times, unknown parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinmap.dates.formats import check_format, read_date, read_time
from clinmap.dates.partial import Partial

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.dates.distinct import Codes, Mask

Reading = tuple[str | None, bool, bool]
"""What a value gives: ISO 8601 text or None, whether it is bad, whether it says unknown."""

_MISSING = Partial()


@dataclass(frozen=True, slots=True)
class IsoDates:
    """ISO 8601 text per row, and the rows that could not be read or that said unknown.

    `values` is null where nothing is known. `bad` marks rows of which a date or time is present but
    read by no format, or impossible. `unknown` marks rows whose whole date says unknown (`UNK`).
    """

    values: pd.Series
    bad: pd.Series
    unknown: pd.Series


def to_iso(
    dates: pd.Series,
    formats: Sequence[str],
    times: pd.Series | None = None,
    time_formats: Sequence[str] = ("HH:MM", "HH:MM:SS"),
) -> IsoDates:
    """Turn collected dates, with times if there are any, into ISO 8601 text for a --DTC variable.

    `dates` and `times` are text with the same index. Formats are tried in the order given and the
    first that reads a value as a possible date wins; see `clinmap.dates.formats`.

    * Unknown parts stay unknown: `UN MAR 2014` is `2014-03`, `12 UN 2009` is `2009---12`.
    * A known time of a partial date is kept: `2014-03--T08:15`; without any date `-----T08:15`.
    * 24:00 is 00:00 of the next day; of a partial date it is bad.
    * A time that is bad leaves the date, and the row is bad; a date that is bad gives null.
    * A time column that knows the time goes before a time within the date text.
    * Missing or blank text gives null and is neither bad nor unknown.

    Reference: SDTMIG 3.4 sections 4.4.1 and 4.4.2.

    >>> import pandas as pd
    >>> found = to_iso(pd.Series(["1 MAR 2014", "UN UNK 2010", "30 FEB 2014"]), ["DD MON YYYY"])
    >>> found.values.tolist(), found.bad.tolist()
    (['2014-03-01', '2010', nan], [False, False, True])
    """
    from clinmap.dates.distinct import distinct_texts, same_rows

    for each in (*formats, *time_formats):
        check_format(each)
    codes, texts = distinct_texts(dates)
    days = [read_date(text, formats) if text.strip() else _MISSING for text in texts]
    said = [bool(text.strip()) for text in texts]
    if times is None:
        readings = [_reading(d, _MISSING, s) for d, s in zip(days, said, strict=True)]
        return _spread(codes, readings, dates.index)
    same_rows(dates, times, "times")
    clock_codes, clock_texts = distinct_texts(times)
    clocks = [read_time(text, time_formats) if text.strip() else _MISSING for text in clock_texts]
    days, clocks, said = [*days, _MISSING], [*clocks, _MISSING], [*said, False]
    joined, plain = _joined(codes, days, clock_codes, clocks, dates.index)
    pairs, day_of, clock_of = _pairs(codes, clock_codes, len(clocks), plain)
    readings = [
        _reading(days[d], clocks[c], said[d]) for d, c in zip(day_of, clock_of, strict=True)
    ]
    found = _spread(pairs, readings, dates.index)
    return IsoDates(found.values.where(~plain, joined), found.bad, found.unknown)


def _joined(
    codes: Codes,
    days: Sequence[Partial | None],
    clock_codes: Codes,
    clocks: Sequence[Partial | None],
    index: pd.Index,
) -> tuple[pd.Series, Mask]:
    """Date and time put together as text, and the plain rows, in which that is all there is to do.

    A row is plain when the date is complete and the time is known and is not 24:00; nearly all
    rows with a time are, and they may have nearly as many distinct values as there are rows.
    """
    import numpy as np

    from clinmap.coded_text import combined
    from clinmap.dates.distinct import rows_of_text

    plain_day = np.array([d is not None and d.on_calendar() is not None for d in days])
    plain_clock = np.array([c is not None and c.has_time and c.hour != 24 for c in clocks])
    heads = [
        "" if d is None else d._replace(hour=None, minute=None, second=None).iso() for d in days
    ]
    tails = ["" if c is None else c.iso().lstrip("-") for c in clocks]
    joined = combined(rows_of_text(codes, heads, index), rows_of_text(clock_codes, tails, index))
    return joined, plain_day[codes] & plain_clock[clock_codes]


def _pairs(
    codes: Codes, clock_codes: Codes, width: int, plain: Mask
) -> tuple[Codes, list[int], list[int]]:
    """The distinct pairs of a date and a time: which one each row has, and what each one is."""
    import numpy as np
    import pandas as pd

    numbers = (codes + 1) * width + clock_codes + 1
    pairs = np.full(len(codes), -1)
    pairs[~plain], uniques = pd.factorize(numbers[~plain])
    return pairs, (uniques // width - 1).tolist(), (uniques % width - 1).tolist()


def _reading(day: Partial | None, clock: Partial | None, said: bool) -> Reading:
    if day is None:
        return (None, True, False)
    unknown = said and day.is_unknown
    if clock is None:
        return (day.iso() or None, True, unknown)
    if not clock.has_time:
        return (day.iso() or None, False, unknown)
    whole = clock._replace(year=day.year, month=day.month, day=day.day).rolled()
    if whole is None:
        return (day.iso() or None, True, unknown)
    return (whole.iso(), False, unknown)


def _spread(codes: Codes, readings: Sequence[Reading], index: pd.Index) -> IsoDates:
    from clinmap.dates.distinct import rows_of_mask, rows_of_text

    return IsoDates(
        values=rows_of_text(codes, [text for text, _, _ in readings], index),
        bad=rows_of_mask(codes, [bad for _, bad, _ in readings], index),
        unknown=rows_of_mask(codes, [unknown for _, _, unknown in readings], index),
    )
