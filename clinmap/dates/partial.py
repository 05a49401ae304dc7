"""One date-time of which any part may be unknown, and its ISO 8601 text (SDTMIG 3.4, 4.4.2)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

FIRST_YEAR = 1582
"""The first year that is believed: the Gregorian calendar and SAS dates begin in it."""

ZONE = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?"
CLOCK = (
    r"(?P<hour>[0-9]{2}|-)(?::(?P<minute>[0-9]{2}|-)"
    r"(?::(?P<second>[0-9]{2}|-)(?:\.(?P<fraction>[0-9]+))?)?)?" + ZONE
)
_ISO = re.compile(
    r"(?P<year>[0-9]{4}|-)(?:-(?P<month>[0-9]{2}|-)(?:-(?P<day>[0-9]{2}|-))?)?(?:T" + CLOCK + ")?"
)
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Partial(NamedTuple):
    """A date-time whose unknown parts are None. `fraction` is digits, `zone` is `Z` or an offset.

    >>> Partial(2009, None, 12).iso()
    '2009---12'
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    fraction: str = ""
    zone: str = ""

    @property
    def has_time(self) -> bool:
        """Whether any part of the time is known."""
        return not (self.hour is None and self.minute is None and self.second is None)

    @property
    def is_unknown(self) -> bool:
        """Whether nothing at all is known."""
        return (self.year, self.month, self.day) == (None, None, None) and not self.has_time

    def on_calendar(self) -> date | None:
        """The calendar day, when year, month and day are known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def is_possible(self) -> bool:
        """Whether the known parts can occur together: no month 13, no 30 February, no 24:00."""
        if self.year is not None and not FIRST_YEAR <= self.year <= 9999:
            return False
        if self.month is not None and not 1 <= self.month <= 12:
            return False
        if self.day is not None and not 1 <= self.day <= _last_day(self.year, self.month):
            return False
        return (self.hour or 0) < 24 and (self.minute or 0) < 60 and (self.second or 0) < 60

    def iso(self) -> str:
        """The ISO 8601 text; empty when nothing is known."""
        day = [_digits(self.year, 4), _digits(self.month), _digits(self.day)]
        if not self.has_time:
            return "-".join(_trimmed(day))
        clock = _trimmed([_digits(self.hour), _digits(self.minute), _digits(self.second)])
        fraction = f".{self.fraction}" if self.fraction else ""
        return f"{'-'.join(day)}T{':'.join(clock)}{fraction}{self.zone}"

    def rolled(self) -> Partial | None:
        """This date-time with 24:00 as 00:00 of the next day; None where that cannot be told."""
        if self.hour != 24:
            return self
        day = self.on_calendar() if self._replace(hour=None).is_possible() else None
        if day is None or day == date.max or self.minute or self.second or self.fraction.strip("0"):
            return None
        after = day + timedelta(days=1)
        return self._replace(year=after.year, month=after.month, day=after.day, hour=0)


def parse_iso(text: str) -> Partial | None:
    """Read a complete or partial ISO 8601 date or date-time as SDTM writes it; None if it is not.

    Reference: SDTMIG 3.4 sections 4.4.1 and 4.4.2. Intervals (`a/b`) and 24:00 are not read here.

    >>> parse_iso("2014-03--T08:15").day is None
    True
    >>> parse_iso("2014-02-30") is None
    True
    """
    partial = parse_extended(text)
    if partial is None or not partial.is_possible() or partial.iso() != text:
        return None
    return partial


def parse_extended(text: str) -> Partial | None:
    """The parts of an ISO 8601 extended date-time, not yet checked to be possible."""
    match = _ISO.fullmatch(text)
    return from_parts(match.groupdict()) if match else None


def from_parts(parts: dict[str, str | None]) -> Partial:
    """A partial date-time from texts of digits; a part that is absent or not digits is unknown."""
    return Partial(
        year=_number(parts.get("year")),
        month=_number(parts.get("month")),
        day=_number(parts.get("day")),
        hour=_number(parts.get("hour")),
        minute=_number(parts.get("minute")),
        second=_number(parts.get("second")),
        fraction=parts.get("fraction") or "",
        zone=parts.get("zone") or "",
    )


def last_day(year: int, month: int) -> int:
    """The number of days of a month.

    >>> last_day(2012, 2)
    29
    """
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 if month == 2 and not leap else _LONGEST[month - 1]


def _last_day(year: int | None, month: int | None) -> int:
    if month is None:
        return 31
    return _LONGEST[month - 1] if year is None else last_day(year, month)


def _digits(part: int | None, width: int = 2) -> str:
    return "-" if part is None else f"{part:0{width}d}"


def _trimmed(parts: list[str]) -> list[str]:
    while parts and parts[-1] == "-":
        parts.pop()
    return parts


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
