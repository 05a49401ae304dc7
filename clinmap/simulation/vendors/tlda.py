"""Neuroblastoma transcripts in blood and marrow (V11): cycle numbers of the NB5 low-density array.

Each detector is run three times per sample. Sample names are typed by hand at the instrument.
Reference: study protocol calendar (study entry, end of course 1, disease evaluations, end of
treatment); SDTMIG 3.4 section 6.3.5.4 (GF) for what it feeds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clinmap.simulation.calendar import COURSE_DAYS, Course
from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Row

COLUMNS = ("Well", "Sample", "Detector", "Task", "Ct", "Baseline", "Threshold")
TARGETS = {"CHGA": 29.1, "DCX": 31.4, "DDC": 30.2, "PHOX2B": 28.6, "TH": 27.9}
CONTROLS = {"B2M": 17.2, "GAPDH": 19.0, "HPRT1": 24.1, "SDHA": 23.3}
DETECTORS = {**TARGETS, **CONTROLS}
UNDETERMINED, LAST_CYCLE = "Undetermined", 40.0
_COURSE_ENDS = (1, 2, 4, 6, 9, 12)
_REPLICATES = 3


class Specimen(NamedTuple):
    """One sample: `SCRN`, `C1 EOC` or `EOT`; `PB` or `BM`; the side of a marrow."""

    time_point: str
    kind: str
    side: str = ""

    @property
    def name(self) -> str:
        """What follows the subject in a tidy sample name."""
        return " ".join(part for part in (self.kind, self.side, self.time_point) if part)


BLOOD_AT_START = Specimen("SCRN", "PB")
MEANS: dict[tuple[str, Specimen], dict[str, float]] = {
    ("101-003", Specimen("C1 EOC", "PB")): dict(DETECTORS),
    ("104-004", BLOOD_AT_START): {
        "CHGA": 38.2, "DCX": 99.0, "DDC": 99.0, "PHOX2B": 99.0, "TH": 99.0, **CONTROLS,
    },
    ("104-004", Specimen("SCRN", "BM", "L")): {
        **dict.fromkeys(TARGETS, 99.0), "B2M": 31.6, "GAPDH": 33.9, "HPRT1": 38.4, "SDHA": 99.0,
    },
}  # fmt: skip
"""Prescribed mean cycle numbers; beyond 40 there is none."""

OUTLIERS = {("103-003", BLOOD_AT_START, "TH"): 2.4}
"""Cycles added to the third replicate."""

NOT_TAKEN = {("102-001", Specimen("C2 EOC", "BM", "R"))}
NAMES = {
    ("101-002", BLOOD_AT_START): "101002 PB SCRN",
    ("101-005", BLOOD_AT_START): "101-005 pb scrn",
    ("102-003", Specimen("C1 EOC", "PB")): "102-003 PB EOC1",
    ("103-004", Specimen("SCRN", "BM", "L")): "103-004 BM left SCRN",
    ("103-004", Specimen("SCRN", "BM", "R")): "103-004 BM right SCRN",
    ("104-001", Specimen("C2 EOC", "BM", "L")): "104-001_BM-L_C2 EOC",
    ("106-003", Specimen("EOT", "PB")): "pt 3 blood off study",
}
"""Sample names that were typed in another way; the last one names no subject."""


def cycle_numbers(member: Member, given: list[Course], seed: int) -> list[Row]:
    """Return the V11 rows of one subject's arrays with their control without template."""
    chance = generator(seed, member.subject, "TLDA")
    load = float(chance.normal(4.0, 2.0))
    rows: list[Row] = []
    for specimen in _specimens(member, given):
        means = _means(member, specimen, load, chance)
        name = NAMES.get((member.subject, specimen), f"{member.subject} {specimen.name}")
        rows += _array(member, specimen, name, means, chance)
    return [*rows, *_no_template(member)] if rows else []


def _specimens(member: Member, given: list[Course]) -> list[Specimen]:
    if member.screen_failure:
        return []
    ends = [
        course.number
        for course in given
        if course.number in _COURSE_ENDS and course.last_day == COURSE_DAYS
    ]
    found: list[Specimen] = []
    for time_point in ("SCRN", *(f"C{number} EOC" for number in ends), *(["EOT"] if given else [])):
        found.append(Specimen(time_point, "PB"))
        if time_point not in ("C1 EOC", "EOT"):
            found += [Specimen(time_point, "BM", side) for side in "LR"]
    return [specimen for specimen in found if (member.subject, specimen) not in NOT_TAKEN]


def _means(
    member: Member, specimen: Specimen, load: float, chance: np.random.Generator
) -> dict[str, float]:
    """Return the mean cycle number of each detector; the less tumor the later the cycle."""
    noise = (0.6 * chance.standard_normal(len(DETECTORS))).tolist()
    later = load + (3.5 if specimen.kind == "PB" else 0.0)
    later += 0.0 if specimen.time_point == "SCRN" else 1.2
    drawn = {
        detector: usual + noise[place] + (later if detector in TARGETS else 0.0)
        for place, (detector, usual) in enumerate(DETECTORS.items())
    }
    return MEANS.get((member.subject, specimen), drawn)


def _array(
    member: Member,
    specimen: Specimen,
    name: str,
    means: dict[str, float],
    chance: np.random.Generator,
) -> list[Row]:
    """Return three replicates for each detector; those of a prescribed mean lie 0.1 about it."""
    spread = 0.12 * chance.standard_normal((len(means), _REPLICATES))
    if (member.subject, specimen) in MEANS:
        spread = np.tile([-0.1, 0.0, 0.1], (len(means), 1))
    rows: list[Row] = []
    for place, (detector, mean) in enumerate(means.items()):
        for replicate, off in enumerate(spread[place].tolist()):
            last = OUTLIERS.get((member.subject, specimen, detector), 0.0) * (replicate == 2)
            well = 1 + _REPLICATES * place + replicate
            rows.append(_row(well, name, detector, _cycle(mean + off + last)))
    return rows


def _cycle(cycle: float) -> str:
    return UNDETERMINED if cycle > LAST_CYCLE else f"{cycle:.2f}"


def _row(well: int, sample: str, detector: str, cycle: str) -> Row:
    return {
        "Well": str(well),
        "Sample": sample,
        "Detector": detector,
        "Task": "Target" if detector in TARGETS else "Endogenous Control",
        "Ct": cycle,
        "Baseline": "3-15",
        "Threshold": "0.2",
    }


def _no_template(member: Member) -> list[Row]:
    """Return the control without template of the subject's plate: nothing may be amplified."""
    name = f"NTC plate {member.ordinal + 1:03d}"
    first = 1 + _REPLICATES * len(DETECTORS)
    return [
        {**_row(first + place, name, detector, UNDETERMINED), "Task": "NTC"}
        for place, detector in enumerate(DETECTORS)
    ]
