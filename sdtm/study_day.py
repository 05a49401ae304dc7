"""The study day of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.dates import study_day
from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class StudyDay(Operation):
    """Count days from the reference date: the day itself is 1, the day before is -1, none is 0.

    Parameters: `study_day`, the --DTC; `reference` (default DM.RFSTDTC).
    Rows: none is added or dropped. Missing: missing unless both dates are complete.
    Problems: none. Source: SDTMIG 3.4 section 4.4.4 (use of the study day variables).

    Example::

        AESTDY: {study_day: .AESTDTC}
    """

    name: ClassVar[str] = "study_day"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    study_day: Reference
    reference: Reference = Ref("dataset", "RFSTDTC", "DM")

    def inputs(self) -> tuple[Ref, ...]:
        """The date and the reference date."""
        return references(self.study_day, self.reference)

    def apply(self, rows: Rows) -> pd.Series:
        """The days."""
        return study_day(rows.text(self.study_day), rows.text(self.reference))

    def describe(self) -> Description:
        """Derived, with the rule."""
        date, reference = self.study_day.column, name_of(self.reference)
        return Description(
            Origin("Derived", "Sponsor"),
            f"{date} - {reference} + 1 where {date} is on or after {reference}, else "
            f"{date} - {reference}; complete dates only.",
        )
