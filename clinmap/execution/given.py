"""Datasets that an earlier run has built, as tables of this one: row for row as they were then."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from clinmap.frames import Positions, Table

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.execution.finish import Built
    from clinmap.execution.tables import Hashes


class GivenDataset:
    """A finished dataset in the order that its rows had at work.

    What is made from it comes out as if it had been built anew: problems name the same raw records
    in the same order. `table` finds other tables of the run.
    """

    is_dataset = True

    def __init__(self, built: Built, table: Callable[[str], Table | None]) -> None:
        if built.work is None:
            raise ValueError(f"{built.plan.name} was not kept as it was at work")
        self.built = built
        self.work = built.work
        self.table = table

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.built.plan.name

    def __len__(self) -> int:
        return len(self.work.order)

    @cached_property
    def final(self) -> Positions:
        """Where each row stands in the finished dataset."""
        inverse = np.empty(len(self), dtype=np.int64)
        inverse[self.work.order] = np.arange(len(self))
        return inverse

    @cached_property
    def hashes(self) -> Hashes:
        """A hash of each row's content."""
        return self.built.hashes[self.final]

    def column(self, name: str) -> pd.Series:
        """The values of a variable, indexed 0..n-1."""
        return self.built.frame[name].take(self.final).reset_index(drop=True)

    def has(self, name: str) -> bool:
        """Whether there is such a variable."""
        return name in self.built.frame.columns

    def raw_records(self, rows: Positions) -> list[tuple[str, Positions]]:
        """The raw records behind rows, by table, through other datasets."""
        found: list[tuple[str, Positions]] = []
        for number, name in enumerate(self.work.tables):
            here = self.work.positions[rows[self.work.segment_of[rows] == number]]
            table = self.table(name)
            # a raw table that nothing else reads was not read: its records are named all the same
            found += [(name, here)] if table is None else table.raw_records(here)
        return found
