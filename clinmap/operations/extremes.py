"""The earliest or latest date-time of a subject, over any datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AfterValidator

from clinmap.expressions import Expression
from clinmap.phrases import name_of, phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import Criterion, Description, Operation, References, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

SUBJECT = Ref("own", "USUBJID")


def _extreme(
    rows: Rows, refs: tuple[Ref, ...], where: Expression | None, latest: bool
) -> pd.Series:
    """For each row its subject's extreme date, linked to the record that it is of."""
    import numpy as np

    from clinmap.execution.extremes import extreme_records
    from clinmap.frames import missing_text

    subjects = rows.text(SUBJECT)
    best = missing_text(rows.index)
    tables = np.full(len(rows), -1)
    records = np.full(len(rows), -1, dtype=np.int64)
    for number, reference in enumerate(refs):
        table = rows.table(reference.owner)
        dates, found = extreme_records(table, rows.subjects(table), reference.column, where, latest)
        here = subjects.map(dates).astype("str")
        better = here.notna() & (best.isna() | ((here > best) if latest else (here < best)))
        chosen = better.to_numpy(dtype=bool)
        best = here.where(better, best)
        tables[chosen] = number
        records[chosen] = subjects[better].map(found).to_numpy(dtype=np.int64)
    for number, reference in enumerate(refs):
        mine = np.flatnonzero(tables == number)
        rows.link(rows.table(reference.owner), mine, records[mine])
    return best


def _of_datasets(dates: tuple[Ref, ...]) -> tuple[Ref, ...]:
    for reference in dates:
        if reference.kind != "dataset":
            raise ValueError(f"{reference} is no variable of a built dataset; write DS.VAR")
    return dates


def _of_records(where: Expression | None) -> Expression | None:
    for reference in references(where):
        if reference.kind != "source":
            raise ValueError(f"{reference} is no variable of the records looked at; write $COLUMN")
    return where


Dates = Annotated[References, AfterValidator(_of_datasets)]
OfRecords = Annotated[Criterion | None, AfterValidator(_of_records)]


def _needed(refs: tuple[Ref, ...], where: Expression | None) -> tuple[Ref, ...]:
    """The dates, their subjects, and what the condition reads of the same table."""
    found: dict[Ref, None] = {}
    for reference in refs:
        found[reference] = None
        found[Ref(reference.kind, "USUBJID", reference.owner)] = None
        for other in references(where):
            found[Ref(reference.kind, other.column, reference.owner)] = None
    return (SUBJECT, *(ref for ref in found if ref.kind == "dataset"))


def _words(refs: tuple[Ref, ...]) -> str:
    return ", ".join(name_of(reference) for reference in refs)


@operation
class Earliest(Operation):
    """The earliest date-time of the subject over one or more variables of built datasets.

    Parameters: `earliest`, variables as DS.VAR with ISO 8601 text; `where`, a condition on the
    records (`$COLUMN` is a variable of the record's own dataset).
    Rows: none is added or dropped. Missing: a missing date is not a candidate; a subject without
    one gets missing. A partial date sorts before the complete dates that it may be.
    Problems: none. Source: SDTMIG 3.4 section 5.2 (DM reference dates).

    Example::

        RFXSTDTC: {earliest: EX.EXSTDTC, where: "$EXDOSE > 0"}
    """

    name: ClassVar[str] = "earliest"
    local: ClassVar[bool] = True

    earliest: Dates
    where: OfRecords = None

    def inputs(self) -> tuple[Ref, ...]:
        """The dates, their subjects, and what the condition reads."""
        return _needed(self.earliest, self.where)

    def apply(self, rows: Rows) -> pd.Series:
        """The dates."""
        return _extreme(rows, self.earliest, self.where, latest=False)

    def describe(self) -> Description:
        """Derived, with the candidates."""
        where = f" where {phrase(self.where)}" if self.where else ""
        return Description(
            Origin("Derived", "Sponsor"), f"Earliest of {_words(self.earliest)}{where}."
        )


@operation
class Latest(Operation):
    """The latest date-time of the subject over one or more variables of built datasets.

    Parameters: `latest`, variables as DS.VAR with ISO 8601 text; `where`, a condition on the
    records (`$COLUMN` is a variable of the record's own dataset).
    Rows: none is added or dropped. Missing: a missing date is not a candidate; a subject without
    one gets missing. A partial date sorts before the complete dates that it may be.
    Problems: none. Source: SDTMIG 3.4 section 5.2 (RFENDTC, RFPENDTC).

    Example::

        RFXENDTC: {latest: [EX.EXENDTC, EX.EXSTDTC]}
    """

    name: ClassVar[str] = "latest"
    local: ClassVar[bool] = True

    latest: Dates
    where: OfRecords = None

    def inputs(self) -> tuple[Ref, ...]:
        """The dates, their subjects, and what the condition reads."""
        return _needed(self.latest, self.where)

    def apply(self, rows: Rows) -> pd.Series:
        """The dates."""
        return _extreme(rows, self.latest, self.where, latest=True)

    def describe(self) -> Description:
        """Derived, with the candidates."""
        where = f" where {phrase(self.where)}" if self.where else ""
        return Description(Origin("Derived", "Sponsor"), f"Latest of {_words(self.latest)}{where}.")
