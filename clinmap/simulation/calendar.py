"""When courses start, what was planned in them, and when treatment ended.

Reference: study protocol calendar (28-day courses, lenalidomide days 1-21, dinutuximab days 8-11,
isotretinoin days 15-28).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from clinmap.simulation.cast import LENALIDOMIDE_LEVEL, Member
from clinmap.simulation.chance import generator

COURSE_DAYS = 28
SECOND_PRODUCT_FROM = date(2015, 7, 1)
LENALIDOMIDE_REDUCED = {"104-001": (3, 37.5), "102-002": (2, 50.0), "101-007": (2, 75.0)}
_DELAYS: dict[str, dict[int, tuple[int, str]]] = {
    "101-001": {},
    "101-003": {2: (7, "ANC")},
    "104-001": {3: (7, "ANC")},
    "105-002": {},
}
_TREATMENT_END = {"101-001": date(2013, 5, 2), "104-004": date(2016, 2, 22)}
_DELAY_REASONS = ("ANC", "Platelets", "Infection", "Scheduling")


@dataclass(frozen=True)
class Course:
    """One course as started; ``ordinal`` counts courses, ``number`` is what the site typed."""

    number: int
    ordinal: int
    start: date
    delay: int
    delay_reason: str
    weight: float
    bsa: float
    lenalidomide: float
    dinutuximab: float
    product: str
    reduced: bool
    last_day: int

    def day(self, number: int) -> date:
        """Return the date of a course day (day 1 is the start)."""
        return self.start + timedelta(days=number - 1)

    def folder(self, day: int | None = None) -> str:
        """Return the visit folder, ``C01`` or ``C01D08``."""
        return f"C{self.number:02d}" + ("" if day is None else f"D{day:02d}")


def body_surface(height: float, weight: float) -> float:
    """Return the Mosteller body surface area in m2, rounded to 2 decimals as sites type it."""
    return round(math.sqrt(height * weight / 3600), 2)


def courses(member: Member, seed: int) -> list[Course]:
    """Return the courses of a treated subject in time order; empty when never dosed."""
    if member.start is None or member.level is None:
        return []
    chance = generator(seed, member.subject, "CRS")
    made: list[Course] = []
    start = member.start
    for ordinal, number in enumerate(member.courses, start=1):
        delay, reason = _delay(member.subject, ordinal, chance)
        if ordinal > 1:
            start += timedelta(days=COURSE_DAYS + delay)
        made.append(_course(member, number, ordinal, start, (delay, reason), chance))
    return made


def _course(
    member: Member,
    number: int,
    ordinal: int,
    start: date,
    delay: tuple[int, str],
    chance: np.random.Generator,
) -> Course:
    drift = 0.0 if member.steady_weight else 0.004 * (ordinal - 1) + chance.uniform(-0.01, 0.01)
    weight = round(member.weight * (1 + drift), 1)
    first_reduced, reduced_level = LENALIDOMIDE_REDUCED.get(member.subject, (99, 0.0))
    reduced = ordinal >= first_reduced
    final = ordinal == len(member.courses)
    second_product = start >= SECOND_PRODUCT_FROM
    return Course(
        number=number,
        ordinal=ordinal,
        start=start,
        delay=delay[0],
        delay_reason=delay[1],
        weight=weight,
        bsa=body_surface(member.height, weight),
        lenalidomide=reduced_level if reduced else LENALIDOMIDE_LEVEL[member.level or 1],
        dinutuximab=17.5 if second_product else 25.0,
        product="UTC" if second_product else "NCI",
        reduced=reduced,
        last_day=member.stop_day if final and member.stop_day else COURSE_DAYS,
    )


def _delay(subject: str, ordinal: int, chance: np.random.Generator) -> tuple[int, str]:
    late, days = chance.random() < 0.25, int(chance.integers(1, 15))
    reason = _DELAY_REASONS[int(chance.integers(0, len(_DELAY_REASONS)))]
    if ordinal == 1:
        return 0, ""
    if subject in _DELAYS:
        return _DELAYS[subject].get(ordinal, (0, ""))
    return (days, reason) if late else (0, "")


def treatment_end(member: Member, given: list[Course], seed: int) -> date:
    """Return the end-of-treatment visit date (after consent for a subject never dosed)."""
    days = int(generator(seed, member.subject, "EOTDATE").integers(0, 8))
    if not given:
        return member.enrolled_on + timedelta(days=7 + days)
    if member.subject in _TREATMENT_END:
        return _TREATMENT_END[member.subject]
    return given[-1].day(given[-1].last_day + 1 + days)
