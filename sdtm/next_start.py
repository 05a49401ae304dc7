"""The start of the subject's next record: how an element ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operand, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

SUBJECT = Ref("own", "USUBJID")


@operation
class NextStart(Operation):
    """Give the start of the subject's next record: an element ends when the next one begins.

    Parameters: `next_start`, the start; `last`, the value for the subject's last record.
    Rows: none is added or dropped. Missing: a record without a start has no next one.
    Problems: none. Source: SDTMIG 3.4 section 5.3 (SE: no gaps between elements).

    Example::

        SEENDTC: {next_start: .SESTDTC, last: DM.RFPENDTC}
    """

    name: ClassVar[str] = "next_start"
    local: ClassVar[bool] = True
    of_other_row: ClassVar[bool] = True

    next_start: Reference
    last: Operand = None

    def inputs(self) -> tuple[Ref, ...]:
        """The start, and what ends the last record."""
        return references(SUBJECT, self.next_start, self.last)

    def apply(self, rows: Rows) -> pd.Series:
        """The ends."""
        import numpy as np

        from clinmap.ordering import ranked

        starts, subjects = rows.text(self.next_start), rows.text(SUBJECT)
        order = ranked([subjects, starts], rows.hashes)
        following = np.full(len(rows), -1, dtype=np.int64)
        following[order[:-1]] = order[1:]
        same = (following >= 0) & (
            subjects.to_numpy() == subjects.to_numpy()[np.where(following < 0, 0, following)]
        )
        met = np.flatnonzero(same)
        rows.link_row(met, following[met])
        ends = starts.reindex(np.where(same, following, -1)).reset_index(drop=True)
        return ends.where(same, rows.text(self.last))

    def describe(self) -> Description:
        """Derived, with the rule."""
        last = f"; {name_of(self.last)} for the last record" if self.last is not None else ""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self.next_start.column} of the subject's next record{last}.",
        )
