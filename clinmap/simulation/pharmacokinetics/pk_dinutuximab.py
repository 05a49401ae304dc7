"""Dinutuximab in serum: panel CHI of the sampling form and the vendor's workbook (V04).

Course 1 from the infusion of day 8: before it, at its end, at the end of the infusion of day 11,
and 96, 168 and 480 hours after it began (days 12, 15 and 28). Concentrations follow the infusions
as they were really given. Reference: study protocol calendar; SDTMIG 3.4 section 6.3.5.9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from clinmap.simulation.calendar import Course
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, day_text
from clinmap.simulation.pharmacokinetics.pk_samples import (
    PanelSample,
    form_entry,
    sample_number,
    three_digits,
)
from clinmap.simulation.subject import Subject

LLOQ_UG_ML = 0.05
BLQ_TEXT = "<0.05"
FIRST_OFFSET = 20
_FAST_PER_H, _SLOW_PER_H, _FAST_SHARE, _VOLUME_L_PER_M2 = 0.0267, 0.00642, 0.85, 3.9
_PROTEIN_PER_MG = {"NCI": 1.0, "UTC": 25 / 17.5}
"""The two products state their milligrams by different extinction coefficients."""


class Planned(NamedTuple):
    """One planned sample: the form's words, the vendor's, and hours after the infusion's start."""

    day: int
    infusion: int
    nominal: str
    hours: float
    vendor: str


SCHEDULE = (
    Planned(8, 8, "predose", 0.0, "Pre-infusion"),
    Planned(8, 8, "end of infusion", 10.0, "End of infusion"),
    Planned(11, 11, "end of infusion", 10.0, "End of infusion"),
    Planned(12, 8, "96 h", 96.0, "Day 12"),
    Planned(15, 8, "168 h", 168.0, "Day 15"),
    Planned(28, 8, "480 h", 480.0, "Trough"),
)

Key = tuple[str, int, float]
LOST: set[Key] = {("102-002", 15, 168.0)}
TOO_LITTLE: set[Key] = {("106-004", 11, 10.0)}
"""The laboratory had too little serum: no result."""
HEMOLYZED: set[Key] = {("101-001", 28, 480.0)}
DRAWN_EARLY: dict[Key, int] = {("105-001", 8, 10.0): 40}
"""Minutes before the end of the infusion at which its last sample was drawn."""
START_TYPED_AS: dict[tuple[str, int], int] = {("101-006", 8): -30}
"""(subject, infusion day) -> minutes by which the sampling form differs from the infusion form."""
VENDOR_DAYS: dict[Key, int] = {("103-001", 12, 96.0): 1}
"""Days by which the vendor's date differs from the form's."""


@dataclass(frozen=True)
class Infusion:
    """One rate segment as really given."""

    day: int
    start: datetime
    end: datetime
    mg: float


@dataclass(frozen=True)
class DinutuximabSample:
    """One sample with the result (ug/mL) as the laboratory reports it; None where not drawn."""

    sample: PanelSample
    vendor_timepoint: str
    result: str | None
    comment: str
    hours: float
    """Hours from the start of the infusion of day 8 to the real draw."""


def infusions(subject: Subject) -> list[Infusion]:
    """Return the rate segments of course 1 from the infusion form; a slipped end date is mended."""
    made: list[Infusion] = []
    for row in subject.forms["exchi"]:
        if row["COURSE"] != str(subject.given[0].number):
            continue
        start, end = _moment(row, "CHIST"), _moment(row, "CHIEN")
        end += timedelta(days=1 if end < start else 0)
        made.append(Infusion(int(row["CHIDAY"]), start, end, float(row["CHIMG"])))
    return made


def _moment(row: Row, name: str) -> datetime:
    day = date(*(int(row[f"{name}_{part}"]) for part in ("YYYY", "MM", "DD")))
    return datetime.combine(day, datetime.strptime(row[f"{name}TIM"], "%H:%M").time())


def concentration(given: list[Infusion], protein: float, volume: float, when: datetime) -> float:
    """Return ug/mL at a moment: the sum over the segments that had begun by then."""
    total = 0.0
    for segment in given:
        if segment.start >= when:
            continue
        began = (when - segment.start).total_seconds() / 3600
        ended = max((when - segment.end).total_seconds() / 3600, 0.0)
        rate = segment.mg * protein / ((segment.end - segment.start).total_seconds() / 3600)
        for share, slope in ((_FAST_SHARE, _FAST_PER_H), (1 - _FAST_SHARE, _SLOW_PER_H)):
            total += rate * share / slope * (math.exp(-slope * ended) - math.exp(-slope * began))
    return total / volume


def dinutuximab_samples(subject: Subject) -> list[DinutuximabSample]:
    """Return the samples of course 1, in nominal order, up to the last day treated."""
    if not subject.given:
        return []
    course, given = subject.given[0], infusions(subject)
    chance = generator(subject.seed, subject.member.subject, "PKCHI")
    volume = _VOLUME_L_PER_M2 * course.bsa * math.exp(0.2 * chance.standard_normal())
    noise = np.exp(0.08 * chance.standard_normal(len(SCHEDULE))).tolist()
    late = chance.integers(0, 10, size=len(SCHEDULE)).tolist()
    made: list[DinutuximabSample] = []
    for place, planned in enumerate(SCHEDULE):
        if planned.day > course.last_day:
            continue
        sample = _sample(subject, given, place, late[place])
        level = None
        if sample.taken:
            protein = _PROTEIN_PER_MG[course.product]
            level = noise[place] * concentration(given, protein, volume, sample.taken)
        made.append(_reported(sample, planned, given[0].start, level))
    return made


def _sample(subject: Subject, given: list[Infusion], place: int, late: int) -> PanelSample:
    planned = SCHEDULE[place]
    member = subject.member
    segments = [segment for segment in given if segment.day == planned.infusion]
    if not segments:
        return _not_drawn(subject, planned, given[0].start)
    start = segments[0].start
    key = member.subject, planned.day, planned.hours
    typed = start + timedelta(minutes=START_TYPED_AS.get((member.subject, planned.day), 0))
    return PanelSample(
        member.subject, "CHI", planned.day, planned.nominal, planned.hours,
        _drawn(planned, segments, key, late), start,
        sample_number(member, FIRST_OFFSET + place), typed,
        "sample lost" if key in LOST else "",
    )  # fmt: skip


def _drawn(planned: Planned, segments: list[Infusion], key: Key, late: int) -> datetime:
    if planned.nominal == "predose":
        return segments[0].start - timedelta(minutes=15)
    if planned.nominal == "end of infusion":
        return segments[-1].end + timedelta(minutes=-DRAWN_EARLY.get(key, -late))
    return segments[0].start + timedelta(hours=planned.hours, minutes=6 * late)


def _not_drawn(subject: Subject, planned: Planned, start: datetime) -> PanelSample:
    name, note = subject.member.subject, "infusion not given"
    return PanelSample(
        name, "CHI", planned.day, planned.nominal, planned.hours, None, start, "", None, note
    )


def _reported(
    sample: PanelSample, planned: Planned, start: datetime, level: float | None
) -> DinutuximabSample:
    hours = ((sample.taken or start) - start).total_seconds() / 3600
    if level is None:
        return DinutuximabSample(sample, planned.vendor, None, "", hours)
    if sample.key in TOO_LITTLE:
        return DinutuximabSample(sample, planned.vendor, "", "QNS", hours)
    comment = "Hemolyzed" if sample.key in HEMOLYZED else ""
    text = BLQ_TEXT if level < LLOQ_UG_ML else three_digits(level)
    return DinutuximabSample(sample, planned.vendor, text, comment, hours)


def dinutuximab_entries(course: Course, samples: list[DinutuximabSample]) -> list[Entry]:
    """Return the rows of the sampling form."""
    return [form_entry(course, one.sample) for one in samples]


def dinutuximab_results(subject: Subject) -> list[dict[str, object]]:
    """Return the V04 rows of one subject; a sample that was lost or not drawn has none."""
    return [
        {
            "Sample ID": one.sample.sample_id,
            "Subject": one.sample.subject,
            "Visit": f"Course 1 Day {one.sample.day}",
            "Timepoint": one.vendor_timepoint,
            "Date": one.sample.taken.date() + timedelta(VENDOR_DAYS.get(one.sample.key, 0)),
            "Conc": one.result,
            "Comment": one.comment,
        }
        for one in dinutuximab_samples(subject)
        if one.sample.taken and one.sample.key not in LOST
    ]


def titles() -> list[str]:
    """Return the three lines above the header of the vendor's sheet."""
    received = day_text(date(2016, 4, 4))
    return ["SYNTHETIC DATA - ch14.18 in human serum, ECL immunoassay", "Study N2011-04", received]
