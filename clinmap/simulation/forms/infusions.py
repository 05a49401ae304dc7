"""Dinutuximab infusion form (R09): one row per infusion segment.

Reference: study protocol calendar (four daily 10-hour infusions on days 8-11 of each course).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from clinmap.simulation.calendar import Course
from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, date_fields, form_rows

INFUSION_DAYS = (8, 9, 10, 11)
INFUSION_HOURS = 10
BAG_ML = 100
SECOND_LOT_FROM = date(2013, 7, 1)


@dataclass(frozen=True)
class Segment:
    """One stretch at a constant rate; ``typed_end`` is what the site typed as end date-time."""

    day: int
    start: datetime
    typed_end: datetime
    mg: float
    reason: str = ""
    with_volume: bool = True


def dinutuximab(member: Member, given: list[Course], seed: int) -> list[Row]:
    """Return the R09 rows in time order."""
    chance = generator(seed, member.subject, "EXCHI")
    entries = [
        Entry(course.folder(segment.day), segment.start.date(), _infusion(course, segment))
        for course in given
        for segment in _segments(member.subject, course, chance)
    ]
    return form_rows(member.subject, "EXCHI", entries)


def _at(course: Course, day: int, clock: str) -> datetime:
    return datetime.combine(course.day(day), datetime.strptime(clock, "%H:%M").time())


def full_dose(course: Course) -> float:
    """Return the milligrams of one whole infusion."""
    return round(course.dinutuximab * course.bsa, 2)


def _plain(course: Course, day: int, chance: np.random.Generator) -> Segment:
    start = _at(course, day, "09:00") + timedelta(minutes=int(chance.integers(0, 24)) * 5)
    end = start + timedelta(hours=INFUSION_HOURS, minutes=int(chance.integers(-2, 7)) * 5)
    return Segment(day, start, end, full_dose(course))


def _segments(subject: str, course: Course, chance: np.random.Generator) -> list[Segment]:
    plain = [_plain(course, day, chance) for day in INFUSION_DAYS]
    edge = _EDGES.get((subject, course.ordinal))
    made = edge(course, plain) if edge else plain
    return [segment for segment in made if segment.day <= course.last_day]


def _interrupted_over_midnight(course: Course, _plain_days: list[Segment]) -> list[Segment]:
    """Day 8 stopped for hypotension at 22:30 and resumed at half rate after midnight."""
    first = Segment(
        8, _at(course, 8, "20:15"), _at(course, 8, "22:30"), 6.2, "HYPOTENSION", with_volume=False
    )
    second = Segment(
        8, _at(course, 9, "00:30"), _at(course, 9, "06:25"), 11.3, "HYPOTENSION", with_volume=False
    )
    rest = [
        Segment(day, _at(course, day, "20:30"), _at(course, day + 1, "06:30"), full_dose(course))
        for day in (9, 10, 11)
    ]
    return [first, second, *rest]


def _end_date_not_rolled(course: Course, plain: list[Segment]) -> list[Segment]:
    """Day 9 ran over midnight but the end date was typed as the start date."""
    slip = Segment(9, _at(course, 9, "21:30"), _at(course, 9, "07:30"), full_dose(course))
    return [plain[0], slip, *plain[2:]]


def _three_of_four(_course: Course, plain: list[Segment]) -> list[Segment]:
    """Day 11 was not given."""
    return plain[:3]


def _stopped_early(course: Course, plain: list[Segment]) -> list[Segment]:
    """Day 8 stopped after 4 hours with 40 % given and not resumed."""
    start = plain[0].start
    part = round(full_dose(course) * 0.4, 2)
    stopped = Segment(8, start, start + timedelta(hours=4), part, "ALLERGIC REACTION")
    return [stopped, *plain[1:]]


_EDGES = {
    ("101-003", 1): _interrupted_over_midnight,
    ("103-003", 1): _end_date_not_rolled,
    ("104-002", 1): _three_of_four,
    ("101-004", 2): _stopped_early,
}


def _lot(course: Course) -> str:
    """Return the lot number; the first product had two lots in the whole study."""
    if course.product == "NCI":
        return "NCI0713" if course.start >= SECOND_LOT_FROM else "NCI0113"
    return f"UTC{course.start:%m%y}"


def _infusion(course: Course, segment: Segment) -> Row:
    hours = (segment.typed_end - segment.start).total_seconds() / 3600 % 24
    volume = BAG_ML * segment.mg / full_dose(course)
    return {
        "COURSE": str(course.number),
        "CHIDAY": str(segment.day),
        **date_fields("CHIST", segment.start.date()),
        "CHISTTIM": f"{segment.start:%H:%M}",
        **date_fields("CHIEN", segment.typed_end.date()),
        "CHIENTIM": f"{segment.typed_end:%H:%M}",
        "CHIPLANMGM2": f"{course.dinutuximab:g}",
        "CHIMG": f"{segment.mg:g}",
        "CHIVOL": f"{volume:.0f}" if segment.with_volume else "",
        "CHIRATE": f"{volume / hours:.1f}" if segment.with_volume else "",
        "CHIINTYN": "Y" if segment.reason else "N",
        "CHIINTRSN": segment.reason,
        "CHILOT": _lot(course),
        "PRODSRC": course.product,
    }
