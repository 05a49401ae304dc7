"""Time to event: which of the possible events and censorings ends the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, References, operation, references

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Mask, Rows

    Codes = npt.NDArray[np.int64]

SUBJECT = Ref("own", "USUBJID")
EVENT, STOPPED, CENSORED, NEITHER = range(4)
"""In this order the records of one time come."""


@operation
class TimeToEvent(Operation):
    """Number the events and censorings of a time, 1 for the one that ends it.

    The records of a time are all events and censorings that may end it, each with its date and its
    CNSR. The first event ends it. Without an event the last censoring does. A censoring with a
    `stop` (another therapy, too long a gap) takes all later events out of account: where no event
    is left, the one with the earliest stop ends the time. `collapse` by subject and parameter, in
    the order of this number, keeps the record that ends the time, with its descriptions and its
    source, and remembers the others.

    Parameters: `time_to_event`, the SAS date of the event or censoring; `censor`, 0 for an event,
    the number of the rule for a censoring; `by`, what the records of one time agree in besides
    USUBJID (PARAMCD); `start`, the SAS date at which the time starts; `stop`, the last SAS date on
    which an event counts, on a censoring that brings one; `order`, which goes first of several on
    one date (low before high).
    Rows: none is added or dropped. Missing: a record without a date, and an event after a stop,
    come last.
    Problems: TTE001 for events without a date, TTE002 for a time that ends before its start, TTE003
    for a time that nothing ends.
    Source: ADaM BDS for Time-to-Event Analyses 1.0 (CNSR, EVNTDESC, CNSDTDSC).

    Example::

        RANK: {time_to_event: .ADT, censor: .CNSR, by: .PARAMCD, start: .STARTDT}
    """

    name: ClassVar[str] = "time_to_event"
    local: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TTE001", "TTE002", "TTE003")
    of_whole_group: ClassVar[bool] = True

    time_to_event: Reference
    censor: Reference
    by: References
    start: Reference | None = None
    stop: Reference | None = None
    order: References = ()

    def inputs(self) -> tuple[Ref, ...]:
        """The dates, the censoring, and what groups and orders."""
        return references(
            SUBJECT, self.time_to_event, self.censor, self.by, self.start, self.stop, self.order
        )

    def apply(self, rows: Rows) -> pd.Series:
        """The numbers."""
        import pandas as pd

        from clinmap.ordering import group_codes, positions_in_group

        grouped = [rows.values(ref) for ref in (SUBJECT, *self.by)]
        kind, key = self._kinds(rows, group_codes(grouped, len(rows)))
        keys = [kind.astype("float64"), key, *(rows.values(ref) for ref in self.order)]
        numbers = positions_in_group(grouped, keys, rows.hashes)
        self._report(rows, kind, pd.Series(numbers == 1).to_numpy())
        return pd.Series(numbers, index=rows.index).astype("float64")

    def _kinds(self, rows: Rows, groups: Codes) -> tuple[pd.Series, pd.Series]:
        """What each record is, and by which date it is ordered among its kind."""
        import pandas as pd

        date, censor = rows.number(self.time_to_event), rows.number(self.censor)
        stop = pd.Series(float("nan"), index=rows.index)
        if self.stop is not None:
            stop = rows.number(self.stop).where(date.notna() & (censor != 0) & censor.notna())
        until = stop.groupby(groups).transform("min").astype("float64")
        kind = pd.Series(NEITHER, index=rows.index)
        kind = kind.mask((censor == 0) & date.notna() & ~(date > until), EVENT)
        kind = kind.mask((censor != 0) & censor.notna() & date.notna(), CENSORED)
        kind = kind.mask(stop.notna(), STOPPED)
        key = date.mask(kind == CENSORED, -date).mask(kind == STOPPED, stop)
        return kind, key

    def _report(self, rows: Rows, kind: pd.Series, ends: Mask) -> None:
        date = rows.number(self.time_to_event)
        of = name_of(self.time_to_event)
        undated = (rows.number(self.censor) == 0) & date.isna()
        rows.report("TTE001", f"events without {of} do not count", undated.to_numpy())
        if self.start is not None:
            early = ends & (date < rows.number(self.start)).to_numpy()
            rows.report("TTE002", f"{of} is before {name_of(self.start)}", early)
        nothing = ends & (kind == NEITHER).to_numpy()
        rows.report("TTE003", "neither an event nor a censoring has a date", nothing)

    def describe(self) -> Description:
        """Derived, with the rule."""
        date, censor = name_of(self.time_to_event), name_of(self.censor)
        within = ", ".join(name_of(ref) for ref in (SUBJECT, *self.by))
        stop = ""
        if self.stop is not None:
            stop = f"; events after {name_of(self.stop)} do not count"
        return Description(
            Origin("Derived", "Sponsor"),
            f"1 for the record of each {within} that ends the time: the first {date} where "
            f"{censor} is 0, else the last {date}{stop}.",
        )
