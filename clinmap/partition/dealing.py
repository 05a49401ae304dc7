"""Dealing out the rows of a study by subject: each part gets whole subjects, about as many rows.

A table whose rows may be met by rows of other subjects goes to every part whole, and says which of
its rows are the part's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinmap.execution.portion import Portion
from clinmap.frames import Positions
from clinmap.graph import SUBJECT
from clinmap.partition.before import Before
from clinmap.partition.evidence import Codes, Evidence, numbered, sorts_alike
from clinmap.partition.locality import (
    Meeting,
    Stage,
    by_subject,
    columns_read,
    meetings,
    orders,
    read_whole,
    tables_of,
)
from clinmap.partition.tables import PartTable
from clinmap.partition.task import PURPOSES, PartTask
from clinmap.plan import DatasetPlan, Plan, Purpose


class Parts:
    """Which subjects are of which part: runs of them in their order, with about as many rows each.

    There are no more parts than subjects. Rows of no subject, or of one that no raw table knows,
    are of the first part.
    """

    def __init__(self, evidence: Evidence, count: int) -> None:
        self.known = evidence.known
        rows = np.zeros(len(self.known), dtype=np.int64)
        for name in evidence.with_subjects:
            codes = evidence.codes(name)
            rows += np.bincount(codes[codes >= 0], minlength=len(rows))
        self.count = max(1, min(count, len(rows)))
        self.part_of = _even_runs(rows, self.count)

    def of(self, codes: Codes) -> npt.NDArray[np.int64]:
        """The part of each row, by the number of its subject."""
        return np.append(self.part_of, 0)[codes]

    def of_subjects(self, subjects: pd.Series) -> npt.NDArray[np.int64]:
        """The part of each row, by its subject."""
        return self.of(numbered(subjects, self.known))


def _even_runs(rows: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """The part of each subject, by where the middle of its rows lies among all rows.

    >>> _even_runs(np.array([5, 1, 1, 1, 1, 1]), 2).tolist()
    [0, 1, 1, 1, 1, 1]
    """
    middle = np.cumsum(rows) - rows / 2
    part = (middle * count / max(int(rows.sum()), 1)).astype(np.int64)
    return np.minimum(part, count - 1)


class Dealing:
    """The tables of one stage, dealt out: `records` says which rows each part has of a table.

    A table that is not among the records is in every part as it is.
    """

    def __init__(self, plan: Plan, stage: Stage, parts: Parts, evidence: Evidence, before: Before):
        self.plan = plan
        self.stage = stage
        self.parts = parts
        self.evidence = evidence
        self.before = before
        self.records: dict[tuple[Purpose, str], list[Positions]] = {}
        self._own: dict[tuple[Purpose, str], list[Positions]] = {}
        self._of_rule = {join.table for join in plan.subject.joins}
        self._read = {purpose: columns_read(self.datasets[purpose]) for purpose in PURPOSES}
        for purpose in PURPOSES:
            for table in self._tables(purpose):
                self._deal(purpose, table)

    def tasks(self) -> Iterator[PartTask]:
        """One task for each part, made when it is asked for."""
        for number in range(self.parts.count):
            yield PartTask(
                self.plan,
                number,
                self.parts.count,
                self.stage.datasets,
                {purpose: self._of_part(purpose, number) for purpose in PURPOSES},
                {purpose: self._portion(purpose, number) for purpose in PURPOSES},
            )

    @cached_property
    def datasets(self) -> Mapping[Purpose, tuple[DatasetPlan, ...]]:
        """The datasets of the stage, by purpose."""
        return {
            purpose: tuple(
                d for d in self.plan.of_purpose(purpose) if d.name in self.stage.datasets
            )
            for purpose in PURPOSES
        }

    def _tables(self, purpose: Purpose) -> list[str]:
        """The raw tables and the datasets from before that the stage reads."""
        read = {name for dataset in self.datasets[purpose] for name in tables_of(dataset)}
        if read:
            read |= self._of_rule
        there = {*self.evidence.tables, *self.before.built} - {*self.stage.datasets}
        return sorted(read & there)

    def _deal(self, purpose: Purpose, table: str) -> None:
        part = self._part_of(purpose, table)
        if part is None:
            return
        each = [np.flatnonzero(part == number) for number in range(self.parts.count)]
        held = self.records if self._is_apart(purpose, table) else self._own
        held[purpose, table] = each

    def _part_of(self, purpose: Purpose, table: str) -> npt.NDArray[np.int64] | None:
        """The part of each row of a table, or None where its rows are of no subject."""
        if table in self.evidence.tables:
            known = table in self.evidence.with_subjects or self._is_source(purpose, table)
            return self.parts.of(self.evidence.codes(table)) if known else None
        if SUBJECT not in self.before.columns(table):
            return None
        return self.parts.of_subjects(self.before.column(purpose, table, SUBJECT))

    def _is_source(self, purpose: Purpose, table: str) -> bool:
        """Whether rows of a table become records: those of no subject, in the first part."""
        sources = (source for dataset in self.datasets[purpose] for source in dataset.sources)
        return any(source.table == table for source in sources)

    def _is_apart(self, purpose: Purpose, table: str) -> bool:
        """Whether rows of a table are met by rows of their own subject alone."""
        if table in self.evidence.tables and table not in self.evidence.with_subjects:
            return False
        for dataset in self.datasets[purpose]:
            met = [m for m in meetings(dataset) if m.join.table == table]
            if table in read_whole(dataset) or not all(map(self._meets_apart, met)):
                return False
            columns = {column for owner, column in orders(dataset) if owner == table}
            if not all(self._sorts_alike(purpose, table, column) for column in columns):
                return False
        return True

    def _meets_apart(self, meeting: Meeting) -> bool:
        """Whether the rows of a join are of one subject: by USUBJID, or as the raw data show."""
        source, join = meeting.source, meeting.join
        if by_subject(meeting):
            return True
        if source.is_dataset or join.table not in self.evidence.tables:
            return False
        return any(
            self.evidence.meet(source.table, own.column, join.table, other)
            for own, other in join.by
            if own.kind == "source"
        )

    def _sorts_alike(self, purpose: Purpose, table: str, column: str) -> bool:
        held = self.before.columns(table)
        return column not in held or sorts_alike(self.before.column(purpose, table, column))

    def _of_part(self, purpose: Purpose, number: int) -> dict[str, PartTable]:
        return {
            name: self.before.part(
                purpose, name, self._columns(purpose, name), self._rows(purpose, name, number)
            )
            for name in self._tables(purpose)
        }

    def _columns(self, purpose: Purpose, name: str) -> list[str]:
        """The columns of a table that the stage reads."""
        if name in self._of_rule:
            return self.before.columns(name)
        read = self._read[purpose].get(name, set())
        return [column for column in self.before.columns(name) if column in read]

    def _rows(self, purpose: Purpose, name: str, number: int) -> Positions | None:
        each = self.records.get((purpose, name))
        return None if each is None else each[number]

    def _portion(self, purpose: Purpose, number: int) -> Portion:
        own = {name: each[number] for (of, name), each in self._own.items() if of == purpose}
        names = [name for name in self._tables(purpose) if name in self.evidence.tables]
        subjects = {name: self._subjects(purpose, name, number) for name in names}
        return Portion(own, subjects)

    def _subjects(self, purpose: Purpose, name: str, number: int) -> pd.Series:
        held, rows = self.evidence.subjects[name], self._rows(purpose, name, number)
        return held if rows is None else held.take(rows).reset_index(drop=True)
