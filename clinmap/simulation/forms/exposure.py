"""Course, lenalidomide and isotretinoin forms (R07, R08, R10).

Reference: study protocol calendar; SDTMIG 3.4 section 6.1.3 (EC and EX) for what they feed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clinmap.simulation.calendar import Course
from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, coded, date_fields, form_rows

ACTION_CODES = {"Given": "1", "Held": "2", "Reduced": "3", "Missed": "4"}
CAPSULE_STRENGTHS = (25.0, 20.0, 15.0, 10.0, 5.0, 2.5)
LAST_LENALIDOMIDE_DAY, LAST_ISOTRETINOIN_DAY, FIRST_ISOTRETINOIN_DAY = 21, 28, 15
LOW_WEIGHT_KG, LOW_WEIGHT_DOSE = 12.0, "2.665"
ALTERNATE = "15/20 mg alternate days"


@dataclass(frozen=True)
class Interval:
    """Course days ``first..last`` with one action; ``mg`` as typed, empty when none was typed."""

    first: int
    last: int
    action: str = "Given"
    reason: str = ""
    mg: str | None = None
    per_m2: str | None = None


LENALIDOMIDE_EDGES: dict[tuple[str, int], tuple[Interval, ...]] = {
    ("101-003", 1): (Interval(1, 7), Interval(8, 21)),
    ("104-001", 1): (
        Interval(1, 11),
        Interval(12, 14, "Held", "ANC", ""),
        Interval(15, 21),
    ),
    ("104-001", 3): (Interval(1, 21, "Reduced", "Adverse event"),),
    ("103-001", 1): (Interval(1, 12), Interval(13, 21, "Missed", "Family travel", "")),
    ("102-005", 2): (Interval(1, 21, mg="20"),),
    ("106-003", 2): (Interval(1, 21, mg=ALTERNATE),),
    ("102-001", 3): (Interval(1, 9), Interval(10, 10, "Missed", "Forgot", "0"), Interval(11, 21)),
}
_ONE_ISOTRETINOIN_ROW = {("101-003", 1), ("102-005", 3)}
_PLAIN = {"101-001", "103-004", "102-004"}


def course_form(member: Member, given: list[Course]) -> list[Row]:
    """Return the R07 rows, one per course started."""
    entries = [Entry(course.folder(1), course.start, _planned(member, course)) for course in given]
    return form_rows(member.subject, "CRS", entries)


def _planned(member: Member, course: Course) -> Row:
    by_weight = course.weight <= LOW_WEIGHT_KG
    isotretinoin = "160" if member.isotretinoin_planned and not by_weight else ""
    return {
        "COURSE": str(course.number),
        **date_fields("CRSSTDAT", course.start),
        "WTDOSE": f"{course.weight:.1f}",
        "BSADOSE": f"{course.bsa:.2f}",
        "DELAYYN": "Y" if course.delay else "N",
        "DELAYDAYS": str(course.delay) if course.delay else "",
        "DELAYRSN": course.delay_reason,
        "LENMGM2": f"{course.lenalidomide:g}",
        "CHIMGM2": f"{course.dinutuximab:g}",
        "ISOMGM2": isotretinoin,
        "MODYN": "Y" if course.reduced else "N",
    }


def lenalidomide_mg(course: Course) -> float:
    """Return the daily capsule dose: level x BSA in steps of 2.5 mg."""
    return round(course.lenalidomide * course.bsa / 2.5) * 2.5


def lenalidomide(member: Member, given: list[Course], seed: int) -> list[Row]:
    """Return the R08 rows, one per dosing interval."""
    chance = generator(seed, member.subject, "EXLEN")
    entries = [
        Entry(course.folder(), course.day(interval.first), _capsules(course, interval))
        for course in given
        for interval in _lenalidomide_intervals(member.subject, course, chance)
    ]
    return form_rows(member.subject, "EXLEN", entries)


def _lenalidomide_intervals(
    subject: str, course: Course, chance: np.random.Generator
) -> tuple[Interval, ...]:
    missed = chance.random() < 0.2
    day = int(chance.integers(3, 20))
    long_hold = course.ordinal > 1 and chance.random() < 0.3
    if (subject, course.ordinal) in LENALIDOMIDE_EDGES:
        return LENALIDOMIDE_EDGES[subject, course.ordinal]
    last = min(course.last_day, LAST_LENALIDOMIDE_DAY)
    action = "Reduced" if course.reduced else "Given"
    why = "Adverse event" if course.reduced else ""
    if not missed or subject in _PLAIN or day >= last:
        return (Interval(1, last, action, why),)
    end = min(day + 3, last) if long_hold else day
    gap = Interval(
        day, end, *(("Held", "Platelets", "") if long_hold else ("Missed", "Forgot", ""))
    )
    before, after = Interval(1, day - 1, action, why), Interval(end + 1, last, action, why)
    return (before, gap, after) if end < last else (before, gap)


def _capsules(course: Course, interval: Interval) -> Row:
    typed = f"{lenalidomide_mg(course):g}" if interval.mg is None else interval.mg
    strength, count = _strength(typed)
    return {
        "COURSE": str(course.number),
        **date_fields("LENST", course.day(interval.first)),
        **date_fields("LENEN", course.day(interval.last)),
        "LENMG": typed,
        "LENMGM2": f"{course.lenalidomide:g}" if typed not in ("", "0") else "",
        "LENFRQ": "QD",
        **coded("LENACT", interval.action, ACTION_CODES),
        "LENRSN": interval.reason,
        "CAPSTR": strength,
        "CAPS_N": count,
    }


def _strength(typed: str) -> tuple[str, str]:
    """Return the largest capsule strength that divides the dose, and how many are taken."""
    if typed == ALTERNATE:
        return "5 mg", ""
    if typed in ("", "0"):
        return "", ""
    dose = float(typed)
    strength = next(mg for mg in CAPSULE_STRENGTHS if dose % mg == 0)
    return f"{strength:g} mg", f"{dose / strength:.0f}"


def isotretinoin(member: Member, given: list[Course], seed: int) -> list[Row]:
    """Return the R10 rows; none at a dose level without isotretinoin."""
    if not member.isotretinoin_planned:
        return []
    chance = generator(seed, member.subject, "EXISO")
    entries: list[Entry] = []
    for course in given:
        for interval in _isotretinoin_intervals(member.subject, course, chance):
            day = course.day(interval.first)
            fields = _twice_daily(member.subject, course, interval)
            entries.append(Entry(course.folder(FIRST_ISOTRETINOIN_DAY), day, fields))
    return form_rows(member.subject, "EXISO", entries)


def _isotretinoin_intervals(
    subject: str, course: Course, chance: np.random.Generator
) -> tuple[Interval, ...]:
    first, last = FIRST_ISOTRETINOIN_DAY, min(course.last_day, LAST_ISOTRETINOIN_DAY)
    missed, day = chance.random() < 0.12, int(chance.integers(18, 26))
    if last < first:
        return ()
    whole = subject in _PLAIN or (subject, course.ordinal) in _ONE_ISOTRETINOIN_ROW
    if not missed or whole or day >= last:
        return (Interval(first, last),)
    gap = Interval(day, day, "Missed", "Vomiting", "")
    return (Interval(first, day - 1), gap, Interval(day + 1, last))


def _twice_daily(subject: str, course: Course, interval: Interval) -> Row:
    by_weight = course.weight <= LOW_WEIGHT_KG
    given = interval.action == "Given"
    morning, evening = _morning_evening(subject, course) if given and not by_weight else ("", "")
    mistyped = (subject, course.ordinal) == ("102-005", 3)
    dose = LOW_WEIGHT_DOSE if by_weight else "80"
    return {
        "COURSE": str(course.number),
        **date_fields("ISOST", course.day(interval.first)),
        **date_fields("ISOEN", course.day(interval.last)),
        "ISODOSE": dose if given else "",
        "ISODOSEU": "mg/kg" if by_weight else "mg/m2",
        "ISOFRQ": "TID" if mistyped else "BID",
        "AMMG": morning,
        "PMMG": evening,
        **coded("ISOACT", interval.action, ACTION_CODES),
        "ISORSN": interval.reason,
    }


def _morning_evening(subject: str, course: Course) -> tuple[str, str]:
    if (subject, course.ordinal) == ("101-003", 1):
        return "60", "50"
    each = f"{round(80 * course.bsa / 10) * 10:d}"
    return each, each
