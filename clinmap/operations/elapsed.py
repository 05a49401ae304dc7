"""The time between two moments."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

SECONDS = {"SECONDS": 1, "MINUTES": 60, "HOURS": 3600}


@operation
class Elapsed(Operation):
    """Count the time from one moment to another; negative where the second comes first.

    Parameters: `elapsed`, the ISO 8601 date-time up to which is counted; `since`, the one from
    which; `unit`, SECONDS, MINUTES, HOURS or DAYS. Days are counted from date to date, without the
    times.
    Rows: none is added or dropped. Missing: missing unless both are complete: for days the dates,
    else the dates and their times to the minute.
    Problems: none. Source: SDTMIG 3.4 section 4.4.3 (intervals of time and elapsed time).

    Example::

        HOURS: {elapsed: .PCDTC, since: .PCRFTDTC, unit: HOURS}
    """

    name: ClassVar[str] = "elapsed"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    elapsed: Reference
    since: Reference
    unit: Literal["SECONDS", "MINUTES", "HOURS", "DAYS"]

    def inputs(self) -> tuple[Ref, ...]:
        """The two moments."""
        return references(self.elapsed, self.since)

    def apply(self, rows: Rows) -> pd.Series:
        """The time, in the unit."""
        from clinmap.dates import sas_date, sas_datetime

        end, start = rows.text(self.elapsed), rows.text(self.since)
        if self.unit == "DAYS":
            return sas_date(end) - sas_date(start)
        return (sas_datetime(end) - sas_datetime(start)) / SECONDS[self.unit]

    def describe(self) -> Description:
        """Derived, with the unit."""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self.elapsed.column} minus {self.since.column}, in {self.unit.lower()}.",
        )
