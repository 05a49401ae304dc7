"""Samples of the isotretinoin and dinutuximab panels of the sampling form (R22).

The sample numbers of a subject are forty in a row: lenalidomide has the first fourteen,
isotretinoin the next six, dinutuximab six after these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinmap.simulation.calendar import Course
from clinmap.simulation.cast import Member
from clinmap.simulation.forms.edc_rows import Entry, date_fields

FIRST_SAMPLE, SAMPLES_PER_SUBJECT = 334, 40


@dataclass(frozen=True)
class PanelSample:
    """One planned sample of a panel: ``taken`` is None where none was drawn.

    ``nominal`` is the planned time as the form prints it, ``hours`` the same in hours after the
    dose that the site typed as reference (``dosed``).
    """

    subject: str
    panel: str
    day: int
    nominal: str
    hours: float
    taken: datetime | None
    dosed: datetime
    sample_id: str
    typed_dose: datetime | None
    note: str = ""

    @property
    def key(self) -> tuple[str, int, float]:
        """Subject, day of the course and nominal hours."""
        return self.subject, self.day, self.hours


def sample_number(member: Member, offset: int) -> str:
    """Return the id of one of the subject's samples, such as ``P0417``."""
    return f"P{FIRST_SAMPLE + SAMPLES_PER_SUBJECT * member.ordinal + offset:04d}"


def form_entry(course: Course, sample: PanelSample) -> Entry:
    """Return the row of the sampling form as the site typed it."""
    drawn, dosed = sample.taken, sample.typed_dose
    fields = {
        "PANEL": sample.panel,
        "COURSE": str(course.number),
        "DAY": str(sample.day),
        "NOMTIME": sample.nominal,
        **date_fields("SAMPDAT", drawn.date() if drawn else None),
        "SAMPTIM": f"{drawn:%H:%M}" if drawn else "",
        "SAMPID": sample.sample_id,
        **date_fields("DOSEDAT", dosed.date() if dosed else None),
        "DOSETIM": f"{dosed:%H:%M}" if dosed else "",
        "NOTE": sample.note,
    }
    return Entry(course.folder(sample.day), course.day(sample.day), fields)


def three_digits(value: float) -> str:
    """Return a concentration with three significant digits, without an exponent."""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:.{decimals}f}"
