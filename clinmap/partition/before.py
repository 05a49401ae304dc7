"""What was built before a stage: datasets as tables, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinmap.execution.finish import AtWork, Built
from clinmap.execution.tables import FrameTable
from clinmap.frames import Positions
from clinmap.partition.tables import PartTable, Traced, taken_rows, traced_to_itself
from clinmap.plan import Purpose


class Before:
    """The raw tables, and the datasets that were built so far, `built` by name.

    A dataset of the same purpose is read in the order of its rows at work, one of the other purpose
    in its final order, as in a build of everything.
    """

    def __init__(self, tables: Mapping[str, FrameTable], built: Mapping[str, Built]) -> None:
        self.tables = tables
        self.built: dict[str, Built] = dict(built)
        self._traced: dict[str, Traced] = {}
        self._final: dict[str, Positions] = {}

    def columns(self, name: str) -> list[str]:
        """The columns of a table."""
        held = self.tables[name].frame if name in self.tables else self.built[name].frame
        return list(held.columns)

    def column(self, purpose: Purpose, name: str, column: str) -> pd.Series:
        """A column of a table, as the datasets of a purpose read it."""
        return self.part(purpose, name, [column], None).frame[column]

    def part(
        self, purpose: Purpose, name: str, columns: Sequence[str], rows: Positions | None
    ) -> PartTable:
        """Columns of a table and these of its rows (or all), as the datasets of a purpose read it.

        Problems and lineage name the records of the whole study.
        """
        if name in self.tables:
            table = self.tables[name]
            traced = traced_to_itself(name, rows_of(rows, len(table)))
            return _part(name, table.frame, table.hashes, traced, columns, rows)
        built = self.built[name]
        if built.plan.purpose != purpose:
            traced = traced_to_itself(name, rows_of(rows, len(built.frame)))
            return _part(name, built.frame, built.hashes, traced, columns, rows, is_dataset=True)
        asked = rows_of(rows, len(built.frame))
        traced, final = self._trace(name).taken(asked), self.final(name)[asked]
        return _part(name, built.frame, built.hashes, traced, columns, final, is_dataset=True)

    def final(self, name: str) -> Positions:
        """Where each row of a dataset at work stands in the end."""
        if name not in self._final:
            order = work_of(self.built[name]).order
            inverse = np.empty(len(order), dtype=np.int64)
            inverse[order] = np.arange(len(order))
            self._final[name] = inverse
        return self._final[name]

    def _trace(self, name: str) -> Traced:
        """The raw records behind the rows of a dataset, through those of the same purpose."""
        if name not in self._traced:
            self._traced[name] = self._followed(self.built[name])
        return self._traced[name]

    def _followed(self, built: Built) -> Traced:
        work = work_of(built)
        place = np.zeros(len(work.positions), dtype=np.int32)
        record = work.positions.copy()
        tables: list[str] = []
        for number, name in enumerate(work.tables):
            rows = np.flatnonzero(work.segment_of == number)
            other = self.built.get(name)
            if other is not None and other.plan.purpose == built.plan.purpose:
                behind = self._trace(name)
                record[rows] = behind.record[work.positions[rows]]
                place[rows] = behind.place[work.positions[rows]] + len(tables)
                tables += behind.tables
            else:
                place[rows] = len(tables)
                tables.append(name)
        return Traced(tuple(tables), place, record)


def rows_of(rows: Positions | None, size: int) -> Positions:
    """These rows; all of a table where none are named."""
    return np.arange(size, dtype=np.int64) if rows is None else rows


def _part(
    name: str,
    frame: pd.DataFrame,
    hashes: npt.NDArray[np.uint64],
    traced: Traced,
    columns: Sequence[str],
    rows: Positions | None,
    *,
    is_dataset: bool = False,
) -> PartTable:
    own = hashes if rows is None else hashes[rows]
    return PartTable(name, taken_rows(frame, columns, rows), own, traced, is_dataset)


def work_of(built: Built) -> AtWork:
    """How the rows of a dataset stood at work; SUPP-- has no such, and is no table."""
    if built.work is None:
        raise ValueError(f"{built.plan.name} was not kept as it was at work")
    return built.work
