"""The dose that a sample belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.phrases import name_of, phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import Criterion, Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Rows, Table

    Positions = npt.NDArray[np.int64]
    Vector = npt.NDArray[np.float64]

SUBJECT = Ref("own", "USUBJID")
WORDS = {
    "previous": "the last dose before", "next": "the first dose after",
    "first": "the first dose, whatever", "last": "the last dose, whatever",
}  # fmt: skip


@operation
class ReferenceDose(Operation):
    """Give the moment of the dose that a sample belongs to, or another value of that dose.

    Parameters: `reference_dose`, the moment of the sample (a SAS date-time); `doses`, the moments
    of the doses as DS.VAR, in a dataset with a record for each dose; `take`, `previous` (the
    default: the last dose before the sample), `next`, or the subject's `first` or `last`;
    `same_moment`, whether a dose at the very moment of the sample was given `after` it (the
    default: the sample is a pre-dose one) or `before` it; `otherwise`, where there is no such dose:
    `nearest` (the default: a sample before the first dose belongs to the first) or `missing`;
    `where`, a condition on the doses (`$COLUMN` is a variable of their dataset); `give`, the
    variable of the dose's record that is wanted (default: its moment).
    Rows: none is added or dropped. Missing: where the sample has no moment (but for `first` and
    `last`), or the subject no dose. Problems: none.
    Source: ADaMIG-NCA 1.0 (PCRFTDTM, reference date and time of a sample).

    Example::

        PCRFTDTM: {reference_dose: .ADTM, doses: ADEXDOSE.ADTM}
        DOSEA: {reference_dose: .ADTM, doses: ADEXDOSE.ADTM, give: ADEXDOSE.AVAL}
    """

    name: ClassVar[str] = "reference_dose"
    local: ClassVar[bool] = True

    reference_dose: Reference
    doses: Reference
    take: Literal["previous", "next", "first", "last"] = "previous"
    same_moment: Literal["after", "before"] = "after"
    otherwise: Literal["nearest", "missing"] = "nearest"
    where: Criterion | None = None
    give: Reference | None = None

    def __post_init__(self) -> None:
        """Refuse doses that are no variables of a dataset, or are of two."""
        if self.doses.kind != "dataset":
            raise ValueError(f"{self.doses} is no variable of a dataset; write DS.VAR")
        if self.give is not None and self.give.owner != self.doses.owner:
            raise ValueError(f"{self.give} is not of the records of {self.doses.owner}")

    def inputs(self) -> tuple[Ref, ...]:
        """The sample, and what is read of the doses."""
        owner = self.doses.owner
        read = ["USUBJID", self.doses.column, *(r.column for r in references(self.where))]
        of_dose = [Ref("dataset", column, owner) for column in read]
        return references(SUBJECT, self.reference_dose, of_dose, self.give)

    def apply(self, rows: Rows) -> pd.Series:
        """The moments, or the values."""
        import numpy as np

        table = rows.table(self.doses.owner)
        record = self._record(rows, table)
        met = np.flatnonzero(record >= 0)
        rows.link(table, met, record[met])
        values = table.column((self.give or self.doses).column)
        taken = values.take(record[met])
        taken.index = rows.index[met]
        found: pd.Series = taken.reindex(rows.index)
        return found

    def _record(self, rows: Rows, table: Table) -> Positions:
        """The record of each row's dose, or -1."""
        import numpy as np
        import pandas as pd

        from clinmap.frames import as_number

        subjects = table.column("USUBJID")
        known = pd.Index(subjects.unique())
        owner = known.get_indexer(pd.Index(subjects)).astype(np.int64)
        own = known.get_indexer(pd.Index(rows.text(SUBJECT))).astype(np.int64)
        moments = as_number(table.column(self.doses.column)).to_numpy()
        usable = np.flatnonzero(self._wanted(table) & ~np.isnan(moments))
        order = usable[np.lexsort((table.hashes[usable], moments[usable], owner[usable]))]
        first = np.searchsorted(owner[order], own, side="left")
        behind = np.searchsorted(owner[order], own, side="right")
        sample = rows.number(self.reference_dose).to_numpy()
        earlier = self._earlier(moments, owner, order, sample, own)
        place, fits = self._place(first, behind, first + earlier)
        there = (own >= 0) & (behind > first)
        if self.take in ("previous", "next"):
            there &= ~np.isnan(sample)
        if self.otherwise == "missing":
            there &= fits
        record = np.full(len(rows), -1, dtype=np.int64)
        record[there] = order[place[there]]
        return record

    def _wanted(self, table: Table) -> npt.NDArray[np.bool_]:
        import numpy as np
        import pandas as pd

        from clinmap.execution.evaluate import is_true

        if self.where is None:
            return np.ones(len(table), dtype=bool)
        index = pd.RangeIndex(len(table))
        return is_true(self.where, lambda ref: table.column(ref.column), index)

    def _earlier(
        self, moments: Vector, owner: Positions, order: Positions, sample: Vector, own: Positions
    ) -> Positions:
        """How many doses of the subject come before each sample."""
        import numpy as np

        # ranks of all moments, so that subject and moment make one number to search for
        every = np.unique(np.concatenate([moments[order], sample[~np.isnan(sample)]]))
        width = len(every) + 1
        dose = owner[order] * width + np.searchsorted(every, moments[order])
        moment = own * width + np.searchsorted(every, np.nan_to_num(sample))
        side: Literal["left", "right"] = "left" if self.same_moment == "after" else "right"
        before: Positions = np.searchsorted(dose, moment, side=side)
        return before - np.searchsorted(owner[order], own, side="left")

    def _place(
        self, first: Positions, behind: Positions, reached: Positions
    ) -> tuple[Positions, npt.NDArray[np.bool_]]:
        """The place of the dose in the order, and whether it is the one that was asked for."""
        import numpy as np

        wanted = {
            "previous": reached - 1, "next": reached, "first": first, "last": behind - 1,
        }[self.take]  # fmt: skip
        place = np.clip(wanted, first, np.maximum(behind - 1, first))
        return place, place == wanted

    def describe(self) -> Description:
        """Derived, with the rule."""
        what = (self.give or self.doses).column
        where = f" where {phrase(self.where)}" if self.where else ""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{what} of {WORDS[self.take]} {name_of(self.reference_dose)}, of the doses in "
            f"{self.doses.owner}{where}.",
        )
