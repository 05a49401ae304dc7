"""Numbers, dates and times as text, the way a raw table wants them.

A number is its shortest decimal text without a trailing `.0`; a date, date-time or time is ISO
8601. The work is done on distinct values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["date", "datetime", "time"]

SAS_EPOCH = date(1960, 1, 1)
_SECONDS = 86_400
_FORMAT = re.compile(r"^(?P<name>[A-Z0-9_]*?[A-Z_])(?P<width>\d*)(?:\.\d*)?$")
_DATES = re.compile(
    r"^(?:DATE|DAY|DDMMYY[BCDNPS]?|MMDDYY[BCDNPS]?|YYMMDD[BCDNPS]?|MMYY[CDNPS]?|YYMM[CDNPS]?|MONYY"
    r"|YYMON|YYQ[CDNPSR]*|YEAR|MONTH|MONNAME|QTRR?|JULIAN|JULDAY|WEEKDAT[EX]|WEEKDAY"
    r"|DOWNAME|WORDDAT[EX]|WEEK[UVW]|[EB]8601DA|IS8601DA|NLDATE\w*|EURDF(?:D[DE]|MY|WDX|WKX)"
    r"|MINGUO|NENGO|HDATE|HEBDATE)$"
)
_DATETIMES = re.compile(
    r"^(?:DATETIME|DATEAMPM|MDYAMPM|DT(?:DATE|MONYY|WKDATX|YEAR|YYQC)|[EB]8601D[TNZX]|IS8601D[TNZ]"
    r"|NLDATM\w*|EURDFDT)$"
)
_TIMES = re.compile(
    r"^(?:TIME|TIMEAMPM|TOD|HHMM|HOUR|MMSS|[EB]8601(?:TM|TZ|LZ|TX)|IS8601T[MZ]|NLTIM\w*)$"
)


def kind_of_format(sas_format: str) -> Kind | None:
    """Whether numbers shown by a SAS format are dates, date-times or times, or none of these.

    >>> [kind_of_format(f) for f in ("DATE9.", "E8601DT19", "TIME5", "BEST12", "$8")]
    ['date', 'datetime', 'time', None, None]
    """
    match = _FORMAT.match(sas_format.upper())
    if not match:
        return None
    name = match["name"]
    kinds: tuple[tuple[re.Pattern[str], Kind], ...] = (
        (_DATES, "date"),
        (_DATETIMES, "datetime"),
        (_TIMES, "time"),
    )
    return next((kind for pattern, kind in kinds if pattern.match(name)), None)


def number_text(value: float) -> str:
    """The shortest decimal text of a number.

    >>> number_text(5.0), number_text(0.1), number_text(-2.50), number_text(1e-7)
    ('5', '0.1', '-2.5', '0.0000001')
    """
    text = repr(value + 0.0)
    if "e" not in text:
        return text.removesuffix(".0")
    import numpy as np

    return np.format_float_positional(value + 0.0, trim="-")


def date_text(days: float) -> str:
    """A SAS date (days since 1960) in ISO 8601; a number where no calendar date stands for it.

    >>> date_text(19724.0)
    '2014-01-01'
    """
    try:
        return (SAS_EPOCH + timedelta(days=int(days // 1))).isoformat()
    except OverflowError:
        return number_text(days)


def datetime_text(seconds: float) -> str:
    """A SAS date-time (seconds since 1960) in ISO 8601, fractions of a second only where there are.

    >>> datetime_text(1704153600.0), datetime_text(0.5)
    ('2014-01-01T00:00:00', '1960-01-01T00:00:00.500')
    """
    try:
        moment = datetime(1960, 1, 1) + timedelta(milliseconds=round(seconds * 1000))
    except OverflowError:
        return number_text(seconds)
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def time_text(seconds: float) -> str:
    """A SAS time (seconds since midnight) in ISO 8601; a number where it is no time of a day.

    >>> time_text(34200.0), time_text(90000.0)
    ('09:30:00', '90000')
    """
    if not 0 <= seconds < _SECONDS:
        return number_text(seconds)
    return datetime_text(seconds).partition("T")[2]


def numbers_as_text(column: pd.Series, kind: Kind | None = None) -> pd.Series:
    """A numeric column as text, by the rule of its kind; missing stays missing."""
    makers: dict[Kind | None, Callable[[float], str]] = {
        None: number_text,
        "date": date_text,
        "datetime": datetime_text,
        "time": time_text,
    }
    known = column.dropna()
    texts = {value: makers[kind](float(value)) for value in known.unique()}
    return text_column(column.map(texts))


def text_column(column: pd.Series) -> pd.Series:
    """The column in pandas' text dtype, stored by Arrow, missing values null."""
    import numpy as np
    import pandas as pd

    return column.astype(pd.StringDtype("pyarrow", na_value=np.nan))


def blanks_as_missing(column: pd.Series) -> pd.Series:
    """A text column without trailing blanks; what is then empty is null."""
    stripped = text_column(column).str.rstrip(" ")
    return stripped.mask(stripped == "")
