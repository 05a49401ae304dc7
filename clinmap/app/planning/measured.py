"""What changes in the values themselves: both sides built from raw exports, and compared.

Only the datasets that may change are built, with what they need; nothing is written. Counts are
told, and neither subjects nor values: `clinmap compare` shows cells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from clinmap.app.build.needs import raw_columns
from clinmap.app.build.selection import select
from clinmap.app.planning.consequences import RECORDS, Consequence
from clinmap.app.watch import Watch
from clinmap.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.app.build.raw_data import RawInput
    from clinmap.comparison import DatasetComparison


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its Plan, and the folder of raw exports that it is built from."""

    plan: Plan
    raw: Path


@dataclass(frozen=True, slots=True)
class MeasuredDataset:
    """A dataset built on both sides: rows, rows without a partner, and cells that differ.

    `variables` counts by variable; rows without a partner have no cells that could differ.
    """

    name: str
    old_rows: int
    new_rows: int
    only_old: int
    only_new: int
    paired: int
    variables: Mapping[str, int]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether any value, row or variable is another."""
        return bool(self.only_old or self.only_new or self.variables or self.added or self.removed)


@dataclass(frozen=True, slots=True)
class MeasuredTable:
    """A raw table that was read on both sides: whether its file is another, and its rows."""

    name: str
    file: str
    same: bool
    old_rows: int
    new_rows: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Both sides built: the datasets of both, those of one side only, and the raw tables read."""

    datasets: tuple[MeasuredDataset, ...]
    old_only: tuple[str, ...]
    new_only: tuple[str, ...]
    tables: tuple[MeasuredTable, ...]

    @property
    def differs(self) -> bool:
        """Whether any dataset has other values, rows or variables, or is on one side only."""
        return bool(self.old_only or self.new_only or any(d.differs for d in self.datasets))


@dataclass(frozen=True, slots=True)
class _BuiltSide:
    frames: Mapping[str, pd.DataFrame]
    inputs: Mapping[str, RawInput]


def measured(
    old: Side,
    new: Side,
    names: Iterable[str],
    watch: Watch,
    reached: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Measured:
    """Build these datasets on both sides and compare them; rows meet by the keys of the new Plan.

    Keys that are `reached` by a change may have other values, and rows meet by the others, if any.
    Problems: those of reading raw tables (INP001 to INP023).
    """
    from clinmap.comparison import compare_folders

    wanted = list(names)
    before, after = (_built(side, wanted, watch) for side in (old, new))

    def keys(name: str, one: pd.DataFrame, other: pd.DataFrame) -> Sequence[str] | None:
        dataset = new.plan.dataset(name)
        known = [key for key in dataset.keys if key in one and key in other] if dataset else []
        return [key for key in known if key not in reached.get(name, ())] or known or None

    with watch.stage("compare"):
        found = compare_folders(before.frames, after.frames, keys, examples=0)
    by_name = {dataset.name: dataset for dataset in found.datasets}
    return Measured(
        tuple(_dataset(by_name[name]) for name in wanted if name in by_name),
        found.base_only_datasets,
        found.compare_only_datasets,
        tuple(_tables(before.inputs, after.inputs)),
    )


def changed_values(one: Consequence, found: Measured) -> list[str]:
    """What of all that a change reaches has other values, in words; empty where nothing has.

    Where several changes reach the same variable it is told of each.
    """
    told = []
    for dataset in found.datasets:
        reached = one.reaches.get(dataset.name, ())
        if reached and (dataset.only_old or dataset.only_new):
            told.append(f"{dataset.name}: {row_text(dataset)}")
        told += [
            f"{dataset.name}.{name} in {count:,} of {dataset.paired:,} records"
            for name, count in dataset.variables.items()
            if name in reached or RECORDS in reached
        ]
        others = [name for name in (*dataset.added, *dataset.removed) if name in reached]
        told += [f"{dataset.name}.{name} comes or goes" for name in others]
    alone = {*found.old_only, *found.new_only}
    return told + [f"{name} comes or goes" for name in one.reaches if name in alone]


def row_text(dataset: MeasuredDataset) -> str:
    """How many records are on one side only.

    >>> row_text(MeasuredDataset("AE", 10, 12, 0, 2, 10, {}))
    '2 records only in the new'
    """
    sides = ((dataset.only_old, "old"), (dataset.only_new, "new"))
    return ", ".join(
        f"{count:,} record{'s' if count > 1 else ''} only in the {side}"
        for count, side in sides
        if count
    )


def _built(side: Side, names: Sequence[str], watch: Watch) -> _BuiltSide:
    """The submitted variables of these datasets of one side, and the raw tables that were read."""
    from clinmap.app.build.pipeline import build_datasets, submitted_frame
    from clinmap.app.build.raw_data import read_raw_tables

    known = [name for name in names if side.plan.dataset(name) is not None]
    if not known:
        return _BuiltSide({}, {})
    selection = select(side.plan, known)
    with watch.stage("read"):
        tables = read_raw_tables(
            side.plan, side.raw, raw_columns(side.plan, selection.build), watch
        )
    built = build_datasets(side.plan, tables, selection.build, watch).built
    frames = {name: submitted_frame(built[name]) for name in known if name in built}
    return _BuiltSide(frames, tables.inputs)


def _dataset(found: DatasetComparison) -> MeasuredDataset:
    return MeasuredDataset(
        found.name, found.base_rows, found.compare_rows, found.only_base, found.only_compare,
        found.paired, {v.name: v.different for v in found.variables if v.different},
        found.compare_only_variables, found.base_only_variables,
    )  # fmt: skip


def _tables(old: Mapping[str, RawInput], new: Mapping[str, RawInput]) -> Iterable[MeasuredTable]:
    for name in [*new, *(name for name in old if name not in new)]:
        before, after = old.get(name), new.get(name)
        known = after or before
        assert known is not None
        same = before is not None and after is not None and before.sha256 == after.sha256
        rows = [one.rows if one is not None else 0 for one in (before, after)]
        yield MeasuredTable(name, known.file, same, *rows)
