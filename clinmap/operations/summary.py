"""One number for a subject, out of the records of another dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.phrases import phrase
from clinmap.plan import Origin, Plan, Ref
from clinmap.registry import Criterion, Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Mask, Positions, Rows, Table
    from clinmap.statistics.groups import Statistic

SUBJECT = Ref("own", "USUBJID")
FUNCTIONS = {
    "count": "count", "distinct": "nunique", "minimum": "min", "maximum": "max", "sum": "sum",
    "mean": "mean", "median": "median",
}  # fmt: skip
ADDED: dict[str, Statistic] = {"sum": "sum", "mean": "mean"}
COUNTED = ("count", "distinct")
DATES = ("date", "datetime", "partialDatetime")
EARLIEST = {"minimum": "earliest", "maximum": "latest"}
WORDS = {"count": "Number of records with", "distinct": "Number of distinct values of"}


@operation
class Summary(Operation):
    """Give a count or a statistic of a variable over the subject's records in another dataset.

    Parameters: `summary`, the variable as DS.VAR; `statistic`, `count`, `distinct` (how many
    different values), `minimum`, `maximum`, `sum`, `mean` or `median`; `where`, a condition on the
    records (`$COLUMN` is a variable of the record's own dataset).
    Rows: none is added or dropped. Missing: a record without a value does not count; a subject
    without any has 0 for `count` and `distinct`, else missing. Dates that are text, those of SDTM,
    are for `earliest` and `latest`. Problems: TYP001 where a text that is no number does not count.
    Source: ADaMIG 1.3 section 3.2 (ADSL: one value for each subject).

    Example::

        NCOURSE: {summary: EX.COURSE, statistic: distinct}
    """

    name: ClassVar[str] = "summary"
    local: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TYP001",)

    summary: Reference
    statistic: Literal["count", "distinct", "minimum", "maximum", "sum", "mean", "median"]
    where: Criterion | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The variable, its subjects, and what the condition reads."""
        owner = self.summary.owner
        read = [self.summary.column, "USUBJID", *(r.column for r in references(self.where))]
        return references(SUBJECT, [Ref("dataset", column, owner) for column in read])

    def lacks(self, plan: Plan) -> str:
        """Whether a number is asked for of dates that are text."""
        owner = plan.dataset(self.summary.owner)
        found = owner.variable(self.summary.column) if owner else None
        if self.statistic in COUNTED or owner is None or found is None:
            return ""
        if owner.purpose != "Tabulation" or found.type not in DATES:
            return ""
        said = f"summary: {self.summary} holds dates as text, and {self.statistic} is for numbers"
        instead = EARLIEST.get(self.statistic)
        return f"{said}; write {{{instead}: {self.summary}}}" if instead else said

    def apply(self, rows: Rows) -> pd.Series:
        """The numbers."""
        import pandas as pd

        from clinmap.frames import as_number, as_text

        table = rows.table(self.summary.owner)
        records = self._records(table)
        counted = self.statistic in COUNTED
        column = table.column(self.summary.column)
        values = (as_text(column) if counted else as_number(column)).iloc[records]
        subjects = table.column("USUBJID").iloc[records]
        found = _by_subject(values, subjects, FUNCTIONS[self.statistic])
        own = rows.text(SUBJECT)
        self._report(rows, own.isin(subjects[values.isna().to_numpy()]).to_numpy())
        met = pd.DataFrame({"subject": own, "row": range(len(own))}).merge(
            pd.DataFrame({"subject": subjects.to_numpy(), "record": records}), on="subject"
        )
        rows.link(table, met["row"].to_numpy(), met["record"].to_numpy())
        numbers = own.map(found).astype("float64")
        return numbers.fillna(0) if counted else numbers

    def _report(self, rows: Rows, where: Mask) -> None:
        """List the subjects with texts that are no numbers."""
        said = f"texts in {self.summary} are no numbers, and do not count"
        rows.report("TYP001", said, where, hint="Standardise the values first, or leave them out.")

    def _records(self, table: Table) -> Positions:
        """The records that count."""
        import numpy as np
        import pandas as pd

        from clinmap.execution.evaluate import is_true

        wanted = table.column(self.summary.column).notna().to_numpy(copy=True)
        if self.where is not None:
            index = pd.RangeIndex(len(table))
            wanted &= is_true(self.where, lambda ref: table.column(ref.column), index)
        return np.flatnonzero(wanted)

    def describe(self) -> Description:
        """Derived, with the rule."""
        what = WORDS.get(self.statistic, f"{self.statistic.capitalize()} of")
        where = f" where {phrase(self.where)}" if self.where else ""
        return Description(Origin("Derived", "Sponsor"), f"{what} {self.summary}{where}.")


def _by_subject(values: pd.Series, subjects: pd.Series, what: str) -> pd.Series:
    """The statistic of each subject; pandas' sums hang on the order of the rows."""
    import pandas as pd

    from clinmap.statistics.groups import group_statistics

    added = ADDED.get(what)
    if added is None:
        found: pd.Series = values.groupby(subjects.to_numpy()).agg(what)
        return found
    codes, known = pd.factorize(subjects)
    numbers = group_statistics(values.to_numpy(), codes, len(known), added)
    made = pd.Series(numbers, index=pd.Index(known))
    return made.fillna(0.0) if added == "sum" else made
