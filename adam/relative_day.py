"""The day of an analysis date relative to a reference date."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class RelativeDay(Operation):
    """Count days from a reference date: the day itself is 1, the day before is -1, none is 0.

    Parameters: `relative_day`, a SAS date; `reference`, a SAS date (default ADSL.TRTSDT).
    Rows: none is added or dropped. Missing: where either date is missing. Problems: none.
    Source: ADaMIG 1.3 section 3.3.3 (ADY, ASTDY, AENDY).

    Example::

        ASTDY: {relative_day: .ASTDT, reference: .TRTSDT}
    """

    name: ClassVar[str] = "relative_day"
    local: ClassVar[bool] = True

    relative_day: Reference
    reference: Reference = Ref("dataset", "TRTSDT", "ADSL")

    def inputs(self) -> tuple[Ref, ...]:
        """The date and the reference date."""
        return references(self.relative_day, self.reference)

    def apply(self, rows: Rows) -> pd.Series:
        """The days."""
        days = rows.number(self.relative_day) - rows.number(self.reference)
        return days.where(days < 0, days + 1)

    def describe(self) -> Description:
        """Derived, with the rule."""
        date, reference = self.relative_day.column, name_of(self.reference)
        return Description(
            Origin("Derived", "Sponsor"),
            f"{date} - {reference} + 1 where {date} is on or after {reference}, else "
            f"{date} - {reference}.",
        )
