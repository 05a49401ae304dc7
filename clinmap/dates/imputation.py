"""Impute the unknown parts of dates and times, with the flags that ADaM asks for.

Reference: ADaMIG 1.3 section 3.1.3 (--DTF, --TMF), codelists DATEFL and TIMEFL. A flag names the
greatest part that was imputed: D, M or Y of a date; S, M or H of a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from clinmap.dates.numbers import DAY, EPOCH, seconds_of_day, time_of_day
from clinmap.dates.partial import Partial, last_day, parse_iso

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HighestDate = Literal["n", "D", "M", "Y"]
HighestTime = Literal["n", "s", "m", "h"]
Highest = Literal["n", "s", "m", "h", "D", "M", "Y"]
DateRule = Literal["first", "mid", "last"]

_LADDER = "nsmhDMY"
_CLOCKS = {
    "first": Partial(hour=0, minute=0, second=0),
    "last": Partial(hour=23, minute=59, second=59),
}


@dataclass(frozen=True, slots=True)
class ImputedDates:
    """SAS dates (days), and per row D, M, Y or null: what had to be imputed."""

    date: pd.Series
    flag: pd.Series


@dataclass(frozen=True, slots=True)
class ImputedTimes:
    """SAS date-times (seconds), and per row S, M, H or null: what had to be imputed."""

    datetime: pd.Series
    flag: pd.Series


@dataclass(frozen=True, slots=True)
class ImputedDatetimes:
    """SAS date-times (seconds), and the flags of the date (D, M, Y) and of the time (S, M, H)."""

    datetime: pd.Series
    date_flag: pd.Series
    time_flag: pd.Series


class _Way(NamedTuple):
    """How to impute: the greatest part that may be, the rules, and whether seconds are flagged."""

    highest: str
    date_rule: str
    clock: Partial
    flag_seconds: bool = True


class _Choice(NamedTuple):
    """What one distinct value gives: seconds, flags, and which date-times it allows."""

    value: float = math.nan
    lowest: float = math.nan
    highest: float = math.nan
    known: tuple[int, int, int, int, int] = (-1, -1, -1, -1, -1)
    date_flag: str | None = None
    time_flag: str | None = None


@dataclass(frozen=True, slots=True)
class _Choices:
    """The choices of all distinct values, and last that of a missing one.

    `known` has month, day, hour, minute and second, -1 where unknown; flags are letters, or "".
    """

    value: Floats
    lowest: Floats
    highest: Floats
    known: NDArray[np.int64]
    date_flag: NDArray[np.str_]
    time_flag: NDArray[np.str_]


def impute_date(
    dtc: pd.Series,
    highest: HighestDate,
    rule: DateRule = "first",
    not_before: pd.Series | None = None,
    not_after: pd.Series | None = None,
) -> ImputedDates:
    """Impute partial ISO 8601 dates as SAS dates, with flags.

    `highest` is the greatest part that may be imputed: `D` the day; `M` the month too; `Y` the year
    too; `n` none. What may not be imputed gives NaN and no flag. `rule` is `first` or `last` of the
    dates that the value allows, or `mid`: the 15th, or 30 June. A known day of an unknown month is
    kept (`2009---12` is 12 January, June or December). Times are ignored.

    `not_before` and `not_after` are SAS dates with the same index. Where the imputed date is beyond
    such a bound, and the value allows the bound (the same month, say), the bound is taken; else the
    date stays. `not_after` is looked at last. Complete dates never change. A year, or a value that
    is missing, is imputed only from a bound: `first` from `not_before`, `last` from `not_after`.
    Text that is not ISO 8601 gives NaN.

    Reference: ADaMIG 1.3 section 3.1.3, codelist DATEFL.

    >>> import pandas as pd
    >>> found = impute_date(pd.Series(["1960-02", "1960"]), "D", "last")
    >>> found.date.tolist(), found.flag.tolist()
    ([59.0, nan], ['D', nan])
    """
    import numpy as np

    _check(highest, "nDMY", rule)
    allowed = {"n": "h"}.get(highest, highest)
    way = _Way(allowed, rule, _CLOCKS["first"])
    bounds = [None if b is None else np.floor(b) * DAY for b in (not_before, not_after)]
    found = _impute(dtc, way, bounds[0], bounds[1], dates_only=True)
    return ImputedDates(found.datetime / DAY, found.date_flag)


def impute_time(
    dtc: pd.Series, highest: HighestTime, rule: str = "first", *, flag_seconds: bool = True
) -> ImputedTimes:
    """Impute the time of complete ISO 8601 dates as SAS date-times, with flags.

    `highest` is the greatest part that may be imputed: `s` seconds; `m` minutes too; `h` hours too;
    `n` none. `rule` is `first` (00:00:00), `last` (23:59:59) or a time such as `12:00:00`, of which
    the unknown parts are taken. A value whose date is not complete gives NaN and no flag.
    With `flag_seconds=False`, for studies that collect no seconds, seconds are always imputed and
    never flagged. Reference: ADaMIG 1.3 section 3.1.3, codelist TIMEFL.

    >>> import pandas as pd
    >>> found = impute_time(pd.Series(["1960-01-01T08", "1960-01-01"]), "m", "last")
    >>> found.datetime.tolist(), found.flag.tolist()
    ([32399.0, nan], ['M', nan])
    """
    _check(highest, "nsmh", "first")
    way = _Way(highest, "first", _clock(rule), flag_seconds)
    found = _impute(dtc, way, None, None)
    return ImputedTimes(found.datetime, found.time_flag)


def impute_datetime(
    dtc: pd.Series,
    highest: Highest,
    date_rule: DateRule = "first",
    time_rule: str = "first",
    not_before: pd.Series | None = None,
    not_after: pd.Series | None = None,
    *,
    flag_seconds: bool = True,
) -> ImputedDatetimes:
    """Impute partial ISO 8601 date-times as SAS date-times, with a flag for date and for time.

    The rules are those of `impute_date` and `impute_time`. `highest` is one ladder, n s m h D M Y:
    where a part of the date may be imputed, so may the whole time. The bounds are SAS date-times
    (seconds). A bound that is taken replaces the time as well, where the value allows that time.
    Date-times without imputed parts never change; only flags say what was imputed.

    Reference: ADaMIG 1.3 section 3.1.3, codelists DATEFL and TIMEFL.

    >>> import pandas as pd
    >>> found = impute_datetime(pd.Series(["1960-01", "1960-01-01T00:01:00"]), "D")
    >>> found.datetime.tolist(), found.date_flag.tolist(), found.time_flag.tolist()
    ([0.0, 60.0], ['D', nan], ['H', nan])
    """
    _check(highest, _LADDER, date_rule)
    way = _Way(highest, date_rule, _clock(time_rule), flag_seconds)
    return _impute(dtc, way, not_before, not_after)


def _check(highest: str, ladder: str, rule: str) -> None:
    if len(highest) != 1 or highest not in ladder:
        raise ValueError(f"highest is one of {', '.join(ladder)}, not {highest!r}")
    if rule not in ("first", "mid", "last"):
        raise ValueError(f"the rule for dates is first, mid or last, not {rule!r}")
    if highest == "Y" and rule == "mid":
        raise ValueError("highest Y needs the rule first or last: an unknown year has no middle")


def _clock(rule: str) -> Partial:
    return _CLOCKS.get(rule) or time_of_day(rule)


def _impute(
    dtc: pd.Series,
    way: _Way,
    not_before: pd.Series | None,
    not_after: pd.Series | None,
    *,
    dates_only: bool = False,
) -> ImputedDatetimes:
    import numpy as np
    import pandas as pd

    from clinmap.dates.plain import distinct_dates

    codes, texts = distinct_dates(dtc)
    choices = _choices(texts, way, dates_only=dates_only)
    value = choices.value[codes]
    for bound, too_far in ((not_before, np.less), (not_after, np.greater)):
        if bound is not None:
            value = _bounded(value, codes, choices, _aligned(bound, dtc), too_far)
    value = np.where(np.isfinite(value), value, np.nan)
    none = np.isnan(value)
    return ImputedDatetimes(
        datetime=pd.Series(value, index=dtc.index),
        date_flag=_flags(codes, choices.date_flag, none, dtc.index),
        time_flag=_flags(codes, choices.time_flag, none, dtc.index),
    )


def _flags(
    codes: NDArray[np.int64], letters: NDArray[np.str_], none: NDArray[np.bool_], index: pd.Index
) -> pd.Series:
    """The flag of each row; null where there is no letter, or no date."""
    import numpy as np
    import pyarrow as pa

    from clinmap.coded_text import from_codes

    known = sorted(set(np.unique(letters).tolist()) - {""})
    numbers = np.full(len(letters), -1, dtype=np.int32)
    for number, letter in enumerate(known):
        numbers[letters == letter] = number
    found = np.where(none, np.int32(-1), numbers[codes])
    return from_codes(found, pa.array(known, pa.large_string()), index)


def _choices(texts: pa.LargeStringArray, way: _Way, *, dates_only: bool) -> _Choices:
    """The choices for distinct texts: complete dates all at once, the others one by one."""
    import numpy as np

    from clinmap.dates.plain import plain_dates

    plain = plain_dates(texts)
    size = len(texts) + 1
    made = _Choices(
        np.full(size, np.nan),
        np.full(size, np.nan),
        np.full(size, np.nan),
        np.full((size, 5), -1, dtype=np.int64),
        np.full(size, "", dtype="<U1"),
        np.full(size, "", dtype="<U1"),
    )
    timed = plain.timed & (not dates_only)
    for need, rows in (
        ("h", np.flatnonzero(plain.found & ~timed)),
        ("s", np.flatnonzero(timed & ~plain.exact)),
        ("", np.flatnonzero(timed & plain.exact)),
    ):
        _choose_complete(made, rows, plain.days[rows] * DAY, plain.clock[rows], need, way)
    left = np.flatnonzero(~plain.found)
    for row, text in zip([*left, len(texts)], [*texts.take(left).to_pylist(), ""], strict=True):
        read = parse_iso(text) if text.strip() else Partial()
        if read is not None:
            _put(made, row, _choice(Partial(*read[:3]) if dates_only else read, way))
    return made


def _put(made: _Choices, row: int, choice: _Choice) -> None:
    made.value[row], made.lowest[row], made.highest[row] = choice[:3]
    made.known[row] = choice.known
    made.date_flag[row], made.time_flag[row] = choice.date_flag or "", choice.time_flag or ""


def _choose_complete(
    made: _Choices, rows: NDArray[np.int64], day: Floats, clock: Floats, need: str, way: _Way
) -> None:
    """The choices of complete dates of which the time is unknown from `need` on (`h`, `s`, "")."""
    silent = need == "s" and not way.flag_seconds
    if need and not silent and _LADDER.index(need) > _LADDER.index(way.highest):
        return
    if not need:
        made.value[rows] = day + clock
        return
    hour, minute, second = (int(part or 0) for part in way.clock[3:6])
    start = day if need == "h" else day + clock
    made.lowest[rows] = start
    made.highest[rows] = start + (DAY - 1 if need == "h" else 59)
    made.value[rows] = start + (seconds_of_day(hour, minute, second) if need == "h" else second)
    parts = _calendar_parts(start)
    parts[:, 2 if need == "h" else 4 :] = -1
    made.known[rows] = parts
    made.time_flag[rows] = "" if silent else need.upper()


def _aligned(bound: pd.Series, dtc: pd.Series) -> Floats:
    from clinmap.dates.distinct import same_rows

    same_rows(dtc, bound, "a bound")
    return bound.to_numpy(dtype="float64", na_value=math.nan)


def _bounded(
    value: Floats,
    codes: NDArray[np.int64],
    choices: _Choices,
    bound: Floats,
    too_far: np.ufunc,
) -> Floats:
    """Take the bound in the rows that are beyond it and whose collected value allows it."""
    import numpy as np

    rows = np.flatnonzero(too_far(value, bound))
    here, limit = codes[rows], bound[rows]
    lowest, highest, known = choices.lowest[here], choices.highest[here], choices.known[here]
    parts = _calendar_parts(limit)
    agrees = ((known == -1) | (known == parts)).all(axis=1)
    take = (lowest <= limit) & (limit <= highest) & agrees
    changed = value.copy()
    changed[rows[take]] = limit[take]
    return changed


def _calendar_parts(seconds: Floats) -> NDArray[np.int64]:
    """Month, day, hour, minute and second of SAS date-times, one row each."""
    import numpy as np

    whole = np.floor(seconds).astype("int64")
    stamps = np.datetime64("1960-01-01", "s") + whole
    months = stamps.astype("datetime64[M]")
    days = stamps.astype("datetime64[D]")
    month = months.astype("int64") % 12 + 1
    day = (days - months.astype("datetime64[D]")).astype("int64") + 1
    clock = whole % DAY
    return np.column_stack([month, day, clock // 3600, clock // 60 % 60, clock % 60])


def _choice(partial: Partial, way: _Way) -> _Choice:
    date_need = _need(partial[:3], "YMD")
    time_need = _need(partial[3:6], "hms")
    silent = time_need == "s" and not way.flag_seconds
    needed = date_need or ("" if silent else time_need)
    if needed and _LADDER.index(needed) > _LADDER.index(way.highest):
        return _Choice()
    value = _moment(partial, way.date_rule, way.clock)
    if not date_need and not time_need:
        return _Choice(value)
    known = tuple(-1 if part is None else part for part in partial[1:6])
    first, last = _extent(partial)
    return _Choice(
        value=value,
        lowest=first,
        highest=last,
        known=(known[0], known[1], known[2], known[3], known[4]),
        date_flag=date_need or None,
        time_flag=None if silent else time_need.upper() or None,
    )


def _need(parts: Sequence[int | str | None], names: str) -> str:
    """The name of the greatest unknown part, or an empty text."""
    return next((name for part, name in zip(parts, names, strict=True) if part is None), "")


def _extent(partial: Partial) -> tuple[float, float]:
    """The first and the last second that a partial date-time allows."""
    first = _moment(partial, "first", _CLOCKS["first"])
    return first, _moment(partial, "last", _CLOCKS["last"])


def _moment(partial: Partial, rule: str, clock: Partial) -> float:
    """The SAS date-time by the rules; infinitely early or late while the year is unknown."""
    if partial.year is None:
        return math.inf if rule == "last" else -math.inf
    month, day = _month_and_day(partial.year, partial.month, partial.day, rule)
    hour, minute, second = (
        (known if known is not None else filled) or 0
        for known, filled in zip(partial[3:6], clock[3:6], strict=True)
    )
    days = date(partial.year, month, day).toordinal() - EPOCH
    return days * DAY + seconds_of_day(int(hour), int(minute), int(second), partial.fraction)


def _month_and_day(year: int, month: int | None, day: int | None, rule: str) -> tuple[int, int]:
    if month is None:
        month = {"first": 1, "mid": 6 if day != 31 else 7, "last": 12}[rule]
        day = 30 if day is None and rule == "mid" else day
    if day is None:
        day = {"first": 1, "mid": 15, "last": last_day(year, month)}[rule]
    return month, day
