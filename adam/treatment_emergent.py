"""Whether an event is treatment-emergent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operand, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class TreatmentEmergent(Operation):
    """Flag events that began on or after the first dose and not long after the last one.

    Parameters: `treatment_emergent`, the event's start; `start` and `end` of treatment; `window`,
    how many days after the end still count (left out: no limit); `event_end`, the event's end: an
    event without a start counts unless it ended before treatment. All are SAS dates.
    Rows: none is added or dropped. Missing: the flag is missing (not N) where the event is not
    treatment-emergent, and where the subject was not treated.
    Problems: none. Source: OCCDS 1.1 section 3.2.3 (TRTEMFL).

    Example::

        TRTEMFL: {treatment_emergent: .ASTDT, start: .TRTSDT, end: .TRTEDT, window: 30}
    """

    name: ClassVar[str] = "treatment_emergent"

    treatment_emergent: Reference
    start: Reference
    end: Reference | None = None
    window: Operand = None
    event_end: Reference | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The event's dates and the treatment's."""
        return references(
            self.treatment_emergent, self.start, self.end, self.window, self.event_end
        )

    def apply(self, rows: Rows) -> pd.Series:
        """The flags."""
        began, start = rows.number(self.treatment_emergent), rows.number(self.start)
        flagged = began >= start
        if self.end is not None and self.window is not None:
            end = rows.number(self.end) + rows.number(self.window)
            flagged &= (began <= end) | end.isna()
        unknown = began.isna() & start.notna()
        if self.event_end is not None:
            ended = rows.number(self.event_end)
            unknown &= ~(ended < start)
        return rows.values("Y").where(flagged | unknown)

    def describe(self) -> Description:
        """Derived, with the rule."""
        event, start = self.treatment_emergent.column, self.start.column
        until = ""
        if self.end is not None and self.window is not None:
            until = f" and at most {self.window} days after {self.end.column}"
        return Description(
            Origin("Derived", "Sponsor"),
            f"Y where {event} is on or after {start}{until}; an event without a start counts "
            "unless it ended before treatment.",
        )
