"""What raw tables themselves show: whose their rows are, and which columns tell the subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinmap.execution.found import Found
from clinmap.execution.run import Execution
from clinmap.frames import TEXT, Table, as_number, as_text
from clinmap.graph import SUBJECT
from clinmap.ordering import group_codes
from clinmap.partition.owners import subjects_said
from clinmap.plan import DatasetPlan, Plan

Codes = npt.NDArray[np.int64]
NOBODY = -1
"""The number of the subject of a row that has none."""


class Evidence:
    """The raw tables of a study, and what follows from their rows about subjects.

    The subjects are those that the study's rule makes for the whole study; what was found on the
    way is in `found`, as a build of everything finds it.
    """

    def __init__(
        self, plan: Plan, tables: Mapping[str, Table], datasets: Iterable[DatasetPlan] = ()
    ) -> None:
        self.tables = tables
        self._execution = Execution(plan, tables)
        self.subjects: dict[str, pd.Series] = {
            name: self._execution.subjects(table) for name, table in tables.items()
        }
        self._owners: dict[str, pd.Series] = {
            name: held for name, held in self.subjects.items() if held.notna().any()
        }
        for dataset in datasets:
            self._ask(plan, dataset)
        self._told: dict[tuple[str, str], pd.Series | None] = {}

    def _ask(self, plan: Plan, dataset: DatasetPlan) -> None:
        """Let a dataset say whose the rows of its sources are, where the study's rule does not."""
        for number, source in enumerate(dataset.sources):
            asked = not source.is_dataset and source.table not in self._owners
            if asked and source.table in self.tables and dataset.variable(SUBJECT):
                held = subjects_said(plan, dataset, number, self.tables)
                if held is not None and held.notna().any():
                    self._owners[source.table] = held

    @property
    def found(self) -> Mapping[str, Found]:
        """What was found where the study's rule made the subjects of raw tables."""
        return self._execution.found

    @cached_property
    def known(self) -> pd.Index:
        """All subjects, in the order in which datasets have them."""
        each = [series.dropna().unique() for series in self._owners.values()]
        known: pd.Index = pd.Index(sorted({text for texts in each for text in texts}), dtype=TEXT)
        return known

    @cached_property
    def with_subjects(self) -> frozenset[str]:
        """The tables that have a row of any subject."""
        return frozenset(self._owners)

    def codes(self, table: str) -> Codes:
        """The number of each row's subject, `NOBODY` where it has none."""
        if table not in self._owners:
            return np.full(len(self.tables[table]), NOBODY, dtype=np.int64)
        return numbered(self._owners[table], self.known)

    def alone(self, table: str, columns: Sequence[str]) -> bool:
        """Whether rows of a table that agree in these columns are always of one subject."""
        held = [self.tables[table].column(c) for c in columns if self.tables[table].has(c)]
        if not held:
            return False
        groups = group_codes(held, len(self.tables[table]))
        owners = pd.DataFrame({"group": groups, "subject": self.codes(table)}).drop_duplicates()
        return len(owners) == owners["group"].nunique()

    def meet(self, table: str, column: str, other: str, of_other: str) -> bool:
        """Whether rows of two tables that agree in these columns are always of one subject."""
        mine, theirs = self._subject_told(table, column), self._subject_told(other, of_other)
        if mine is None or theirs is None:
            return False
        both = mine.index.intersection(theirs.index)
        return bool((mine.reindex(both) == theirs.reindex(both)).all())

    def _subject_told(self, table: str, column: str) -> pd.Series | None:
        """The subject's number by the values of a column, where each is of one subject alone."""
        if (table, column) not in self._told:
            self._told[table, column] = self._by_value(table, column)
        return self._told[table, column]

    def _by_value(self, table: str, column: str) -> pd.Series | None:
        if not self.tables[table].has(column):
            return None
        held = as_text(self.tables[table].column(column))
        pairs = pd.DataFrame({"value": held, "subject": self.codes(table)})
        pairs = pairs.dropna().drop_duplicates()
        if pairs["value"].duplicated().any() or (pairs["subject"] == NOBODY).any():
            return None
        return pd.Series(pairs["subject"].to_numpy(), index=pd.Index(pairs["value"]))


def numbered(subjects: pd.Series, known: pd.Index) -> Codes:
    """The place of each subject among those known, `NOBODY` where it is none of them."""
    codes, distinct = pd.factorize(subjects)
    places = known.get_indexer(pd.Index(distinct, dtype=TEXT)).astype(np.int64)
    return np.append(places, NOBODY)[codes]


def sorts_alike(values: pd.Series) -> bool:
    """Whether any part of a column sorts as all of it does, though numbers sort by their size.

    Text is sorted by size only where all of it is numbers; a part may hold numbers alone.

    >>> sorts_alike(pd.Series(["9", "10"])), sorts_alike(pd.Series(["9", "10", "n/a"]))
    (True, False)
    >>> sorts_alike(pd.Series(["2014", "2015", "2015-01-02"]))
    True
    """
    if pd.api.types.is_numeric_dtype(values.dtype):
        return True
    known = pd.Series(sorted(values.dropna().unique()), dtype=TEXT)
    numbers = as_number(known)
    is_number = numbers.notna()
    return bool(is_number.all() or (numbers[is_number].diff().iloc[1:] > 0).all())
