"""Exposure at the time of an event: the last dose before it, the dose on its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.dates import sas_date
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Rows

SUBJECT = Ref("own", "USUBJID")
EX = tuple(Ref("dataset", name, "EX") for name in ("USUBJID", "EXSTDTC", "EXENDTC"))
DAY = 86_400
SPAN = 1e7


def _interval(rows: Rows, when: pd.Series, usable: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The subject's last usable exposure record that began on or before each day, or -1."""
    import numpy as np

    exposure = rows.table("EX")
    known = {name: n for n, name in enumerate(exposure.column("USUBJID").unique())}
    subject = exposure.column("USUBJID").map(known).to_numpy(dtype=float)
    begins = subject * SPAN + sas_date(exposure.column("EXSTDTC")).to_numpy()
    candidates = np.flatnonzero(usable & ~np.isnan(begins))
    order = candidates[np.lexsort((exposure.hashes[candidates], begins[candidates]))]
    own = rows.text(SUBJECT).map(known).to_numpy(dtype=float)
    moment = own * SPAN + when.to_numpy()
    place = np.searchsorted(begins[order], moment, side="right") - 1
    there = (place >= 0) & ~np.isnan(moment)
    record = np.full(len(rows), -1, dtype=np.int64)
    record[there] = order[place[there]]
    return np.where(there & (subject[record] == own), record, -1)


@operation
class LastDose(Operation):
    """Give the date-time of the last dose at or before a day, from the exposure intervals of EX.

    Parameters: `last_dose`, a SAS date. A dose is taken to be given on each day of an interval, at
    00:00:00; an interval without an end is left out, since it does not say until when.
    Rows: none is added or dropped. Missing: where there was no dose at or before the day.
    Problems: none. Source: OCCDS 1.1 section 3.2.6 (LDOSEDTM).

    Example::

        LDOSEDTM: {last_dose: .ASTDT}
    """

    name: ClassVar[str] = "last_dose"
    local: ClassVar[bool] = True

    last_dose: Reference

    def inputs(self) -> tuple[Ref, ...]:
        """The day, and the exposure intervals."""
        return references(SUBJECT, self.last_dose, EX)

    def apply(self, rows: Rows) -> pd.Series:
        """The date-times."""
        import numpy as np

        when = rows.number(self.last_dose)
        exposure = rows.table("EX")
        ends = sas_date(exposure.column("EXENDTC"))
        record = _interval(rows, when, ends.notna().to_numpy())
        met = np.flatnonzero(record >= 0)
        rows.link(exposure, met, record[met])
        last = ends.reindex(record).reset_index(drop=True)
        return last.where(last < when, when).where(record >= 0) * DAY

    def describe(self) -> Description:
        """Derived, with the rule."""
        return Description(
            Origin("Derived", "Sponsor"),
            f"The last day of exposure in EX at or before {self.last_dose.column}, at 00:00:00.",
        )


@operation
class DoseOn(Operation):
    """Give the dose, or its unit, of the exposure interval of EX in which a day lies.

    Parameters: `dose_on`, a SAS date; `give`, `dose` or `unit`.
    Rows: none is added or dropped. Missing: where the day lies in no interval; an interval
    without an end goes on. Problems: none.
    Source: OCCDS 1.1 section 3.2.6 (DOSEON, DOSEU).

    Example::

        DOSEON: {dose_on: .ASTDT}
    """

    name: ClassVar[str] = "dose_on"
    local: ClassVar[bool] = True

    dose_on: Reference
    give: Literal["dose", "unit"] = "dose"

    def inputs(self) -> tuple[Ref, ...]:
        """The day, and the exposure intervals."""
        return references(SUBJECT, self.dose_on, EX, Ref("dataset", self._variable, "EX"))

    @property
    def _variable(self) -> str:
        return "EXDOSE" if self.give == "dose" else "EXDOSU"

    def apply(self, rows: Rows) -> pd.Series:
        """The doses or units."""
        import numpy as np

        when = rows.number(self.dose_on)
        exposure = rows.table("EX")
        record = _interval(rows, when, np.ones(len(exposure), dtype=bool))
        ends = sas_date(exposure.column("EXENDTC")).reindex(record).to_numpy()
        inside = (record >= 0) & (np.isnan(ends) | (when.to_numpy() <= ends))
        met = np.flatnonzero(inside)
        rows.link(exposure, met, record[met])
        values = exposure.column(self._variable).reindex(record).reset_index(drop=True)
        return values.where(inside)

    def describe(self) -> Description:
        """Derived, with the rule."""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self._variable} of the interval of EX in which {self.dose_on.column} lies.",
        )
