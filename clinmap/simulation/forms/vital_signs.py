"""Vital signs form (R06): screening, the first day of each course, infusions, end of treatment.

Reference: study protocol calendar (height, weight and body surface before each course; vital signs
before, during and after each first infusion); SDTMIG 3.4 section 6.3.5.10 for what it feeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from clinmap.simulation.calendar import Course, body_surface
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, date_fields, form_rows
from clinmap.simulation.subject import Subject

_IN_INCHES, _IN_FAHRENHEIT = {"101"}, {"101", "103"}
_CM_PER_INCH, _KG_PER_POUND = 2.54, 0.45359237
_WRONG_SURFACE = {("102-003", "C02D01"): 0.98}
_NO_TIME = {("104-002", "SCRN")}
_NO_OXYGEN = {("102-001", "SCRN"), ("105-001", "C02D01")}
_REPEATED = {("105-003", "C01D08")}
_MIDNIGHT = {("103-003", "C01D09")}
_SAMPLE_ROW = ("101-003", "C01D08", "INFUSION +4H")
PRE, DURING, AFTER = "PRE-INFUSION", "INFUSION +4H", "END OF INFUSION"


@dataclass(frozen=True)
class _Reading:
    """One row of the form: where, when, and whether the body was measured too."""

    folder: str
    day: date
    time: str
    point: str = ""
    weight: float | None = None


def vital_signs(subject: Subject) -> list[Row]:
    """Return the R06 rows in time order."""
    chance = generator(subject.seed, subject.member.subject, "VS")
    entries = [
        Entry(reading.folder, reading.day, _typed(subject, reading, chance))
        for reading in _readings(subject, chance)
    ]
    return form_rows(subject.member.subject, "VS", entries)


def _readings(subject: Subject, chance: np.random.Generator) -> list[_Reading]:
    member = subject.member
    screened = member.consent + timedelta(days=2)
    readings = [_Reading("SCRN", screened, _clock(chance), weight=member.weight)]
    for course in subject.given:
        first = _Reading(course.folder(1), course.day(1), _clock(chance), weight=course.weight)
        readings += [first, *_infusion_readings(subject, course)]
    if subject.given:
        last = subject.given[-1].weight
        readings.append(_Reading("EOT", subject.ended, _clock(chance), weight=last))
    return readings


def _infusion_readings(subject: Subject, course: Course) -> list[_Reading]:
    """Before, four hours into and after the first infusion; after the second one of course 1."""
    rows = [r for r in subject.forms["exchi"] if r["COURSE"] == str(course.number)]
    first = [row for row in rows if row["CHIDAY"] == "8"]
    if not first:
        return []
    folder, name = course.folder(8), subject.member.subject
    start = _moment(first[0], "CHIST")
    middle = start + timedelta(hours=4)
    if (name, folder, DURING) == _SAMPLE_ROW:
        middle = datetime(2014, 3, 8, 23, 50)
    end = _moment(first[-1], "CHIEN")
    times = [(start - timedelta(minutes=15), PRE), (middle, DURING), (end, AFTER)]
    if (name, folder) in _REPEATED:
        times.insert(2, (middle + timedelta(minutes=10), DURING))
    made = [_Reading(folder, at.date(), f"{at:%H:%M}", point) for at, point in times]
    if (name, course.folder(9)) in _MIDNIGHT:
        made.append(_Reading(course.folder(9), course.day(9), "24:00", DURING))
    return made


def _moment(row: Row, field: str) -> datetime:
    day = date(int(row[f"{field}_YYYY"]), int(row[f"{field}_MM"]), int(row[f"{field}_DD"]))
    hour, minute = row[f"{field}TIM"].split(":")
    return datetime(day.year, day.month, day.day, int(hour), int(minute))


def _clock(chance: np.random.Generator) -> str:
    return f"{int(chance.integers(8, 12)):02d}:{int(chance.integers(0, 12)) * 5:02d}"


def _typed(subject: Subject, reading: _Reading, chance: np.random.Generator) -> Row:
    name = subject.member.subject
    measured = _measured(subject, reading, chance)
    if (name, reading.folder, reading.point) == _SAMPLE_ROW:
        measured |= {"HT": "41.3", "HT_U": "in", "WT": "37.9", "WT_U": "lb", "BSA": "0.70"}
        measured["TEMP"] = "101.2"
    if (name, reading.folder) in _NO_OXYGEN:
        measured["SPO2"] = ""
    untimed = (name, reading.folder) in _NO_TIME
    return {
        **date_fields("VSDAT", reading.day),
        "VSTIM": "" if untimed else reading.time,
        **measured,
        "TPT": reading.point,
    }


def _measured(subject: Subject, reading: _Reading, chance: np.random.Generator) -> Row:
    age = subject.member.age_on(reading.day)
    warm = float(chance.uniform(0.2, 1.6)) if reading.point == DURING else 0.0
    celsius = 36.7 + float(chance.uniform(-0.4, 0.5)) + warm
    pressure = 92 + 1.6 * age + float(chance.integers(-8, 9)) - 4 * warm
    pulse = 132 - 3.6 * age + float(chance.integers(-9, 10)) + 6 * warm
    fahrenheit = subject.member.site in _IN_FAHRENHEIT
    degrees = celsius * 1.8 + 32 if fahrenheit else celsius
    return {
        **_body(subject, reading),
        "TEMP": f"{degrees:.1f}",
        "TEMP_U": "F" if fahrenheit else "C",
        "SYSBP": f"{pressure:.0f}",
        "DIABP": f"{pressure * 0.62:.0f}",
        "HR": f"{pulse:.0f}",
        "RR": f"{28 - 0.6 * age + float(chance.integers(-2, 3)):.0f}",
        "SPO2": f"{int(chance.integers(95, 101))}",
    }


def _body(subject: Subject, reading: _Reading) -> Row:
    """Height, weight and the body surface that the site worked out."""
    if reading.weight is None:
        return dict.fromkeys(("HT", "HT_U", "WT", "WT_U", "BSA"), "")
    member = subject.member
    surface = body_surface(member.height, reading.weight)
    surface = _WRONG_SURFACE.get((member.subject, reading.folder), surface)
    typed = {"BSA": f"{surface:.2f}"}
    if member.site in _IN_INCHES:
        inches, pounds = member.height / _CM_PER_INCH, reading.weight / _KG_PER_POUND
        return {"HT": f"{inches:.1f}", "HT_U": "in", "WT": f"{pounds:.1f}", "WT_U": "lb", **typed}
    weight = f"{reading.weight:.1f}"
    return {"HT": f"{member.height:g}", "HT_U": "cm", "WT": weight, "WT_U": "kg", **typed}
