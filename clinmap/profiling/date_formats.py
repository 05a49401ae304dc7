"""Which date and time formats read the texts of a column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clinmap.dates import Partial
from clinmap.dates.formats import is_unknown, read_date, read_time

DATES = (
    "YYYY-MM-DD", "DD MON YYYY", "DD-MON-YYYY", "DDMONYYYY", "DD/MON/YYYY", "MM/DD/YYYY",
    "DD/MM/YYYY", "MM-DD-YYYY", "DD-MM-YYYY", "DD.MM.YYYY", "YYYY/MM/DD", "YYYYMMDD",
    "MON DD, YYYY", "DD MON YY", "DD-MON-YY", "DDMONYY", "MM/DD/YY", "DD/MM/YY",
)  # fmt: skip
CLOCKS = ("HH:MM", "HH:MM:SS", "HH:MM AM", "HH:MM:SS AM")
LOOKED_AT = 300
"""So many distinct texts of a column are tried."""

_ONE_OF = 10
"""One of so many texts may be no date."""

_FEW = 6
"""Of so many texts one may be no date, too."""

_DIGITS = re.compile(r"\d+")
_DATE_LIKE = re.compile(r"\d{8}|.*\d.*[-/. ,].*\d.*|.*[A-Za-z]{3}.*\d{2}.*|\d{1,2}[A-Za-z]{3}\d.*")
Read = Callable[[str, Sequence[str]], Partial | None]


@dataclass(frozen=True, slots=True)
class FoundFormats:
    """Formats that read the texts, others that read all of them too, and how many are partial."""

    formats: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    partial: int = 0
    timed: bool = False


def found_dates(texts: Sequence[str]) -> FoundFormats | None:
    """The date formats of a column's distinct texts, or None where they are no dates.

    Nine of ten texts must be read, of six to nine all but one, not counting those that say unknown.
    Numbers alone are dates only where all have the eight digits of `YYYYMMDD`.

    >>> found_dates(["03 MAR 2014", "UN MAR 2014"]).formats
    ('DD MON YYYY',)
    >>> found_dates(["01/02/2014", "03/04/2014"]).others
    ('DD/MM/YYYY',)
    >>> found_dates(["2014", "2015"]) is None
    True
    """
    told = _told(texts)
    if not told or not _may_be_dates(told):
        return None
    timed = sum(":" in text for text in told) * 2 > len(told)
    tried = _timed_formats() if timed else DATES
    formats = _covering(told, tried, read_date)
    if not formats:
        return None
    others = [f for f in tried if f not in formats and len(formats) == 1 and _reads(told, f)]
    partial = sum(_is_partial(read_date(text, formats)) for text in told)
    return FoundFormats(formats, tuple(others), partial, timed)


def found_times(texts: Sequence[str]) -> tuple[str, ...]:
    """The formats of times of day, or nothing.

    >>> found_times(["08:15", "17:40"])
    ('HH:MM',)
    """
    told = _told(texts)
    if not told or not all(":" in text for text in told):
        return ()
    return _covering(told, CLOCKS, read_time)


def _told(texts: Sequence[str]) -> list[str]:
    stripped = [text.strip() for text in texts[:LOOKED_AT]]
    return [text for text in stripped if text and not is_unknown(text)]


def _may_be_dates(told: Sequence[str]) -> bool:
    numbers = [text for text in told if _DIGITS.fullmatch(text)]
    if len(numbers) * 2 > len(told):
        return all(len(text) == 8 and text[:2] in ("19", "20") for text in told)
    like = sum(_DATE_LIKE.fullmatch(text) is not None for text in told)
    return like * 2 > len(told)


def _timed_formats() -> tuple[str, ...]:
    joined = [f"{date} {clock}" for date in DATES for clock in CLOCKS[:2]]
    iso = ["YYYY-MM-DDTHH:MM", "YYYY-MM-DDTHH:MM:SS"]
    return (*iso, *joined)


def _covering(told: Sequence[str], formats: Sequence[str], read: Read) -> tuple[str, ...]:
    """The fewest formats, the best first, that together read nearly all; else nothing."""
    left, chosen = list(told), list[str]()
    spared = max(len(told) // _ONE_OF, int(len(told) >= _FEW))
    while len(chosen) < 3 and len(left) > spared:
        counts = {f: sum(read(text, (f,)) is not None for text in left) for f in formats}
        best = max(counts, key=lambda f: counts[f])
        if not counts[best]:
            break
        chosen.append(best)
        left = [text for text in left if read(text, (best,)) is None]
    return tuple(chosen) if len(left) <= spared else ()


def _reads(told: Sequence[str], each: str) -> bool:
    return all(read_date(text, (each,)) is not None for text in told)


def _is_partial(found: Partial | None) -> bool:
    return found is not None and (found.year is None or found.month is None or found.day is None)
