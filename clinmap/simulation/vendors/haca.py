"""Human anti-chimeric antibodies against dinutuximab (V06), one row per assay performed.

A screen that is reactive is confirmed; what is confirmed gets a titer and a test for neutralizing
antibodies. Reference: study protocol calendar (screening, before the first infusion, end of courses
1, 2, 4, 6, 9 and 12, end of treatment).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from clinmap.simulation.calendar import COURSE_DAYS, Course
from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Row, dashed_day_text

COLUMNS = (
    *("SUBJECT", "VISIT", "COLLDATE", "ASSAY", "RESULT", "TITER", "CUTPOINT"),
    *("DRUGTOL_ug_mL", "CH1418_CONC"),
)
DRUG_TOLERANCE = "5.0"
_CUT_POINTS = {"screen": "1.15", "confirm": "28.4", "titer": "1:20", "neut": "1.32"}
_COURSE_ENDS = (1, 2, 4, 6, 9, 12)
_SCREENING_DAYS = 5
_TITERS = ("<1:20", "1:20", "1:40", "1:80", "1:160", "1:320")


class Status(NamedTuple):
    """What the tiers of the assay gave for one sample; an empty text is an assay not performed."""

    screen: str
    confirm: str = ""
    titer: str = ""
    neutralizing: str = ""


NEGATIVE = Status("Negative")
STATUSES: dict[tuple[str, str], Status] = {
    ("102-002", "SCRN"): Status("Reactive", "Positive", "1:20", "Negative"),
    ("102-002", "C1D8"): Status("Reactive", "Positive", "1:20", "Negative"),
    ("102-002", "C1D28"): Status("Reactive", "Positive", "1:160", "Positive"),
    ("102-002", "C2D28"): Status("Reactive", "Positive", "1:160", "Positive"),
    ("102-002", "C4D28"): Status("Reactive", "Positive", "1:80", "Negative"),
    ("102-002", "C6D28"): Status("Reactive", "Positive", "1:80", "Negative"),
    ("102-002", "EOT"): Status("Reactive", "Positive", "1:40", "Negative"),
    ("102-005", "SCRN"): NEGATIVE,
    ("102-005", "C1D28"): NEGATIVE,
    ("101-004", "C1D28"): Status("Reactive", "Positive", "<1:20", "Negative"),
    ("101-006", "SCRN"): Status("Reactive", "Negative"),
    ("103-004", "C2D28"): Status("Reactive"),
}
"""Named samples: boosted, drug above tolerance, below the first dilution, not confirmed, no
confirmatory test."""

CONCENTRATIONS = {("102-005", "C1D28"): "7.8"}
"""Dinutuximab in the sample in ug/mL, where it is not drawn."""


def antibody_assays(member: Member, given: list[Course], ended: date, seed: int) -> list[Row]:
    """Return the V06 rows of one subject in time order; none for a screen failure."""
    chance = generator(seed, member.subject, "HACA")
    inclined = float(chance.random())
    rows: list[Row] = []
    for place, (visit, day) in enumerate(_samples(member, given, ended)):
        drawn = chance.random(3).tolist()
        status = STATUSES.get((member.subject, visit)) or _status(place, inclined, drawn)
        level = CONCENTRATIONS.get((member.subject, visit)) or _level(visit, drawn[2])
        rows += [
            {
                "SUBJECT": member.subject,
                "VISIT": visit,
                "COLLDATE": dashed_day_text(day),
                "ASSAY": assay,
                "RESULT": result,
                "TITER": status.titer if assay == "titer" else "",
                "CUTPOINT": _CUT_POINTS[assay],
                "DRUGTOL_ug_mL": DRUG_TOLERANCE,
                "CH1418_CONC": level,
            }
            for assay, result in _assays(status)
        ]
    return rows


def _samples(member: Member, given: list[Course], ended: date) -> list[tuple[str, date]]:
    if member.screen_failure:
        return []
    found = [("SCRN", member.consent + timedelta(days=_SCREENING_DAYS))]
    for course in given:
        if course.number == 1 and course.last_day >= 8:
            found.append(("C1D8", course.day(8)))
        if course.number in _COURSE_ENDS and course.last_day == COURSE_DAYS:
            found.append((f"C{course.number}D{COURSE_DAYS}", course.day(COURSE_DAYS)))
    return [*found, ("EOT", ended)] if given else found


def _status(place: int, inclined: float, drawn: list[float]) -> Status:
    """A fifth of the subjects become positive after their first infusions, and stay so."""
    if inclined < 0.2 and place >= 2:
        titer = _TITERS[min(len(_TITERS) - 1, int(drawn[0] * 3) + place - 1)]
        return Status("Reactive", "Positive", titer, "Positive" if drawn[1] < 0.3 else "Negative")
    return Status("Reactive", "Negative") if drawn[0] < 0.05 else NEGATIVE


def _level(visit: str, drawn: float) -> str:
    """Trough concentrations; nothing before the first infusion."""
    if visit in ("SCRN", "C1D8"):
        return "<0.05"
    return f"{0.08 + 0.5 * drawn:.2f}"


def _assays(status: Status) -> list[tuple[str, str]]:
    tiers = [("screen", status.screen)]
    if status.confirm:
        tiers.append(("confirm", status.confirm))
    if status.titer:
        tiers += [("titer", ""), ("neut", status.neutralizing)]
    return tiers
