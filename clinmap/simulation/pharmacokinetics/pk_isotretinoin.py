"""Isotretinoin at steady state: panel ISO of the sampling form and the vendor's wide file (V03).

Course 1 day 28 at 0, 1, 2, 4, 6 and 8 h, only where isotretinoin is planned. The laboratory
measures the drug, its 4-oxo metabolite and all-trans retinoic acid in one sample. Reference: study
protocol calendar; SDTMIG 3.4 section 6.3.5.9.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from clinmap.simulation.calendar import Course
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row
from clinmap.simulation.pharmacokinetics.pk_samples import (
    PanelSample,
    form_entry,
    sample_number,
    three_digits,
)
from clinmap.simulation.subject import Subject

DAY, TAU_H = 28, 12.0
NOMINAL_HOURS = (0.0, 1.0, 2.0, 4.0, 6.0, 8.0)
LLOQ_NG_ML = 10.0
COLUMNS = (
    *("SAMPLE_ID", "SUBJECT", "PERIOD", "TIME_H"),
    *("13cisRA_ng_mL", "4oxo_13cisRA_ng_mL", "ATRA_ng_mL", "FLAG"),
)
RESULTS = COLUMNS[4:7]
FIRST_OFFSET = 14

LOST = {("101-004", DAY, 6.0)}
NOT_TYPED = {("106-003", DAY, 8.0)}
"""The tube reached the laboratory and is not on the form."""
DEGRADED = {("103-003", DAY, 2.0)}
"""Light spoilt the sample: no results."""
EXPOSED = {("105-003", DAY, 4.0)}
"""Light reached the sample: results with a flag, too much all-trans retinoic acid."""


@dataclass(frozen=True)
class _Kinetics:
    """Rates per hour, and the level that a dose of 1 mg/m2 would reach at once (ng/mL)."""

    absorption: float
    elimination: float
    scale: float

    def level(self, dose: float, hours: float) -> float:
        """Return the steady-state concentration so many hours after one of many equal doses."""

        def remains(rate: float) -> float:
            return math.exp(-rate * hours) / (1 - math.exp(-rate * TAU_H))

        return self.scale * dose * (remains(self.elimination) - remains(self.absorption))


_PARENT, _METABOLITE, _ISOMER = (
    _Kinetics(0.55, 0.14, 13.0),
    _Kinetics(0.30, 0.05, 11.5),
    _Kinetics(0.70, 0.22, 0.62),
)


@dataclass(frozen=True)
class IsotretinoinSample:
    """One sample with the results as the laboratory reports them, in the order of ``RESULTS``."""

    sample: PanelSample
    results: tuple[str, str, str]
    flag: str

    @property
    def hours(self) -> float:
        """Hours from the dose to the real draw; negative before it."""
        return ((self.sample.taken or self.sample.dosed) - self.sample.dosed).total_seconds() / 3600


def single_dose_mg(subject: Subject) -> float:
    """Return the morning dose of course 1 in mg; infants are dosed by weight."""
    first = next(row for row in subject.forms["exiso"] if row["ISODOSE"])
    if first["AMMG"]:
        return float(first["AMMG"])
    return float(first["ISODOSE"]) * subject.given[0].weight


def isotretinoin_samples(subject: Subject) -> list[IsotretinoinSample]:
    """Return the samples of course 1 day 28, in nominal order; none at dose level 1."""
    given, member = subject.given, subject.member
    if not given or not member.isotretinoin_planned or given[0].last_day < DAY:
        return []
    chance = generator(subject.seed, member.subject, "PKISO")
    personal = chance.normal(0, 0.25, size=3).tolist()
    noise = chance.normal(0, 0.07, size=(len(NOMINAL_HOURS), 3)).tolist()
    late = [-10, *chance.integers(0, 10, size=len(NOMINAL_HOURS) - 1).tolist()]
    dose = single_dose_mg(subject) / given[0].bsa
    return [
        _sample(
            subject, place, late[place], _levels(dose, hours + late[place] / 60, personal, error)
        )
        for place, (hours, error) in enumerate(zip(NOMINAL_HOURS, noise, strict=True))
    ]


def _levels(
    dose: float, hours: float, personal: Sequence[float], noise: Sequence[float]
) -> tuple[float, ...]:
    """Return the three concentrations; a sample before the dose is late in the last interval."""
    since = hours if hours >= 0 else hours + TAU_H
    return tuple(
        kinetics.level(dose, since) * math.exp(shift + error)
        for kinetics, shift, error in zip(
            (_PARENT, _METABOLITE, _ISOMER), personal, noise, strict=True
        )
    )


def _sample(
    subject: Subject, place: int, minutes: int, levels: tuple[float, ...]
) -> IsotretinoinSample:
    hours = NOMINAL_HOURS[place]
    dosed = datetime.combine(subject.given[0].day(DAY), time(8))
    key = subject.member.subject, DAY, hours
    sample = PanelSample(
        subject=subject.member.subject,
        panel="ISO",
        day=DAY,
        nominal=f"{hours:g} h",
        hours=hours,
        taken=dosed + timedelta(hours=hours, minutes=minutes),
        dosed=dosed,
        sample_id=sample_number(subject.member, FIRST_OFFSET + place),
        typed_dose=dosed,
        note="sample lost" if key in LOST else "",
    )
    if key in DEGRADED:
        return IsotretinoinSample(sample, ("", "", ""), "LIGHT DEGRADED")
    parent, metabolite, isomer = levels
    if key in EXPOSED:
        results = (_text(parent), _text(metabolite), _text(9 * isomer))
        return IsotretinoinSample(sample, results, "LIGHT EXPOSED")
    return IsotretinoinSample(sample, (_text(parent), _text(metabolite), _text(isomer)), "")


def _text(level: float) -> str:
    return "BLQ" if level < LLOQ_NG_ML else three_digits(level)


def isotretinoin_entries(course: Course, samples: list[IsotretinoinSample]) -> list[Entry]:
    """Return the rows of the sampling form."""
    return [form_entry(course, s.sample) for s in samples if s.sample.key not in NOT_TYPED]


def isotretinoin_results(subject: Subject) -> list[Row]:
    """Return the V03 rows of one subject; a lost sample has none."""
    return [
        {
            "SAMPLE_ID": one.sample.sample_id,
            "SUBJECT": one.sample.subject,
            "PERIOD": f"C1D{DAY}",
            "TIME_H": f"{one.sample.hours:g}",
            **dict(zip(RESULTS, one.results, strict=True)),
            "FLAG": one.flag,
        }
        for one in isotretinoin_samples(subject)
        if one.sample.key not in LOST
    ]
