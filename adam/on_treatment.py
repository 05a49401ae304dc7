"""Whether a record belongs to the time on treatment."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.phrases import phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import (
    Criterion,
    Description,
    Operand,
    Operation,
    Reference,
    operation,
    references,
)

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class OnTreatment(Operation):
    """Flag records from the first dose until the last one, and some days longer if wanted.

    Parameters: `on_treatment`, the record's SAS date, or the start of what lasted; `start` and
    `end` of treatment (SAS dates); `window`, how many days after the end still count (default 0);
    `until`, the SAS date on which the record's event ended: what began before treatment and lasted
    into it counts too, and so does what has no start and did not end before it; `predose`, a
    condition that says of a record on the first day that it was taken before the dose.
    Rows: none is added or dropped. Missing: the flag is missing (not N) outside the time on
    treatment, for subjects that were not treated, and without a date; treatment without an end
    goes on.
    Problems: none. Source: ADaMIG 1.3 section 3.3 (ONTRTFL).

    Example::

        ONTRTFL: {on_treatment: .ADT, start: .TRTSDT, end: .TRTEDT, window: 30}
    """

    name: ClassVar[str] = "on_treatment"
    local: ClassVar[bool] = True

    on_treatment: Reference
    start: Reference
    end: Reference | None = None
    window: Operand = 0
    until: Reference | None = None
    predose: Criterion | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The record's dates and the treatment's."""
        dates = (self.on_treatment, self.start, self.end, self.window, self.until)
        return references(*dates, self.predose)

    def apply(self, rows: Rows) -> pd.Series:
        """The flags."""
        day, start = rows.number(self.on_treatment), rows.number(self.start)
        flagged = day >= start
        if self.until is not None:
            flagged |= start.notna() & (rows.number(self.until) >= start)
        if self.end is not None:
            last = rows.number(self.end) + rows.number(self.window)
            flagged &= ~(day > last)
        if self.predose is not None:
            flagged &= ~((day == start) & rows.true(self.predose))
        return rows.values("Y").where(flagged)

    def describe(self) -> Description:
        """Derived, with the rule."""
        day, start = self.on_treatment.column, self.start.column
        said = f"Y where {day} is on or after {start}"
        if self.until is not None:
            said += f", or {self.until.column} is,"
        if self.end is not None:
            days = f" plus {self.window} days" if self.window else ""
            said += f" and {day} not after {self.end.column}{days}"
        if self.predose is not None:
            said += f"; not on {start} where {phrase(self.predose)}"
        return Description(Origin("Derived", "Sponsor"), f"{said}.")
