"""The tables of a run: raw ones as read, and datasets while they are being built.

A dataset in the making never copies its sources: every row knows its segment (which source, which
template) and its position there, and takes a column when an operation asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinmap.frames import Mask, Positions, Table
from clinmap.plan import DatasetPlan, SourcePlan

Hashes = npt.NDArray[np.uint64]
_GOLDEN = 0x9E3779B97F4A7C15


@dataclass(slots=True)
class FrameTable:
    """A table that is simply there: a raw export, or a dataset that was given."""

    name: str
    frame: pd.DataFrame
    hashes: Hashes
    is_dataset: bool = False

    def __len__(self) -> int:
        return len(self.frame)

    def column(self, name: str) -> pd.Series:
        """The values of a column, indexed 0..n-1."""
        return self.frame[name]

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self.frame.columns

    def raw_rows(self, rows: Positions) -> list[str]:
        """The rows themselves, as `table:record`."""
        return [f"{self.name}:{record + 1}" for record in rows.tolist()]


@dataclass(frozen=True, slots=True)
class Segment:
    """The rows that come from one source in one shape (template -1: as they are)."""

    source: SourcePlan
    table: Table
    source_number: int = 0
    template: int = -1


@dataclass(frozen=True, slots=True)
class Link:
    """Values of `variable` in `rows` that came from `records` of another table."""

    variable: str
    table: str
    rows: Positions
    records: Positions


@dataclass(slots=True)
class Working:
    """A dataset in the making: where each row comes from, and the columns made so far."""

    plan: DatasetPlan
    segments: list[Segment]
    segment_of: npt.NDArray[np.int32]
    positions: Positions
    hashes: Hashes
    columns: dict[str, pd.Series] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    matched: dict[str, Positions] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)
    is_dataset: bool = True

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.plan.name

    def __len__(self) -> int:
        return len(self.positions)

    def column(self, name: str) -> pd.Series:
        """A variable made so far, indexed 0..n-1."""
        return self.columns[name]

    def has(self, name: str) -> bool:
        """Whether the variable has been made."""
        return name in self.columns

    def keep(self, kept: Mask) -> None:
        """Leave out the rows that are not kept, everywhere."""
        if kept.all():
            return
        new = np.cumsum(kept) - 1
        self.segment_of, self.positions = self.segment_of[kept], self.positions[kept]
        self.hashes = self.hashes[kept]
        self.columns = {
            name: values[kept].reset_index(drop=True) for name, values in self.columns.items()
        }
        self.matched = {name: found[kept] for name, found in self.matched.items()}
        self.links = [
            Link(link.variable, link.table, new[link.rows[stay]], link.records[stay])
            for link in self.links
            for stay in [kept[link.rows]]
        ]

    def raw_rows(self, rows: Positions) -> list[str]:
        """The raw records behind rows, as `table:record`, through built datasets."""
        found: list[str] = []
        for number, segment in enumerate(self.segments):
            here = self.positions[rows[self.segment_of[rows] == number]]
            found += segment.table.raw_rows(here)
        return found


def single(plan: DatasetPlan, segment: Segment) -> Working:
    """A dataset in the making with every row of one segment."""
    size = len(segment.table)
    return Working(
        plan,
        [segment],
        np.zeros(size, dtype=np.int32),
        np.arange(size, dtype=np.int64),
        segment.table.hashes,
    )


def stack(plan: DatasetPlan, parts: list[tuple[Segment, Positions]]) -> Working:
    """A dataset in the making with the given rows of several segments, one after the other."""
    sizes = [len(rows) for _, rows in parts]
    hashes = [
        segment.table.hashes[rows] ^ np.uint64(_GOLDEN * (segment.template + 1) % 2**64)
        for segment, rows in parts
    ]
    return Working(
        plan,
        [segment for segment, _ in parts],
        np.repeat(np.arange(len(parts), dtype=np.int32), sizes),
        np.concatenate([rows for _, rows in parts]) if parts else np.empty(0, np.int64),
        np.concatenate(hashes) if parts else np.empty(0, np.uint64),
    )
