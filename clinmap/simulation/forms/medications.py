"""Concomitant medication form (R13): prophylaxis, opioids with the antibody, and treated events.

Reference: study protocol calendar (gabapentin before, a patient-controlled opioid during
dinutuximab); SDTMIG 3.4 section 6.1.2 (CM) for what the form feeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from clinmap.simulation.calendar import Course
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, day_text, form_rows, text_date_fields
from clinmap.simulation.forms.event_treatments import Treatment, treatment_of
from clinmap.simulation.subject import Subject

OPIOID_DAYS = (8, 12)
"""Course days of the opioid; written out so that the dates agree with the infusions."""
BEFORE_STUDY = "pre-study"


@dataclass(frozen=True)
class Medication:
    """One row of the form; dates as typed, ``event`` the AESPID of the treated event."""

    name: str
    indication: str
    dose: str
    unit: str
    frequency: str
    route: str
    start: str
    end: str
    code: str
    event: str = ""
    folder: str = "SCRN"

    @property
    def ongoing(self) -> str:
        """Y where no end was typed."""
        return "N" if self.end else "Y"


_LONG_TERM = (
    ("Trimethoprim/sulfamethoxazole", "Infection prophylaxis", "5", "mg/kg", "3 x week", "PO",
     "Z07"),
    ("Levothyroxine", "Hypothyroidism", "50", "mcg", "daily", "PO", "Z12"),
    ("Cetirizine", "Allergic rhinitis", "5", "mg", "q.d.", "p.o.", "Z13"),
)  # fmt: skip
_OPIOIDS = (
    ("Morphine PCA", "20-40", "mcg/kg/h", "PCA", "IV"),
    ("Hydromorphone PCA", "4-8", "mcg/kg/h", "PCA", "i.v."),
    ("morphine", "0.02", "mg/kg/h", "continuous", "IV"),
)


def medications(subject: Subject) -> list[Row]:
    """Return the R13 rows of a treated subject; none without a dose."""
    if not subject.given:
        return []
    chance = generator(subject.seed, subject.member.subject, "CM")
    taken = [
        _gabapentin(subject.given),
        *_before(subject.member.subject, chance),
        *_for_events(subject.forms["ae"], chance),
        *_opioids(subject.given, chance),
        *_named(subject.member.subject, subject.given),
    ]
    entries = [Entry(one.folder, _recorded(one, subject), _fields(one)) for one in taken]
    return form_rows(subject.member.subject, "CM", entries)


def _recorded(one: Medication, subject: Subject) -> date:
    for course in subject.given:
        if course.folder() == one.folder:
            return course.day(course.last_day)
    return subject.member.consent + timedelta(days=2) if one.folder == "SCRN" else subject.ended


def _before(subject: str, chance: np.random.Generator) -> list[Medication]:
    draws = chance.random(len(_LONG_TERM))
    shares = (1.0 if subject == "101-003" else 0.5, 0.08, 0.1)
    return [
        Medication(*row[:6], start=BEFORE_STUDY, end="", code=row[6])
        for row, draw, share in zip(_LONG_TERM, draws, shares, strict=True)
        if draw < share
    ]


def _gabapentin(given: list[Course]) -> Medication:
    first, last = given[0], given[-1]
    return Medication(
        "Gabapentin", "Pain prophylaxis", "10", "mg/kg", "TID", "PO",
        day_text(first.day(OPIOID_DAYS[0] - 3)),
        day_text(last.day(min(last.last_day, OPIOID_DAYS[1] + 2))),
        "Z01", folder=first.folder(),
    )  # fmt: skip


def _opioids(given: list[Course], chance: np.random.Generator) -> list[Medication]:
    name, *how = _OPIOIDS[int(chance.integers(0, len(_OPIOIDS)))]
    dose, unit, frequency, route = how
    first, last = OPIOID_DAYS
    return [
        Medication(name, "Pain", dose, unit, frequency, route, day_text(course.day(first)),
                   day_text(course.day(min(last, course.last_day))), "Z02", folder=course.folder())
        for course in given
    ]  # fmt: skip


def _for_events(events: list[Row], chance: np.random.Generator) -> list[Medication]:
    """Return what was given for adverse events: one row for an event, however often entered."""
    made: dict[tuple[str, str], Medication] = {}
    numbers: set[str] = set()
    for event in events:
        cure = treatment_of(event, float(chance.random()))
        number, what = event["AESPID"], (event["PT"], event["AEST_RAW"])
        if cure and number not in numbers and what not in made:
            numbers.add(number)
            made[what] = _treatment(cure, [row for row in events if row["AESPID"] == number])
    return list(made.values())


def _treatment(cure: Treatment, rows: list[Row]) -> Medication:
    start, end = _span(rows)
    end = start if cure[4] == "once" else end
    return Medication(
        *cure[:6], start=start, end=end, code=cure[6], event=rows[0]["AESPID"],
        folder=rows[0]["FOLDER"],
    )  # fmt: skip


def _span(rows: list[Row]) -> tuple[str, str]:
    """Return start of the first and end of the last row, as typed; no end where it goes on.

    Where a site typed an end before the start, the medication has the two the right way round.
    """
    start, end = rows[0]["AEST_RAW"], "" if rows[-1]["AEONG"] == "Y" else rows[-1]["AEEN_RAW"]
    first, last = (_sortable(rows[0], "AEST"), _sortable(rows[-1], "AEEN"))
    return (end, start) if end and last < first else (start, end)


def _sortable(row: Row, field: str) -> str:
    return "".join(row[f"{field}_{part}"] for part in ("YYYY", "MM", "DD"))


def _named(subject: str, given: list[Course]) -> list[Medication]:
    """Return the medications of the scenarios: steroids, a prohibited one, one not coded."""
    if subject == "101-006":
        return [_between(given[0], (5, 7), "Dexamethasone", "Headache", "4", "mg", "BID", "Z05")]
    if subject == "104-001":
        return [_between(given[1], (16, 22), "Doxycycline", "Acne", "50", "mg", "qd", "Z08")]
    if subject == "102-004":
        return [_between(given[0], (18, 24), "Magic mouthwash", "Sore mouth", "5", "mL", "QID", "")]
    if subject == "101-005":
        return [_between(given[0], (9, 12), "Oxygen", "Hypoxia", "2", "L/min", "cont.", "Z14", "9")]
    return []


def _between(
    course: Course, days: tuple[int, int], name: str, indication: str, *rest: str
) -> Medication:
    dose, unit, frequency, code, *event = rest
    return Medication(
        name, indication, dose, unit, frequency, "nasal" if name == "Oxygen" else "PO",
        day_text(course.day(days[0])), day_text(course.day(days[1])), code,
        event=event[0] if event else "", folder=course.folder(),
    )  # fmt: skip


def _fields(one: Medication) -> Row:
    return {
        "CMTRT": one.name,
        "CMINDC": one.indication,
        "CMDOSE": one.dose,
        "CMDOSU": one.unit,
        "CMFRQ": one.frequency,
        "CMROUTE": one.route,
        **_start_columns(one.start),
        **text_date_fields("CMEN", one.end),
        "CMONG": one.ongoing,
        "CMAENO": one.event,
        "CMATC": one.code,
    }


def _start_columns(typed: str) -> Row:
    """Return the columns of the start, which may be a word in the place of a date."""
    known = "" if typed == BEFORE_STUDY else typed
    return {**text_date_fields("CMST", known), "CMST_RAW": typed}
