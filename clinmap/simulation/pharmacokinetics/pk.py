"""Lenalidomide pharmacokinetics: sampling form (R22, panel LEN) and vendor results (V02).

Concentrations follow a one-compartment oral model. Reference: study protocol calendar (course 1
day 1 at 0, 0.5, 1, 2, 4, 6, 8, 24 h; day 21 at 0, 1, 2, 4, 6, 24 h); SDTMIG 3.4 section 6.3.5.9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from clinmap.simulation.calendar import Course
from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, date_fields
from clinmap.simulation.forms.exposure import lenalidomide_mg
from clinmap.simulation.pharmacokinetics.pk_edges import (
    CONCENTRATIONS,
    DOSE_AT,
    LOST,
    NO_PROFILE,
    NOT_REPORTED,
    NOTES,
    PINNED_MINUTES,
    REASSAYED,
    SWAPPED_TUBES,
    TYPED_DAYS,
    VENDOR_MINUTES,
)

NOMINAL_HOURS = {1: (0.0, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 24.0), 21: (0.0, 1.0, 2.0, 4.0, 6.0, 24.0)}
LLOQ_NG_ML = 1.0
BLQ_TEXT = "BLQ(<1.00)"
SAS_EPOCH = datetime(1960, 1, 1)
_VOLUME_L_PER_M2, _ABSORPTION_PER_H, _ELIMINATION_PER_H = 86.0, 1.6, 0.21
_FIRST_SAMPLE, _SAMPLES_PER_SUBJECT = 334, 40

Value = str | float | None
VendorRow = dict[str, Value]


@dataclass(frozen=True)
class Sample:
    """One blood sample as really drawn: ``concentration`` in ng/mL."""

    subject: str
    day: int
    hours: float
    taken: datetime
    dosed: datetime
    sample_id: str
    concentration: float

    @property
    def key(self) -> tuple[str, int, float]:
        """Subject, nominal day and nominal hours."""
        return self.subject, self.day, self.hours


def lenalidomide_samples(member: Member, given: list[Course], seed: int) -> list[Sample]:
    """Return the samples drawn in course 1, in nominal order."""
    if not given:
        return []
    chance = generator(seed, member.subject, "PK")
    profiles = {day: _profile(member, given[0], day, chance) for day in NOMINAL_HOURS}
    return [
        sample
        for day, profile in profiles.items()
        for sample in profile
        if day <= given[0].last_day and (member.subject, day) not in NO_PROFILE
    ]


def _profile(member: Member, course: Course, day: int, chance: np.random.Generator) -> list[Sample]:
    clock = datetime.strptime(DOSE_AT.get((member.subject, day), "08:00"), "%H:%M").time()
    dosed = datetime.combine(course.day(day), clock)
    levels = _levels(course, day, chance)
    late = chance.integers(0, 10, size=len(levels)).tolist()
    first = _FIRST_SAMPLE + _SAMPLES_PER_SUBJECT * member.ordinal + (0 if day == 1 else 8)
    fixed = CONCENTRATIONS.get((member.subject, day), {})
    made: list[Sample] = []
    for place, hours in enumerate(NOMINAL_HOURS[day]):
        drawn = -10 if hours == 0 else late[place]
        minutes = _minutes(member.subject, day, hours, drawn)
        taken = dosed + timedelta(hours=hours, minutes=minutes)
        level = fixed.get(hours, levels[place])
        made.append(
            Sample(member.subject, day, hours, taken, dosed, f"P{first + place:04d}", level)
        )
    return made


def _minutes(subject: str, day: int, hours: float, drawn: int) -> int:
    whole_day = PINNED_MINUTES.get((subject, day, None), drawn)
    return PINNED_MINUTES.get((subject, day, hours), whole_day)


def _levels(course: Course, day: int, chance: np.random.Generator) -> list[float]:
    """Return the concentrations of one profile; day 21 carries a remainder of day 20."""
    shifts = chance.standard_normal(3).tolist()
    volume = _VOLUME_L_PER_M2 * course.bsa * math.exp(0.15 * shifts[0])
    absorption = _ABSORPTION_PER_H * math.exp(0.2 * shifts[1])
    elimination = _ELIMINATION_PER_H * math.exp(0.12 * shifts[2])
    noise = np.exp(0.06 * chance.standard_normal(len(NOMINAL_HOURS[day]))).tolist()
    scale = 1000 * lenalidomide_mg(course) / volume * absorption / (absorption - elimination)
    doses_before = (0.0,) if day == 1 else (0.0, 24.0)
    return [
        error
        * sum(
            scale * (math.exp(-elimination * (hours + ago)) - math.exp(-absorption * (hours + ago)))
            for ago in doses_before
        )
        for hours, error in zip(NOMINAL_HOURS[day], noise, strict=True)
    ]


def sampling_entries(given: list[Course], samples: list[Sample]) -> list[Entry]:
    """Return the R22 rows of the panel as the site typed them."""
    tube_of = {sample.key: sample.sample_id for sample in samples}
    entries: list[Entry] = []
    for sample in samples:
        other = SWAPPED_TUBES.get(sample.key)
        tube = tube_of[(sample.subject, *other)] if other else sample.sample_id
        folder = given[0].folder(sample.day)
        entries.append(Entry(folder, sample.taken.date(), _typed(given[0], sample, tube)))
    return entries


def _typed(course: Course, sample: Sample, tube: str) -> Row:
    typed_day = sample.taken.date() + timedelta(days=TYPED_DAYS.get(sample.key, 0))
    return {
        "PANEL": "LEN",
        "COURSE": str(course.number),
        "DAY": str(sample.day),
        "NOMTIME": f"{sample.hours:g} h",
        **date_fields("SAMPDAT", typed_day),
        "SAMPTIM": f"{sample.taken:%H:%M}",
        "SAMPID": tube,
        **date_fields("DOSEDAT", sample.dosed.date()),
        "DOSETIM": f"{sample.dosed:%H:%M}",
        "NOTE": NOTES.get(sample.key, ""),
    }


def vendor_rows(samples: list[Sample]) -> list[VendorRow]:
    """Return the V02 rows of one subject; a re-assayed sample has two rows, a lost one none."""
    rows: list[VendorRow] = []
    for sample in samples:
        if sample.key in LOST:
            continue
        text = "NR" if sample.key in NOT_REPORTED else concentration_text(sample.concentration)
        if sample.key in REASSAYED:
            rows.append(_vendor_row(sample, REASSAYED[sample.key], "N"))
        rows.append(_vendor_row(sample, text, "Y" if sample.key in REASSAYED else "N"))
    return rows


def concentration_text(value: float) -> str:
    """Return a concentration with three significant digits, or the BLQ text."""
    if value < LLOQ_NG_ML:
        return BLQ_TEXT
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{decimals}f}"


def _vendor_row(sample: Sample, text: str, reassay: str) -> VendorRow:
    taken = sample.taken + timedelta(minutes=VENDOR_MINUTES.get(sample.key, 0))
    return {
        "STUDYID": "N2011-04",
        "SUBJ": sample.subject,
        "VISIT": f"C1D{sample.day}",
        "ANALYTE": "LENALIDOMIDE",
        "MATRIX": "PLASMA",
        "SAMPID": sample.sample_id,
        "SAMPDTM": (taken - SAS_EPOCH).total_seconds(),
        "NOMTM": sample.hours,
        "CONC": None if text in (BLQ_TEXT, "NR") else float(text),
        "CONCC": text,
        "UNITS": "ng/mL",
        "LLOQ": LLOQ_NG_ML,
        "BATCH": f"LEN-{taken:%y%m}{'R' if reassay == 'Y' else ''}",
        "REASSAY": reassay,
    }
