"""Whether an event is treatment-emergent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.phrases import name_of
from clinmap.plan import Origin, Plan, Ref
from clinmap.registry import (
    Description,
    Operand,
    Operation,
    Reference,
    References,
    operation,
    references,
)

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

SUBJECT = Ref("own", "USUBJID")


@operation
class TreatmentEmergent(Operation):
    """Flag events that began on or after the first dose and not long after the last one.

    An event that was there before treatment is treatment-emergent where its grade or severity
    became worse afterwards. Where a record has the grade at the event's begin and its worst one,
    `initial` and `grade` say so. Where each grade of an event has a record of its own, `by` says
    what the records of an event agree in: a record of the time on treatment counts if it is worse
    than the last one that began before treatment, and so do the later ones of the event.

    Parameters: `treatment_emergent`, the event's start; `start` and `end` of treatment; `window`,
    how many days after the end still count (left out: no limit); `event_end`, the event's end: an
    event without a start counts unless it ended before treatment. All are SAS dates. `grade`, a
    number (ATOXGRN, ASEVN), with `initial`, the number at the event's begin, or with `by`.
    Rows: none is added or dropped. Missing: the flag is missing (not N) where the event is not
    treatment-emergent, and where the subject was not treated; where a grade is missing nothing is
    known to be worse. A record without a start is not looked at for other records of its event, and
    one without a value in `by` is an event of its own.
    Problems: none. Source: OCCDS 1.1 section 3.2.3 (TRTEMFL); ICH E9, glossary (treatment emergent:
    new, or worse than before treatment).

    Example::

        TRTEMFL: {treatment_emergent: .ASTDT, start: .TRTSDT, end: .TRTEDT, window: 30}
        TRTEM1FL:
          treatment_emergent: .ASTDT
          start: .TRTSDT
          grade: .ATOXGRN
          by: [.AEGRPID]
    """

    name: ClassVar[str] = "treatment_emergent"
    local: ClassVar[bool] = True
    of_whole_group: ClassVar[bool] = True

    treatment_emergent: Reference
    start: Reference
    end: Reference | None = None
    window: Operand = None
    event_end: Reference | None = None
    grade: Reference | None = None
    initial: Reference | None = None
    by: References = ()

    def inputs(self) -> tuple[Ref, ...]:
        """The event's dates and grades, the treatment's dates, and what tells events apart."""
        dates = (self.treatment_emergent, self.start, self.end, self.window, self.event_end)
        event = (SUBJECT, *self.by) if self.by else ()
        return references(*dates, self.grade, self.initial, event)

    def lacks(self, plan: Plan) -> str:
        """Whether what is said of grades belongs together."""
        if self.by and self.initial is not None:
            return "it has both `initial` and `by`; write the one that the records have"
        compared = bool(self.by) or self.initial is not None
        if compared and self.grade is None:
            return "it compares no grade; write `grade` beside `initial` or `by`"
        if self.grade is not None and not compared:
            return "it does not say what `grade` is compared with; write `initial` or `by`"
        return ""

    def apply(self, rows: Rows) -> pd.Series:
        """The flags."""
        began, start = rows.number(self.treatment_emergent), rows.number(self.start)
        flagged = (began >= start) & self._within(rows, began)
        unknown = began.isna() & start.notna()
        if self.event_end is not None:
            ended = rows.number(self.event_end)
            unknown &= ~(ended < start)
        if self.by:
            flagged = self._of_event(rows, began, start, flagged)
        elif self.initial is not None:
            flagged |= self._became_worse(rows, began, start)
        return rows.values("Y").where(flagged | unknown)

    def _within(self, rows: Rows, began: pd.Series) -> pd.Series:
        """Whether an event began before the window after treatment closes."""
        if self.end is None or self.window is None:
            return began.notna()
        end = rows.number(self.end) + rows.number(self.window)
        return (began <= end) | end.isna()

    def _became_worse(self, rows: Rows, began: pd.Series, start: pd.Series) -> pd.Series:
        """Events from before treatment that went on and have a worse grade than at their begin."""
        worse = (began < start) & (rows.number(self.grade) > rows.number(self.initial))
        if self.event_end is not None:
            worse &= ~(rows.number(self.event_end) < start)
        return worse

    def _of_event(
        self, rows: Rows, began: pd.Series, start: pd.Series, here: pd.Series
    ) -> pd.Series:
        """Of the records on treatment (`here`), those of events that are new or became worse."""
        import numpy as np
        import pandas as pd

        from clinmap.ordering import group_codes

        told = [rows.values(ref) for ref in (SUBJECT, *self.by)]
        groups = group_codes(told, len(rows))
        alone = np.any([one.isna() for one in told], axis=0)
        groups[alone] = -1 - np.flatnonzero(alone)
        frame = pd.DataFrame({"event": groups, "began": began, "grade": rows.number(self.grade)})
        before = frame[began < start].sort_values(["began", "grade"])
        last = frame["event"].map(before.groupby("event")["grade"].last())
        new = ~frame["event"].isin(before["event"])
        emerged = frame["began"].where(here & (new | (frame["grade"] > last)))
        since = emerged.groupby(groups).transform("min")
        return here & (began >= since)

    def describe(self) -> Description:
        """Derived, with the rule."""
        event, start = self.treatment_emergent.column, self.start.column
        until = ""
        if self.end is not None and self.window is not None:
            until = f" and at most {self.window} days after {self.end.column}"
        return Description(
            Origin("Derived", "Sponsor"),
            f"Y where {event} is on or after {start}{until}{self._worse_in_words()}; an event "
            "without a start counts unless it ended before treatment.",
        )

    def _worse_in_words(self) -> str:
        if self.by:
            event = ", ".join(name_of(ref) for ref in self.by)
            return (
                f", unless the event (records of one {event}) began before {self.start.column} and "
                f"{name_of(self.grade)} has not been above its last value before then"
            )
        if self.initial is not None:
            return (
                f", or before it where the event went on and {name_of(self.grade)} is above "
                f"{name_of(self.initial)}"
            )
        return ""
