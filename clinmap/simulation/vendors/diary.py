"""Patient diary (V13): a line for each day of treatment, against which dosing pages are held.

Reference: study protocol calendar (lenalidomide days 1-21, isotretinoin days 15-28).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Row
from clinmap.simulation.forms.exposure import ALTERNATE
from clinmap.simulation.subject import Subject

COLUMNS = ("SUBJ", "DATE", "LEN_CAPS", "LEN_TIME", "ISO_AM", "ISO_PM", "VOMITED", "NOTE")
UNKNOWN = "UNK"
_LOST_WEEK_SHARE, _VOMITED_SHARE = 0.04, 0.012
_ALTERNATING = ("3", "4")


@dataclass(frozen=True)
class Day:
    """One line, as the family wrote it; a drug that was not due has an empty cell."""

    capsules: str = ""
    clock: str = ""
    morning: str = ""
    evening: str = ""
    vomited: str = "N"
    note: str = ""


_NAMED: dict[tuple[str, int, int], dict[str, str]] = {
    ("101-002", 2, 10): {"capsules": "0", "clock": "", "note": "forgot"},
    ("102-003", 1, 6): {"capsules": "twice", "note": "gave the morning dose twice by mistake"},
    ("103-003", 1, 4): {"vomited": "Y", "note": "vomited, not re-dosed"},
    ("103-003", 2, 20): {"evening": "N", "note": "asleep"},
    ("104-001", 1, 12): {"capsules": "1", "clock": "08:10", "note": "took one before the call"},
}
"""Subject, course and day: what was written otherwise than planned."""
_LOST_WEEKS = {("106-002", 1): 8}
"""The first day of a week that nobody wrote down."""
_LOST_DIARIES = {("101-001", 2)}


def diary(subject: Subject) -> list[Row]:
    """Return the V13 rows, one for each day on which an oral drug was due or held."""
    name = subject.member.subject
    chance = generator(subject.seed, name, "DIARY")
    kept = [course for course in subject.given if (name, course.ordinal) not in _LOST_DIARIES]
    due, rows = _due(subject), []
    for course in kept:
        lost = _lost_week(name, course.ordinal, chance)
        for number in range(1, course.last_day + 1):
            day = course.day(number)
            line = _drawn(due.get(day, Day()), chance)
            line = _named(line, _NAMED.get((name, course.ordinal, number), {}))
            if lost <= number < lost + 7:
                line = _not_known(line)
            if line.capsules or line.morning or line.evening:
                rows.append(_row(name, day, line))
    return rows


def _lost_week(name: str, ordinal: int, chance: np.random.Generator) -> int:
    """Return the day on which a week without entries began; 99 where there is none."""
    lost, first = chance.random() < _LOST_WEEK_SHARE, int(chance.integers(2, 16))
    if any(key[:2] == (name, ordinal) for key in _NAMED):
        return 99
    return _LOST_WEEKS.get((name, ordinal), first if lost else 99)


def _due(subject: Subject) -> dict[date, Day]:
    """Return what the dosing pages say of each day, as a careful family would have written it."""
    lines: dict[date, Day] = {}
    for row in subject.forms["exlen"]:
        for place, day in enumerate(_dates(row, "LEN")):
            lines[day] = replace(lines.get(day, Day()), capsules=_capsules(row, place))
    for row in subject.forms["exiso"]:
        taken = "Y" if row["ISOACT"] == "Given" else "N"
        for day in _dates(row, "ISO"):
            lines[day] = replace(lines.get(day, Day()), morning=taken, evening=taken)
    clocks = {
        _typed(row["DOSEDAT_RAW"]): row["DOSETIM"]
        for row in subject.forms["pksamp"]
        if row["PANEL"] == "LEN" and row["DOSETIM"]
    }
    return {day: replace(line, clock=clocks.get(day, "")) for day, line in lines.items()}


def _dates(row: Row, drug: str) -> Iterator[date]:
    day, last = _typed(row[f"{drug}ST_RAW"]), _typed(row[f"{drug}EN_RAW"])
    while day <= last:
        yield day
        day += timedelta(days=1)


def _typed(text: str) -> date:
    return datetime.strptime(text, "%d %b %Y").date()


def _capsules(row: Row, place: int) -> str:
    if row["LENACT"] in ("Held", "Missed"):
        return "0"
    return _ALTERNATING[place % 2] if row["LENMG"] == ALTERNATE else row["CAPS_N"]


def _drawn(line: Day, chance: np.random.Generator) -> Day:
    """Return the line with the time of the dose, and sometimes with vomiting."""
    late, sick = int(chance.integers(0, 13)) * 5, chance.random() < _VOMITED_SHARE
    if line.capsules in ("", "0"):
        return replace(line, clock="")
    clock = line.clock or f"{(7 * 60 + 30 + late) // 60:02d}:{(7 * 60 + 30 + late) % 60:02d}"
    if not sick:
        return replace(line, clock=clock)
    return replace(line, clock=clock, vomited="Y", note="vomited, dose was in")


def _named(line: Day, written: dict[str, str]) -> Day:
    if written.get("capsules") == "twice":
        return replace(line, **{**written, "capsules": str(2 * int(line.capsules))})
    return replace(line, **written)


def _not_known(line: Day) -> Day:
    """Return the line of a day that nobody wrote down: the drugs that were due are unknown."""
    taken = {
        name: UNKNOWN for name in ("capsules", "morning", "evening") if getattr(line, name) != ""
    }
    return replace(line, **taken, clock="", vomited=UNKNOWN, note="")


def _row(name: str, day: date, line: Day) -> Row:
    cells = (line.capsules, line.clock, line.morning, line.evening, line.vomited, line.note)
    return dict(zip(COLUMNS, (name, day.isoformat(), *cells), strict=True))
