"""What is known of one raw subject while the forms are being filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from clinmap.simulation.calendar import Course
from clinmap.simulation.cast import Member
from clinmap.simulation.forms.edc_rows import Row

if TYPE_CHECKING:
    from clinmap.simulation.pharmacokinetics.pk import Sample


@dataclass
class Subject:
    """One raw SUBJECT id: the courses given, the day treatment ended, and the forms so far.

    ``forms`` grows in the order of the forms of the study, so that a later form can agree with an
    earlier one (a medication names the adverse event that it treats).
    """

    member: Member
    given: list[Course]
    ended: date
    samples: list[Sample]
    seed: int
    forms: dict[str, list[Row]] = field(default_factory=dict)
