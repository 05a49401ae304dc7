"""An analysis date written as an ISO 8601 date, for derivations that look dates up in SDTM."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class IsoDate(Operation):
    """Write a SAS date as an ISO 8601 date.

    Parameters: `iso_date`, a SAS date. Rows: none is added or dropped. Missing: stays missing.
    Problems: none. Source: ADaMIG 1.3 section 3.1.2 (numeric dates), SDTMIG 3.4 section 4.4.1.

    Example::

        ASTDTC: {iso_date: .ASTDT}
    """

    name: ClassVar[str] = "iso_date"
    local: ClassVar[bool] = True

    iso_date: Reference

    def inputs(self) -> tuple[Ref, ...]:
        """The SAS date."""
        return references(self.iso_date)

    def apply(self, rows: Rows) -> pd.Series:
        """The texts."""
        from clinmap.dates import from_sas_date

        return from_sas_date(rows.number(self.iso_date))

    def describe(self) -> Description:
        """Derived from the analysis date."""
        return Description(
            Origin("Derived", "Sponsor"), f"{self.iso_date.column} as an ISO 8601 date."
        )
