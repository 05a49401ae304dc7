"""How long something lasted, between two SAS dates or date-times."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import model_validator

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

DAY = 86_400
SECONDS = {
    "SECONDS": 1, "MINUTES": 60, "HOURS": 3_600, "DAYS": DAY, "WEEKS": 7 * DAY,
    "MONTHS": 30.4375 * DAY, "YEARS": 365.25 * DAY,
}  # fmt: skip
SHORT = ("SECONDS", "MINUTES", "HOURS")


@operation
class Duration(Operation):
    """Count the time between two SAS dates or date-times; negative where the end comes first.

    Parameters: `duration`, the end; `since`, the start; `unit`, SECONDS, MINUTES, HOURS, DAYS (the
    default), WEEKS, MONTHS (of 30.4375 days) or YEARS (of 365.25 days); `of`, `dates` (the default)
    or `datetimes`, which both are; `both_ends`, whether the first and the last day both count, so
    that one day lasts 1 (default false; for dates); `whole`, whether only completed units count.
    Rows: none is added or dropped. Missing: where either is missing.
    Problems: none. Source: ADaMIG 1.3 section 3.3.3 (ADURN, ADURU).

    Example::

        ADURN: {duration: .AENDT, since: .ASTDT, both_ends: true}
        AFRLT: {duration: .ADTM, since: .FANLDTM, of: datetimes, unit: HOURS}
    """

    name: ClassVar[str] = "duration"
    local: ClassVar[bool] = True

    duration: Reference
    since: Reference
    unit: Literal["SECONDS", "MINUTES", "HOURS", "DAYS", "WEEKS", "MONTHS", "YEARS"] = "DAYS"
    of: Literal["dates", "datetimes"] = "dates"
    both_ends: bool = False
    whole: bool = False

    @model_validator(mode="after")
    def _sensible(self) -> Duration:
        if self.of == "dates" and self.unit in SHORT:
            raise ValueError(f"dates have no {self.unit.lower()}; write `of: datetimes`")
        if self.of == "datetimes" and self.both_ends:
            raise ValueError("`both_ends` counts whole days, and is for dates only")
        return self

    def inputs(self) -> tuple[Ref, ...]:
        """The two moments."""
        return references(self.duration, self.since)

    def apply(self, rows: Rows) -> pd.Series:
        """The time, in the unit."""
        import numpy as np

        passed = rows.number(self.duration) - rows.number(self.since)
        if self.both_ends:
            passed += 1
        second = DAY if self.of == "dates" else 1
        counted = passed * second / SECONDS[self.unit]
        return np.trunc(counted) if self.whole else counted

    def describe(self) -> Description:
        """Derived, with the unit."""
        one = " + 1 day" if self.both_ends else ""
        whole = "completed " if self.whole else ""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self.duration.column} - {self.since.column}{one}, in {whole}{self.unit.lower()}.",
        )
