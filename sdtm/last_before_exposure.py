"""The last observation before exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.dates import sas_date, sas_datetime
from clinmap.plan import Origin, Ref
from clinmap.registry import (
    Criterion,
    Description,
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
class LastBeforeExposure(Operation):
    """Flag the last result of a test before the first exposure, Y or missing.

    Parameters: `last_before_exposure`, the --DTC; `by`, what makes a test (--TESTCD, specimen,
    method); `result`, the result that must be there; `reference` (default DM.RFXSTDTC); `predose`,
    a condition that says of a record on the day of first exposure without a time that it was taken
    before the dose.
    Rows: none is added or dropped. Missing: a record without a result, or without a complete date,
    never counts; on the day of first exposure it counts only if its time is before, or `predose` is
    true.
    Problems: none. Source: SDTMIG 3.4 section 4.5.9 (--LOBXFL).

    Example::

        LBLOBXFL: {last_before_exposure: .LBDTC, by: [.LBTESTCD, .LBSPEC], result: .LBORRES}
    """

    name: ClassVar[str] = "last_before_exposure"
    local: ClassVar[bool] = True

    last_before_exposure: Reference
    by: References
    result: Reference
    reference: Reference = Ref("dataset", "RFXSTDTC", "DM")
    predose: Criterion | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The date, the test, the result and the first exposure."""
        return references(
            SUBJECT, self.last_before_exposure, self.by, self.result, self.reference, self.predose
        )

    def apply(self, rows: Rows) -> pd.Series:
        """The flags."""
        import numpy as np

        from clinmap.ordering import positions_in_group

        dates, first = rows.text(self.last_before_exposure), rows.text(self.reference)
        day, first_day = sas_date(dates), sas_date(first)
        before = (day < first_day) | (sas_datetime(dates) < sas_datetime(first))
        if self.predose is not None:
            untimed = sas_datetime(dates).isna() | sas_datetime(first).isna()
            before |= (day == first_day) & untimed & rows.true(self.predose)
        chosen = np.flatnonzero((before & rows.values(self.result).notna()).to_numpy(dtype=bool))

        def narrowed(reference: Ref) -> pd.Series:
            return rows.values(reference).iloc[chosen].reset_index(drop=True)

        groups = [narrowed(reference) for reference in (SUBJECT, *self.by)]
        numbers = positions_in_group(
            groups, [narrowed(self.last_before_exposure)], rows.hashes[chosen], last_first=True
        )
        flags = np.zeros(len(rows), dtype=bool)
        flags[chosen[numbers == 1]] = True
        return rows.values("Y").where(flags)

    def describe(self) -> Description:
        """Derived, with the rule."""
        by = ", ".join(reference.column for reference in self.by)
        return Description(
            Origin("Derived", "Sponsor"),
            f"Y on the last record with a result before {self.reference} for each {by}.",
        )
