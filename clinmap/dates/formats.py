"""The format language for collected dates and times: `DD MON YYYY`, `MM/DD/YYYY HH:MM`, `ISO8601`.

======== =====================================================================================
YYYY     year, four digits
YY       year, two digits: 00 to 68 is 2000 to 2068, 69 to 99 is 1969 to 1999 (as POSIX does)
MON      English name of the month in any case, short or full: `Mar`, `MARCH`
MM       month; directly after HH (`HH:MM`, `HHMM`) it is minutes
DD       day
HH       hour, 00 to 24
MI       minutes
SS       seconds, which may have decimals
AM       `AM` or `PM`, also written PM or AM/PM; hours are then 1 to 12; a gap may be left out
======== =====================================================================================

What stands between is one of space `-` `/` `.` `,` `:` `T`; a space stands for any run of blanks.
Day, month and hour may have one digit unless they touch other digits. Any part may be an unknown
token: UN, UNK, UNKN, UNKNOWN, UK, UKN, XX, NK, NKN, ND, NA, hyphens or question marks (00 and 99
are not). Where the year has four digits the day, or day and month, may be left out: `MAR 2012` and
`2012` are read by `DD MON YYYY`. A time at the end or beginning may be left out as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from clinmap.dates.partial import CLOCK, Partial, from_parts, parse_extended
from clinmap.problems import near_match

ISO = "ISO8601"
KNOWN_FORMATS = (
    "DD MON YYYY", "DD-MON-YYYY", "DD/MON/YYYY", "DDMONYYYY", "DD MON YY", "MON DD, YYYY",
    "MON YYYY", "YYYY", "MM/DD/YYYY", "MM-DD-YYYY", "DD/MM/YYYY", "DD-MM-YYYY", "DD.MM.YYYY",
    "YYYY-MM-DD", "YYYY/MM/DD", "YYYYMMDD", "YYYY-MM-DD HH:MM", "YYYY-MM-DDTHH:MM:SS",
    "DD MON YYYY HH:MM", "DD MON YYYY HH:MM:SS", "MM/DD/YYYY HH:MM", "HH:MM", "HH:MM:SS",
    "HH:MI", "HHMM", "HH:MM AM", ISO,
)  # fmt: skip
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
PIVOT = 69

_TOKEN = re.compile(r"(?P<token>YYYY|YY|MON|MM|MI|DD|HH|SS|AM/PM|AM|PM)|(?P<gap>[ \-/.,:T]+)")
_PARTS = {
    "YYYY": "year", "YY": "year", "MON": "month", "MM": "month", "DD": "day", "HH": "hour",
    "MI": "minute", "SS": "second", "AM": "half", "PM": "half", "AM/PM": "half",
}  # fmt: skip
_DATE = ("year", "month", "day")
_CLOCK = ("hour", "minute", "second", "half")
_WORDS = ("UNKNOWN", "UNKN", "UNK", "UKN", "UN", "UK", "XXXX", "XXX", "XX", "NKN", "NK", "ND", "NA")
_UNKNOWN = "|".join(_WORDS) + r"|-{1,4}|\?{1,4}"
_NOTHING = frozenset((*_WORDS, "N/A", "NOT DONE", "NOT KNOWN", "NOT AVAILABLE", "MISSING"))
_NAMES = (
    "JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|"
    "SEP(?:T(?:EMBER)?)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?"
)
_ISO_CLOCK = re.compile("T?" + CLOCK)

Part = tuple[str, str]
"""A token with the name of its part (`DD`, `day`), or what stands between with an empty name."""


def check_format(text: str) -> None:
    """Refuse a date or time format that cannot be read, naming the nearest one that can.

    >>> check_format("DD MON YYYY HH:MM")
    >>> check_format("DD MMM YYYY")
    Traceback (most recent call last):
    ValueError: the format 'DD MMM YYYY' has 'MMM', no part of a date. Did you mean DD MON YYYY?
    """
    _parts(text)


def is_time_format(text: str) -> bool:
    """Whether a format describes a time of day without a date.

    >>> is_time_format("HH:MM"), is_time_format("YYYY-MM-DD")
    (True, False)
    """
    return text != ISO and not any(name in _DATE for _, name in _parts(text))


def is_unknown(text: str) -> bool:
    """Whether a whole value says that nothing is known: `UNK`, `UN UNK UNKN`, `ND`, `--`.

    >>> is_unknown("un/unk/unkn"), is_unknown("UN MAR 2014")
    (True, False)
    """
    upper = text.upper()
    words = re.findall(r"[^\s\-/.,:?]+", upper)
    return upper in _NOTHING or all(word in _NOTHING for word in words)


def read_date(text: str, formats: Sequence[str]) -> Partial | None:
    """Read a date or date-time by the first of `formats` that reads it; None if none does.

    A value that says unknown gives a `Partial` in which nothing is known.

    >>> read_date("UN MAR 2014", ["DD MON YYYY"]).iso()
    '2014-03'
    """
    return _read(text, formats, clock=False)


def read_time(text: str, formats: Sequence[str]) -> Partial | None:
    """Read a time of day by the first of `formats` that reads it; None if none does.

    >>> read_time("8:15 pm", ["HH:MM AM"])[3:5]
    (20, 15)
    """
    return _read(text, formats, clock=True)


def _read(text: str, formats: Sequence[str], *, clock: bool) -> Partial | None:
    text = text.strip()
    if is_unknown(text):
        return Partial()
    for each in formats:
        partial = _read_iso(text, clock=clock) if each == ISO else _read_by(text, each)
        if partial is not None and (clock or (partial := partial.rolled())):
            midnight = clock and partial.hour == 24 and not partial.minute and not partial.second
            if (partial._replace(hour=0) if midnight else partial).is_possible():
                return partial
    return None


def _read_iso(text: str, *, clock: bool) -> Partial | None:
    if clock:
        match = _ISO_CLOCK.fullmatch(text)
        return from_parts(match.groupdict()) if match else None
    partial = parse_extended(text)
    return partial if partial is not None and partial.iso() == text else None


def _read_by(text: str, each: str) -> Partial | None:
    for pattern in _patterns(each):
        if match := pattern.fullmatch(text):
            return _from_match(match.groupdict())
    return None


def _from_match(parts: dict[str, str | None]) -> Partial | None:
    month = (parts.get("month") or "")[:3].upper()
    if month in MONTHS:
        parts["month"] = str(MONTHS.index(month) + 1)
    partial = from_parts(parts)
    if partial.year is not None and len(parts["year"] or "") == 2:
        partial = partial._replace(year=partial.year + (2000 if partial.year < PIVOT else 1900))
    half = (parts.get("half") or "").upper()
    if not half or partial.hour is None:
        return partial
    if not 1 <= partial.hour <= 12:
        return None
    return partial._replace(hour=partial.hour % 12 + (12 if half == "PM" else 0))


@lru_cache(maxsize=256)
def _patterns(text: str) -> tuple[re.Pattern[str], ...]:
    """The format itself and then its shortened forms, longest first."""
    parts = _parts(text)
    forms = [parts]
    date_only = _without(parts, _CLOCK)
    if date_only and date_only != parts:
        forms.append(date_only)
    if any(token == "YYYY" for token, _ in parts):
        forms += [_without(date_only, ("day",)), _without(date_only, ("day", "month"))]
    return tuple(re.compile(_pattern(form), re.IGNORECASE) for form in dict.fromkeys(forms))


def _without(parts: Sequence[Part], left_out: Sequence[str]) -> tuple[Part, ...]:
    """The format without some parts, and with one separator where two then meet."""
    kept: list[Part] = []
    for part in parts:
        if part[1] in left_out:
            continue
        if not part[1] and kept and not kept[-1][1]:
            kept[-1] = (kept[-1][0] + "|" + part[0], "")
        else:
            kept.append(part)
    while kept and not kept[0][1]:
        kept.pop(0)
    while kept and not kept[-1][1]:
        kept.pop()
    return tuple(kept)


def _pattern(parts: Sequence[Part]) -> str:
    names = ["", *(token if name else "" for token, name in parts), ""]
    patterns = []
    for (token, name), before, after in zip(parts, names, names[2:], strict=False):
        touching = any(near not in ("", "MON") for near in (before, after))
        if name:
            patterns.append(_part_pattern(token, name, touching))
        else:
            patterns.append(_gap_pattern(token) + ("?" if _PARTS.get(after) == "half" else ""))
    return "".join(patterns)


def _part_pattern(token: str, name: str, touching: bool) -> str:
    if name == "half":
        return "(?P<half>AM|PM)"
    if token == "MON":
        return f"(?P<month>{_NAMES}|{_UNKNOWN})"
    short = name in ("month", "day", "hour") and not touching
    digits = "[0-9]{1,2}" if short else "[0-9]{4}" if token == "YYYY" else "[0-9]{2}"
    decimals = r"(?:\.(?P<fraction>[0-9]+))?" if name == "second" else ""
    return f"(?P<{name}>{digits}|{_UNKNOWN}){decimals}"


def _gap_pattern(gaps: str) -> str:
    each = ("".join(r"\s+" if c == " " else re.escape(c) for c in gap) for gap in gaps.split("|"))
    return "(?:" + "|".join(dict.fromkeys(each)) + ")"


@lru_cache(maxsize=256)
def _parts(text: str) -> tuple[Part, ...]:
    """Split a format into its parts and what stands between; ValueError when it cannot be."""
    if text == ISO:
        return ((ISO, "year"),)
    parts: list[Part] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _refusal(text, f"has {_word_at(text, position)!r}, no part of a date")
        parts.append(_part(match, parts))
        position = match.end()
    if fault := _fault(parts):
        raise _refusal(text, fault)
    return tuple(parts)


def _word_at(text: str, position: int) -> str:
    """The run of letters (or else the character) that stands at a place."""
    words = (match for match in re.finditer(r"[^\W\d_]+|.", text) if match.end() > position)
    return next(words).group()


def _part(match: re.Match[str], before: Sequence[Part]) -> Part:
    if gap := match["gap"]:
        return (re.sub(" +", " ", gap), "")
    token = match["token"]
    if token == "MM" and before:
        left = before[-2] if before[-1][0] in (":", ".") and len(before) > 1 else before[-1]
        if left[1] == "hour":
            return ("MI", "minute")
    return (token, _PARTS[token])


def _fault(parts: Sequence[Part]) -> str:
    """Why the parts make no format, or an empty text."""
    tokens = {name: token for token, name in parts if name}
    names = [name for _, name in parts if name]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        return f"has {tokens[twice]} twice"
    needs = {"month": "year", "day": "month", "minute": "hour", "second": "minute", "half": "hour"}
    for name in names:
        if needs.get(name, name) not in names:
            return f"has {tokens[name]} but no {needs[name]}"
    return "" if names else "has no part of a date or time"


def _refusal(text: str, fault: str) -> ValueError:
    import difflib

    nearest = difflib.get_close_matches(text.upper(), KNOWN_FORMATS, n=1, cutoff=0.6)
    hint = near_match(text, nearest) or f"Formats look like {', '.join(KNOWN_FORMATS[:3])}."
    return ValueError(f"the format {text!r} {fault}. {hint}")
