"""The tables of a run: raw ones as read, and datasets while they are being built.

A dataset in the making never copies its sources: every row knows its segment (which source, which
template) and its position there, and takes a column when an operation asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinmap.frames import Mask, Positions, Table, missing_text
from clinmap.plan import DatasetPlan, SourcePlan

Hashes = npt.NDArray[np.uint64]
UNKNOWN = -2
"""The position of a partner that nobody has looked for yet (-1: there is none)."""
RECORD = ""
"""The name under which a row of a dataset in the making has met its source record."""

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

    def raw_records(self, rows: Positions) -> list[tuple[str, Positions]]:
        """The rows themselves."""
        return [(self.name, rows)]


@dataclass(frozen=True, slots=True)
class Segment:
    """The rows that come from one source in one shape (template -1: as they are)."""

    source: SourcePlan
    table: Table
    source_number: int = 0
    template: int = -1


@dataclass(frozen=True, slots=True)
class Link:
    """Values of `variable` in `rows` that came from `records` of a table, or rows of its own."""

    variable: str
    table: str
    rows: Positions
    records: Positions


@dataclass(frozen=True, slots=True)
class Copied:
    """A variable that is `values` of each row's partner in the join `owner`, and nothing else.

    Without `values` it is the variable of that name of the row's source record.
    """

    values: pd.Series | None
    owner: str


@dataclass(slots=True)
class Working:
    """A dataset in the making: where each row comes from, and the columns made so far.

    `matched` has each row's partner by join, and `settled` the joins for which every row was asked.
    Where rows share source records, `records` has each of those once, and `whole` leads back.
    """

    plan: DatasetPlan
    segments: list[Segment]
    segment_of: npt.NDArray[np.int32]
    positions: Positions
    hashes: Hashes
    columns: dict[str, pd.Series] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    matched: dict[str, Positions] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    parts: dict[str, pd.Series] = field(default_factory=dict)
    copied: dict[str, Copied] = field(default_factory=dict)
    records: Working | None = field(default=None, repr=False)
    whole: Working | None = field(default=None, repr=False)
    is_dataset: bool = True

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.plan.name

    def __len__(self) -> int:
        return len(self.positions)

    def column(self, name: str) -> pd.Series:
        """A variable made so far, indexed 0..n-1; what is only copied is made when it is read."""
        if name in self.copied:
            self.columns[name] = self.given_up(name, np.arange(len(self)))
        return self.columns[name]

    def has(self, name: str) -> bool:
        """Whether the variable has been made."""
        return name in self.columns or name in self.copied

    def given_up(self, name: str, rows: Positions) -> pd.Series:
        """The values of a variable in these rows; the dataset has the variable no longer."""
        if name not in self.copied:
            return taken(self.columns.pop(name), rows)
        copied = self.copied.pop(name)
        found = self.matched[copied.owner][rows]
        if copied.values is not None:
            return taken_or_missing(copied.values, found)
        if self.records is None:
            raise ValueError(f"{self.name}.{name} is said to be of source records: there are none")
        return taken(self.records.column(name), found)

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
        self.parts = {
            name: values[kept].reset_index(drop=True) for name, values in self.parts.items()
        }
        self.links = [self._kept(link, kept, new) for link in self.links]
        if self.records is not None:
            used = np.zeros(len(self.records), dtype=bool)
            used[self.matched[RECORD]] = True
            self.matched[RECORD] = (np.cumsum(used) - 1)[self.matched[RECORD]]
            self.records.keep(used)

    def _kept(self, link: Link, kept: Mask, new: Positions) -> Link:
        """A link of the rows that are kept; a row of this dataset may itself be left out."""
        if link.table != self.name:
            stay = kept[link.rows]
            return Link(link.variable, link.table, new[link.rows[stay]], link.records[stay])
        stay = kept[link.rows] & kept[link.records]
        return Link(link.variable, link.table, new[link.rows[stay]], new[link.records[stay]])

    def spread(self, rows: Positions, salt: Hashes) -> None:
        """Take each row as often as `rows` has it; `salt` tells those of one row apart."""
        self.segment_of, self.positions = self.segment_of[rows], self.positions[rows]
        self.hashes = self.hashes[rows] ^ (salt * np.uint64(_GOLDEN))
        self.matched = {name: found[rows] for name, found in self.matched.items()}
        self.parts = {
            name: values.take(rows).reset_index(drop=True) for name, values in self.parts.items()
        }

    def raw_records(self, rows: Positions) -> list[tuple[str, Positions]]:
        """The raw records behind rows, by table, through built datasets."""
        found: list[tuple[str, Positions]] = []
        for number, segment in enumerate(self.segments):
            here = self.positions[rows[self.segment_of[rows] == number]]
            found += segment.table.raw_records(here)
        return found


def taken(values: pd.Series, rows: Positions) -> pd.Series:
    """The values of rows, counted anew; all rows in their order share what is there."""
    if len(rows) == len(values) and _in_order(rows):
        return values.copy(deep=False)
    return pd.Series(values.array.take(rows), index=pd.RangeIndex(len(rows)), copy=False)


def _in_order(rows: Positions) -> bool:
    """Whether the positions are 0, 1, 2 …; three of them tell nearly always."""
    size = len(rows)
    told = size == 0 or bool(rows[0] == 0 and rows[size // 2] == size // 2 and rows[-1] == size - 1)
    return told and np.array_equal(rows, np.arange(size))


def taken_or_missing(values: pd.Series, rows: Positions) -> pd.Series:
    """The values of rows, missing where the position is less than 0."""
    made = values.array.take(np.maximum(rows, -1), allow_fill=True)
    return pd.Series(made, index=pd.RangeIndex(len(rows)), copy=False)


def single(plan: DatasetPlan, segment: Segment, rows: Positions | None = None) -> Working:
    """A dataset in the making with every row of one segment, or with these."""
    positions = np.arange(len(segment.table), dtype=np.int64) if rows is None else rows
    hashes = segment.table.hashes if rows is None else segment.table.hashes[rows]
    return Working(plan, [segment], np.zeros(len(positions), dtype=np.int32), positions, hashes)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows of a source that become records in one shape."""

    segment: Segment
    whole: Working
    rows: Positions


def stack(plan: DatasetPlan, chosen: list[Chosen]) -> Working:
    """A dataset in the making with the chosen rows of several segments, one after the other."""
    hashes = [
        part.whole.hashes[part.rows] ^ np.uint64(_GOLDEN * (part.segment.template + 1) % 2**64)
        for part in chosen
    ]
    positions = [part.whole.positions[part.rows] for part in chosen]
    working = Working(
        plan,
        [part.segment for part in chosen],
        np.repeat(np.arange(len(chosen), dtype=np.int32), [len(part.rows) for part in chosen]),
        np.concatenate(positions) if chosen else np.empty(0, np.int64),
        np.concatenate(hashes) if chosen else np.empty(0, np.uint64),
    )
    _keep_what_is_known(working, chosen)
    return working


def _keep_what_is_known(working: Working, chosen: list[Chosen]) -> None:
    """What a source has met while its rows were chosen is not looked for again."""
    for owner in sorted({owner for part in chosen for owner in part.whole.matched}):
        working.matched[owner] = np.concatenate(
            [
                part.whole.matched[owner][part.rows]
                if owner in part.whole.matched
                else np.full(len(part.rows), UNKNOWN, dtype=np.int64)
                for part in chosen
            ]
        )
    for name in sorted({name for part in chosen for name in part.whole.parts}):
        pieces = [
            part.whole.parts[name].take(part.rows)
            if name in part.whole.parts
            else missing_text(pd.RangeIndex(len(part.rows)))
            for part in chosen
        ]
        working.parts[name] = pd.concat(pieces, ignore_index=True)
