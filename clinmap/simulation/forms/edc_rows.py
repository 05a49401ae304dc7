"""Rows of EDC form exports: the ten standard columns, date fields and record positions.

Reference: Rave-like form export layout ("one CSV per form, system columns first").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from clinmap.simulation.chance import steady_number

PROJECT = "N2011-04"
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
STANDARD_COLUMNS = (
    "PROJECT",
    "SITENUMBER",
    "SUBJECT",
    "FOLDER",
    "FOLDERSEQ",
    "FORMOID",
    "RECORDPOSITION",
    "PAGEREPEAT",
    "RECORDDATE",
    "LASTMODIFIED",
)
_COURSE_FOLDER = re.compile(r"C(\d\d)(?:D(\d\d))?$")
_FIXED_FOLDERS = {"SCRN": 1, "EOT": 9000, "UNS": 9900, "DTH": 9950}

Row = dict[str, str]


class Entry(NamedTuple):
    """What a site typed: where, when, what (form columns only, without the standard ones)."""

    folder: str
    day: date
    fields: Row


def day_text(day: date) -> str:
    """Return ``01 MAR 2014``."""
    return f"{day.day:02d} {MONTHS[day.month - 1]} {day.year}"


def dashed_day_text(day: date) -> str:
    """Return ``14-FEB-2013``."""
    return day_text(day).replace(" ", "-")


def date_fields(name: str, day: date | None) -> Row:
    """Return the four columns of a complete (or absent) date field."""
    return text_date_fields(name, "" if day is None else day_text(day))


def text_date_fields(name: str, raw: str) -> Row:
    """Return ``X_RAW, X_YYYY, X_MM, X_DD`` of a date as typed; unknown parts are empty."""
    parts = [*re.split(r"[ -]", raw), "", ""][:3]
    known_day, month, year = parts
    return {
        f"{name}_RAW": raw,
        f"{name}_YYYY": year if year.isdigit() else "",
        f"{name}_MM": f"{MONTHS.index(month) + 1:02d}" if month in MONTHS else "",
        f"{name}_DD": known_day if known_day.isdigit() else "",
    }


def coded(name: str, decode: str, codes: dict[str, str]) -> Row:
    """Return ``X`` (decode) and ``X_STD`` (code); an empty decode has an empty code."""
    return {name: decode, f"{name}_STD": codes.get(decode, "")}


def folder_sequence(folder: str) -> int:
    """Return the sortable number of a visit folder (study protocol calendar: c*100+d)."""
    if match := _COURSE_FOLDER.match(folder):
        return int(match[1]) * 100 + int(match[2] or 0)
    if folder.startswith("FU"):
        return 9100 + int(folder[2:])
    return _FIXED_FOLDERS[folder]


def _last_modified(subject: str, form: str, position: int, day: date) -> str:
    number = steady_number(subject, form, str(position))
    stamp = datetime(day.year, day.month, day.day, 9) + timedelta(
        days=number % 21, minutes=number // 32 % 540
    )
    return stamp.isoformat()


def form_rows(subject: str, form: str, entries: Iterable[Entry]) -> list[Row]:
    """Return the export rows of one subject and form, numbered 1..n in the given order."""
    site = subject.split("-", maxsplit=1)[0]
    rows: list[Row] = []
    for position, entry in enumerate(entries, start=1):
        standard = (
            PROJECT,
            site,
            subject,
            entry.folder,
            str(folder_sequence(entry.folder)),
            form,
            str(position),
            "1",
            entry.day.isoformat(),
            _last_modified(subject, form, position, entry.day),
        )
        rows.append({**dict(zip(STANDARD_COLUMNS, standard, strict=True)), **entry.fields})
    return rows
