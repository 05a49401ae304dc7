"""What an operation sees of a run: the rows of its dataset, other tables, and how to report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clinmap.codes import severity_of
from clinmap.execution.evaluate import evaluate, is_true
from clinmap.execution.found import Told
from clinmap.execution.tables import RECORD, Link, Segment, Working, taken, taken_or_missing
from clinmap.expressions import Expression
from clinmap.frames import (
    Lost,
    Mask,
    Positions,
    Table,
    as_number,
    as_text,
    missing_text,
    placed,
    repeated_text,
)
from clinmap.graph import SUBJECT
from clinmap.metadata import Condition
from clinmap.plan import PlanCodelist, Ref, VariablePlan
from clinmap.problems import Listed, Location, Problem

if TYPE_CHECKING:
    import numpy.typing as npt

    from clinmap.execution.run import Execution

ROWS_KEPT = 1000
LEFT_OUT = ("ROW001", "DUP001")
"""The codes under which a rule of the specification leaves rows out."""


class WorkingRows:
    """The rows of a dataset in the making, or a selection of them, as `clinmap.frames.Rows`."""

    def __init__(
        self,
        execution: Execution,
        working: Working,
        target: VariablePlan,
        location: Location,
        selection: Positions | None = None,
        turn: int = 0,
    ) -> None:
        self.execution = execution
        self.working = working
        self.target = target
        self.location = location
        self.current: pd.Series | None = None
        self.selection = selection
        self.turn = turn
        self.positions = np.arange(len(working)) if selection is None else selection

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def index(self) -> pd.RangeIndex:
        """0..n-1."""
        return pd.RangeIndex(len(self.positions))

    @property
    def hashes(self) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
        """The rows' hashes, for total orders."""
        return self.working.hashes[self.positions]

    def values(self, operand: object) -> pd.Series:
        """The column that a reference names, or a literal repeated."""
        if isinstance(operand, Ref):
            return self._reference(operand)
        if operand is None:
            return missing_text(self.index)
        if isinstance(operand, bool):
            return repeated_text("Y" if operand else "N", self.index)
        if isinstance(operand, int | float):
            return pd.Series(float(operand), index=self.index)
        return repeated_text(str(operand), self.index)

    def text(self, operand: object) -> pd.Series:
        """The values as text."""
        return as_text(self.values(operand))

    def number(self, operand: object) -> pd.Series:
        """The values as numbers."""
        return as_number(self.values(operand))

    def evaluate(self, expression: Expression, lost: list[Lost] | None = None) -> pd.Series:
        """An expression's values; `lost` gets the texts that were to be numbers and are none."""
        return evaluate(expression, self.values, self.index, lost)

    def true(self, expression: Expression) -> Mask:
        """Where a condition is true."""
        return is_true(expression, self.values, self.index)

    def table(self, name: str) -> Table:
        """Another table: a raw one, or a dataset."""
        return self.execution.table(name)

    def subjects(self, table: Table) -> pd.Series:
        """The USUBJID of each row of a table."""
        return self.execution.subjects(table)

    def parameter(self, name: str) -> object:
        """A parameter of study.yaml."""
        return self.execution.plan.parameters[name]

    def codelists(self, variable: str = "") -> Iterator[tuple[PlanCodelist, Mask]]:
        """The codelists of the target, or of another variable, each with the rows it is for."""
        asked = self.working.plan.variable(variable) if variable else self.target
        for use in asked.codelists if asked is not None else ():
            where = np.ones(len(self), dtype=bool)
            for condition in use.when:
                held = self.values(Ref("own", condition.variable))
                where &= held.isin(condition.values).to_numpy()
            yield self.execution.plan.codelists[use.codelist], where

    def report(
        self, code: str, message: str, where: Mask, *, hint: str = "", listed: Listed | None = None
    ) -> None:
        """List a problem of the rows where the mask is true, each row once."""
        working, rows = self._reported(where)
        if not len(rows):
            return
        found = working.raw_records(rows)
        mine = self.execution.found[self.execution.making]
        if code in LEFT_OUT:
            mine.left_out += found
        first = tuple((name, rows[:ROWS_KEPT].copy()) for name, rows in found)
        mine.told.append(Told(self.turn, first, listed))
        mine.problems.append(
            Problem(
                code=code,
                severity=severity_of(code),
                message=message,
                dataset=self.working.name,
                variable=self.target.name,
                count=len(rows),
                rows=named_rows(found),
                location=self.location,
                hint=hint,
            )
        )

    def _reported(self, where: Mask) -> tuple[Working, Positions]:
        """The dataset and its rows that are meant; those of source records, if they are at work."""
        rows = self.positions[where]
        if self.working.whole is None:
            return self.working, rows
        meant = np.zeros(len(self.working), dtype=bool)
        meant[rows] = True
        return self.working.whole, np.flatnonzero(meant[self.working.whole.matched[RECORD]])

    def link(self, table: Table, rows: Positions, records: Positions) -> None:
        """Say that the target's values in `rows` came from these records of another table."""
        here = self.positions[rows]
        self.working.links.append(Link(self.target.name, table.name, here, records))

    def link_row(self, rows: Positions, others: Positions) -> None:
        """Say that the target's values in `rows` are those of these other rows of the dataset."""
        here, there = self.positions[rows], self.positions[others]
        self.working.links.append(Link(self.target.name, self.working.name, here, there))

    def _reference(self, reference: Ref) -> pd.Series:
        if reference.kind == "own":
            return self._own(reference.column)
        if reference.kind == "source":
            return self._pieces(
                lambda segment, rows: self._from_source(segment, rows, reference.column)
            )
        return self._partner(reference)

    def _own(self, name: str) -> pd.Series:
        """A variable of the dataset; in a later step the target's own name is its value so far."""
        if name == self.target.name and self.current is not None:
            return self.current
        if name == SUBJECT and not self.working.has(name):
            # rows are being chosen and have no variables yet, but their tables know the subjects
            return self._pieces(self._subjects)
        values = self.working.column(name)
        if self.selection is None:
            return values
        return taken(values, self.positions)

    def _subjects(self, segment: Segment, rows: Positions) -> pd.Series:
        subjects = self.execution.subjects(segment.table)
        return taken(subjects, self.working.positions[rows])

    def _from_source(self, segment: Segment, rows: Positions, column: str) -> pd.Series:
        if column in self.working.parts:
            return taken(self.working.parts[column], rows)
        if not segment.table.has(column):
            return missing_text(pd.RangeIndex(len(rows)))
        return taken(segment.table.column(column), self.working.positions[rows])

    def _pieces(self, make: PieceMaker) -> pd.Series:
        """A column put together segment by segment."""
        segments = self.working.segments
        if len(segments) == 1:
            return make(segments[0], self.positions)
        of = self.working.segment_of[self.positions]
        parts: list[tuple[Positions, pd.Series]] = []
        for number in np.flatnonzero(np.bincount(of)).tolist():
            here = np.flatnonzero(of == number)
            parts.append((here, make(segments[number], self.positions[here])))
        if not parts:
            return missing_text(self.index)
        if len({str(part.dtype) for _, part in parts}) > 1:
            parts = [(here, as_text(part)) for here, part in parts]
        return placed(parts, len(of))

    def _partner(self, reference: Ref) -> pd.Series:
        other, found = self.execution.partners(
            self.working, reference.owner, self.location, self.positions
        )
        self.working.joined[reference.owner] = other.name
        return taken_or_missing(other.column(reference.column), found[self.positions])


if TYPE_CHECKING:
    from collections.abc import Callable

    PieceMaker = Callable[[Segment, Positions], pd.Series]


def named_rows(found: Iterable[tuple[str, Positions]]) -> tuple[str, ...]:
    """The first of the records found, by name, each once and in order: `ae:9` before `ae:10`."""
    rows = [f"{table}:{n + 1}" for table, records in found for n in records[:ROWS_KEPT].tolist()]
    return tuple(sorted(dict.fromkeys(rows[:ROWS_KEPT]), key=row_order))


def row_order(row: str) -> tuple[str, int]:
    """What sorts `ae:9` before `ae:10`."""
    table, _, record = row.rpartition(":")
    return table, int(record)


def _meets(held: pd.Series, condition: Condition) -> npt.NDArray[np.bool_]:
    """Where a condition holds; only those that compare ask about numbers, or a missing value."""
    if condition.comparator == "IN":
        return held.isin(condition.values).to_numpy(dtype=bool)
    texts = as_text(held).fillna("")
    judged = {text: condition.holds(text) for text in texts.unique()}
    return texts.map(judged).to_numpy(dtype=bool)
