"""A result of the example study, made again from raw data of which one cell is another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from clinmap.app.build.edges import Node, edges
from clinmap.app.build.needs import raw_columns
from clinmap.app.build.pipeline import build_datasets, sdtm_tables
from clinmap.app.build.raw_data import RawTables, read_raw_tables
from clinmap.app.watch import Silence
from clinmap.execution.finish import Built
from clinmap.execution.tables import FrameTable
from clinmap.plan import Plan
from clinmap.results.compute import datasets_of, shown
from clinmap.results.plans import DisplayPlan


@dataclass(frozen=True)
class Change:
    """A cell of a raw table: the first record with these values, and what the cell becomes."""

    table: str
    column: str
    where: Mapping[str, str]
    after: str


class Study:
    """The study built once; `changed` builds what lies between a raw cell and a display."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder

    @cached_property
    def tables(self) -> RawTables:
        """The raw tables."""
        columns = raw_columns(self.plan, self.plan.datasets)
        return read_raw_tables(self.plan, self.folder, columns, Silence())

    @cached_property
    def built(self) -> dict[str, Built]:
        """Every dataset of the unharmed data."""
        return dict(build_datasets(self.plan, self.tables, self.plan.datasets, Silence()).built)

    @cached_property
    def needs(self) -> dict[Node, set[Node]]:
        """What each variable rests on."""
        found: dict[Node, set[Node]] = defaultdict(set)
        for dataset in self.plan.datasets:
            for user, need in () if dataset.parent else edges(dataset):
                found[user].add(need)
        return found

    def behind(self, display: DisplayPlan) -> set[Node]:
        """Every variable and raw column that a display rests on."""
        start = {(d.owner, name) for r in display.results for name, d in r.described.items()}
        start |= {("ADSL", r.population) for r in display.results if r.population}
        start |= {(r.dataset, "") for r in display.results}
        return reached(start, self.needs)

    def between(self, change: Change, display: DisplayPlan) -> set[str]:
        """The datasets that a raw column may change and a display rests on."""
        users: dict[Node, set[Node]] = defaultdict(set)
        for user, found in self.needs.items():
            for need in found:
                users[need].add(user)
        after = reached({(change.table, change.column)}, users)
        names = {name for name, _ in after & self.behind(display)}
        return {d.name for d in self.plan.datasets if d.name in names}

    def texts(self, display: DisplayPlan, built: Mapping[str, Built]) -> Any:
        """What a display shows."""
        frames = {name: built[name].frame for name in datasets_of([display])}
        return shown(display, frames)

    def changed(self, change: Change, display: DisplayPlan) -> Any:
        """What a display shows when one raw cell is another."""
        names = self.between(change, display)
        given = {name: b for name, b in self.built.items() if name not in names}
        tables = {**self._with(change).tables, **sdtm_tables(given)}
        wanted = [dataset for dataset in self.plan.datasets if dataset.name in names]
        found = build_datasets(self.plan, replace(self.tables, tables=tables), wanted, Silence())
        return self.texts(display, {**given, **found.built})

    def _with(self, change: Change) -> RawTables:
        table = self.tables.tables[change.table]
        frame = table.frame.copy()
        mask = pd.Series(True, index=frame.index)
        for name, value in change.where.items():
            mask &= (frame[name] == value).fillna(False)
        assert mask.any(), change
        column = frame[change.column].astype(object)
        column.iloc[int(mask.to_numpy().argmax())] = change.after
        frame[change.column] = column.astype("str")
        changed = FrameTable(table.name, frame, table.hashes)
        return replace(self.tables, tables={**self.tables.tables, table.name: changed})


def reached(start: Iterable[Node], by: Mapping[Node, set[Node]]) -> set[Node]:
    """Everything that can be reached."""
    wanted, found = list(start), set(start)
    while wanted:
        for node in by.get(wanted.pop(), set()) - found:
            found.add(node)
            wanted.append(node)
    return found
