"""Study days, and SAS dates and date-times to and from ISO 8601 text."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Literal

from clinmap.dates.formats import read_time
from clinmap.dates.partial import Partial, parse_iso

if TYPE_CHECKING:
    import pandas as pd

EPOCH = date(1960, 1, 1).toordinal()
DAY = 86400
_LOWEST = date(1582, 1, 1).toordinal() - EPOCH
_HIGHEST = date.max.toordinal() - EPOCH


def study_day(dtc: pd.Series, reference: pd.Series) -> pd.Series:
    """Count days from a reference date: it is day 1, the day before is day -1, none is day 0.

    Both are ISO 8601 text with the same index. Only the date parts count; NaN unless both dates are
    complete. Reference: SDTMIG 3.4 section 4.4.4.

    >>> import pandas as pd
    >>> when = pd.Series(["2014-03-01T08:15", "2014-02-28", "2014-03"])
    >>> study_day(when, pd.Series(["2014-03-01"] * 3)).tolist()
    [1.0, -1.0, nan]
    """
    from clinmap.dates.distinct import same_rows

    same_rows(dtc, reference, "the reference dates")
    apart = sas_date(dtc) - sas_date(reference)
    return apart + (apart >= 0)


def sas_date(dtc: pd.Series) -> pd.Series:
    """Count the days since 1960-01-01 of ISO 8601 text with a complete date; else NaN.

    What follows `T` is ignored. Partial dates, intervals and other text give NaN.
    Reference: ADaMIG 1.3 section 3.1.2.

    >>> import pandas as pd
    >>> sas_date(pd.Series(["1960-01-02T10:00", "1960-01", None])).tolist()
    [1.0, nan, nan]
    """
    from clinmap.dates.distinct import rows_of_number
    from clinmap.dates.plain import distinct_dates, plain_dates, with_others

    codes, texts = distinct_dates(dtc)
    plain = plain_dates(texts)
    return rows_of_number(codes, with_others(plain, texts, plain.days, _day), dtc.index)


def sas_datetime(dtc: pd.Series, time: str | None = None) -> pd.Series:
    """Count the seconds since 1960-01-01T00:00:00 of ISO 8601 text with a complete date-time.

    Hours and minutes must be known, or be given by `time` (`"00:00:00"`), of which only the unknown
    parts are taken. Unknown seconds are 0. A time zone is not applied: the local clock counts.
    Anything else gives NaN. Reference: ADaMIG 1.3 section 3.1.2.

    >>> import pandas as pd
    >>> when = pd.Series(["1960-01-02T00:01", "1960-01-02"])
    >>> sas_datetime(when).tolist(), sas_datetime(when, time="00:00:00").tolist()
    ([86460.0, nan], [86460.0, 86400.0])
    """
    import numpy as np

    from clinmap.dates.distinct import rows_of_number
    from clinmap.dates.plain import distinct_dates, plain_dates, with_others

    fill = Partial(second=0) if time is None else time_of_day(time)
    codes, texts = distinct_dates(dtc)
    plain = plain_dates(texts)
    clock = np.where(plain.exact, plain.clock, plain.clock + (fill.second or 0))
    clock = np.where(plain.timed, clock, _seconds("", fill))
    found = with_others(plain, texts, plain.days * DAY + clock, lambda t: _moment(t, fill))
    return rows_of_number(codes, found, dtc.index)


def from_sas_date(number: pd.Series) -> pd.Series:
    """Write days since 1960-01-01 as ISO 8601 dates.

    Decimals are cut off. NaN and numbers outside the years 1582 to 9999 give null.

    >>> import pandas as pd
    >>> from_sas_date(pd.Series([0.0, float("nan")])).tolist()
    ['1960-01-01', nan]
    """
    return _from_number(number, "D", 1)


def from_sas_datetime(number: pd.Series) -> pd.Series:
    """Write seconds since 1960-01-01T00:00:00 as ISO 8601 date-times, to the nearest second.

    NaN and numbers outside the years 1582 to 9999 give null.

    >>> import pandas as pd
    >>> from_sas_datetime(pd.Series([86460.0])).tolist()
    ['1960-01-02T00:01:00']
    """
    return _from_number(number.round(), "s", DAY)


def _day(text: str) -> float:
    """The SAS date of one text; what follows `T` is ignored."""
    return sas_day(parse_iso(text[:10])) if text[10:11] in ("", "T") else math.nan


def _moment(text: str, fill: Partial) -> float:
    """The SAS date-time of one text."""
    return _day(text) * DAY + _seconds(text[10:], fill)


def sas_day(partial: Partial | None) -> float:
    """The SAS date of a complete date; else NaN."""
    day = partial.on_calendar() if partial is not None else None
    return math.nan if day is None else float(day.toordinal() - EPOCH)


def time_of_day(text: str) -> Partial:
    """Read a fixed time such as `23:59:59`; ValueError when it is not one."""
    partial = read_time(text, ("HH:MI:SS",))
    if partial is None or None in partial[3:6] or partial.hour == 24:
        raise ValueError(f"{text!r} is not a time of day such as 23:59:59")
    return partial


def seconds_of_day(hour: int, minute: int, second: int, fraction: str = "") -> float:
    """The seconds since midnight.

    >>> seconds_of_day(0, 1, 2, "5")
    62.5
    """
    return hour * 3600 + minute * 60 + second + float(f"0.{fraction or 0}")


def _seconds(clock: str, fill: Partial) -> float:
    """The seconds since midnight of `T08:15` or of an empty text; NaN when they are not known."""
    partial = parse_iso("2000-01-01" + clock)
    if partial is None:
        return math.nan
    hour, minute, second = (
        known if known is not None else filled
        for known, filled in zip(partial[3:6], fill[3:6], strict=True)
    )
    if hour is None or minute is None or second is None:
        return math.nan
    return seconds_of_day(hour, minute, second, partial.fraction)


def _from_number(number: pd.Series, unit: Literal["D", "s"], per_day: int) -> pd.Series:
    import numpy as np
    import pandas as pd

    from clinmap.dates.distinct import rows_of_text

    codes, uniques = pd.factorize(number)
    values = np.floor(np.asarray(uniques, dtype="float64"))
    inside = (values >= _LOWEST * per_day) & (values < (_HIGHEST + 1) * per_day)
    stamps = np.datetime64("1960-01-01", unit) + np.where(inside, values, 0).astype("int64")
    texts = np.datetime_as_string(stamps).tolist()
    answers = [text if ok else None for text, ok in zip(texts, inside, strict=True)]
    return rows_of_text(codes, answers, number.index)
