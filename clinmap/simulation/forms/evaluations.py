"""Disease evaluations of a subject: one at screening, then one for each response form (R18).

Lesions, Curie scores and marrow counts are drawn so that a reader finds them plausible beside the
response that the site typed; the site's response is never worked out from them.
Reference: study protocol calendar (screening, and the end of courses 2, 4, 6, 9 and 12).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Row
from clinmap.simulation.subject import Subject

SCREENING = "SCRN"


@dataclass(frozen=True)
class Evaluation:
    """Where and when; response of soft tissue, MIBG and marrow, empty at screening."""

    folder: str
    day: date
    soft: str = ""
    mibg: str = ""
    marrow: str = ""

    @property
    def key(self) -> str:
        """Return the folder without the day of the course: ``SCRN``, ``C02`` or ``EOT``."""
        return self.folder[:3] if self.folder.startswith("C") else self.folder

    @property
    def planned_by_course(self) -> bool:
        """Return whether the evaluation belongs to the end of a course."""
        return self.folder.startswith("C")


def evaluations(subject: Subject) -> list[Evaluation]:
    """Return the evaluations in time order; none for a screen failure."""
    if subject.member.screen_failure:
        return []
    typed = [_typed(row) for row in subject.forms["resp"]]
    return [Evaluation(SCREENING, _screening_day(subject)), *typed]


def _typed(row: Row) -> Evaluation:
    day = date(*(int(row[f"RESPDAT_{part}"]) for part in ("YYYY", "MM", "DD")))
    return Evaluation(row["FOLDER"], day, row["STRESP"], row["MIBGRESP"], row["BMRESP"])


def _screening_day(subject: Subject) -> date:
    """Return a day between consent and the first dose by which all scans are done."""
    days = int(generator(subject.seed, subject.member.subject, "EVAL").integers(5, 7))
    return subject.member.consent + timedelta(days=days)


def earlier(evaluation: Evaluation, days: int) -> date:
    """Return a day before the evaluation; scans at end of treatment are a day old at most."""
    late = evaluation.folder == "EOT"
    return evaluation.day - timedelta(days=min(days, 1) if late else days)
