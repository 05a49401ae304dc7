"""A date some days after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class DaysAfter(Operation):
    """Give the ISO 8601 date that lies a number of days after a date (before it, if negative).

    Parameters: `days_after`, the ISO 8601 date; `days`, how many days.
    Rows: none is added or dropped. Missing: a date that is not complete gives missing; a time is
    left out. Problems: none. Source: SDTMIG 3.4 section 5.3 (SE: start of an element by rule).

    Example::

        SESTDTC: {days_after: .EOTDTC, days: 1}
    """

    name: ClassVar[str] = "days_after"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    days_after: Reference
    days: int

    def inputs(self) -> tuple[Ref, ...]:
        """The date."""
        return references(self.days_after)

    def apply(self, rows: Rows) -> pd.Series:
        """The dates."""
        from clinmap.dates import from_sas_date, sas_date

        return from_sas_date(sas_date(rows.text(self.days_after)) + self.days)

    def describe(self) -> Description:
        """Derived, with the number of days."""
        column = self.days_after.column
        return Description(Origin("Derived", "Sponsor"), f"{column} plus {self.days} days.")
