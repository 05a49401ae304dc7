"""One raw value changes: which cells of the datasets may change, as the lineage tells.

`Mutations.run` changes one mapped cell of one raw table to another plausible value, builds what
reads the table, and holds every cell of every dataset that changed against what lineage says of it.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from clinmap.app.build.pipeline import Datasets, build_datasets, sdtm_tables
from clinmap.app.build.raw_data import RawTables
from clinmap.app.package.lineage_files import dataset_operations
from clinmap.app.package.package_files import Links, PackageFiles
from clinmap.app.tracing import Cell, RawCell, Tracer
from clinmap.app.watch import Silence
from clinmap.execution.finish import Built
from clinmap.execution.tables import FrameTable
from clinmap.plan import DatasetPlan, Join, Plan, Ref, VariablePlan, parse_reference
from clinmap.raw_formats import WITHOUT_FILE
from mappings.references import columns_read
from tests.fuzz.studies import Ground, feeds

OTHER_ROWS = frozenset(
    {"sequence", "first_flag", "last_before_exposure", "next_start", "of_group", "visit"}
)
"""The operations that look at other rows of their own dataset: lineage has no links for them."""

TRACES = 3
"""For how many of the cells of a change the trace itself is asked."""

ALSO = ("DM", "SE")
"""What is built in every case: values go through them into other datasets."""

TRACED, MET, ORDERED = 0, 1, 2
"""How a cell rests on a raw cell: it is traced to it; or was made with a record that its lineage
links to, and the column is what records meet by or what says which codelist holds; or rests on
other rows of its subject as well."""

SUBJECT = Ref("own", "USUBJID")
"""What records meet by where no join is declared."""

Id = tuple[int, int]
Node = tuple[str, Id, str]


@dataclass(frozen=True)
class Change:
    """One raw cell with another value."""

    table: str
    record: int
    column: str
    before: object
    after: object


@dataclass
class Report:
    """What a change did: how many cells changed, by how they rest on it, and how many rows."""

    change: Change
    changed: int = 0
    how: dict[int, int] = field(default_factory=lambda: {TRACED: 0, MET: 0, ORDERED: 0})
    rows: int = 0
    findings: list[str] = field(default_factory=list)


class Memory(PackageFiles):
    """Datasets in memory, as the package that would be written of them."""

    def __init__(
        self, datasets: Mapping[str, Built], sources: Sequence[str], made: Mapping[str, Any]
    ) -> None:
        super().__init__(Path())
        self.datasets = datasets
        self.known = sources
        self.made = made

    @cached_property
    def operations(self) -> dict[str, Any]:
        """How each dataset is made, as operations.json says it."""
        return dict(self.made)

    @cached_property
    def sources(self) -> dict[str, dict[str, object]]:
        """Raw tables without lines."""
        return {name: {"file": name, "lines": ()} for name in self.known}

    @cached_property
    def corrections(self) -> dict[tuple[str, int, str], dict[str, object]]:
        """None: the changed cell is not declared."""
        return {}

    def frame(self, name: str) -> pd.DataFrame | None:
        """The dataset, its work variables included."""
        return self.datasets[name].frame

    def links(self, name: str) -> Links:
        """The lineage of a dataset."""
        if name not in self._links:
            self._links[name] = Links(self.datasets[name].lineage)
        return self._links[name]

    def raw_value(self, table: str, record: int, column: str) -> tuple[bool, str | None]:
        """Nothing: which cells lie behind is asked, not what they hold."""
        return False, None


class Side:
    """One of the two builds: its datasets, and their rows by what identifies them."""

    def __init__(self, package: Memory, like: Side | None = None) -> None:
        self.package = package
        self.tracer = Tracer(package)
        self.ids: dict[str, list[Id]] = {}
        self.rows: dict[str, dict[Id, int]] = {}
        self.subjects: dict[str, dict[object, list[Id]]] = {}
        for name, built in package.datasets.items():
            if like is not None and like.package.datasets.get(name) is built:
                self.ids[name], self.rows[name] = like.ids[name], like.rows[name]
                self.package._links[name] = like.package.links(name)
            else:
                self.ids[name] = ids = _ids(built)
                self.rows[name] = {key: row for row, key in enumerate(ids, start=1)}

    def subject(self, dataset: str, row: int) -> object:
        """The subject of a row; the same for all rows of a dataset without subjects."""
        frame = self.package.datasets[dataset].frame
        return frame["USUBJID"].iloc[row - 1] if "USUBJID" in frame else ""

    def of_subject(self, name: str, subject: object) -> list[Id]:
        """The rows of a subject."""
        if name not in self.subjects:
            found: dict[object, list[Id]] = defaultdict(list)
            frame = self.package.datasets[name].frame
            subjects = frame["USUBJID"].tolist() if "USUBJID" in frame else [""] * len(frame)
            for key, of in zip(self.ids[name], subjects, strict=True):
                found[of].append(key)
            self.subjects[name] = found
        return self.subjects[name].get(subject, [])


def _ids(built: Built) -> list[Id]:
    """What identifies each row: its hash, and a number where several have the same."""
    seen: dict[int, int] = defaultdict(int)
    ids = []
    for number in built.hashes.tolist():
        ids.append((number, seen[number]))
        seen[number] += 1
    return ids


@dataclass(frozen=True)
class Place:
    """A row of a dataset in one of the builds."""

    side: Side
    plan: DatasetPlan
    key: Id
    row: int


class Reach:
    """Whether a cell rests on the raw cell that changed, by the lineage of both builds."""

    def __init__(
        self, plan: Plan, change: Change, sides: tuple[Side, Side], made: set[str]
    ) -> None:
        self.plan = plan
        self.change = change
        self.sides = sides
        self.made = made
        self.known: dict[tuple[Node, int], bool] = {}

    def how(self, node: Node) -> int | None:
        """How the cell rests on the raw cell; None where it does not."""
        return next((level for level in (TRACED, MET, ORDERED) if self.cell(node, level)), None)

    def cell(self, node: Node, level: int) -> bool:
        """Whether the cell rests on the raw cell in this way, or in a stricter one."""
        if node[0] not in self.made:
            return False
        if (node, level) not in self.known:
            self.known[node, level] = False  # a circle adds nothing
            self.known[node, level] = any(self._each(node, level))
        return self.known[node, level]

    def _each(self, node: Node, level: int) -> Iterator[bool]:
        name, key, variable = node
        plan = self.plan.dataset(name)
        both = [side.rows[name].get(key) for side in self.sides]
        if None in both:
            yield level >= MET and self.rows_may_change(name)
        for side, row in zip(self.sides, both, strict=True):
            if row is not None and plan is not None:
                yield from self._of(Place(side, plan, key, row), variable, level)

    def _of(self, place: Place, variable: str, level: int) -> Iterator[bool]:
        """What the operations of a cell read."""
        side, name, row = place.side, place.plan.name, place.row
        made = side.package.operations[name]["variables"].get(variable)
        own = place.plan.variable(variable)
        if made is None or own is None:
            return
        for step in side.tracer._steps(name, row, made):
            for reference in filter(None, map(parse_reference, step["inputs"])):
                yield from self._reference(place, variable, reference, level)
                if level == ORDERED and step["operation"] in OTHER_ROWS:
                    yield from self._others(side, name, row, reference)
        if level >= MET:
            yield self._chosen(place)
            yield from self._conditions(place, own, level)

    def _chosen(self, place: Place) -> bool:
        """Whether the row is of the changed record, and the column says which rows it gives."""
        change = self.change
        links = place.side.package.links(place.plan.name)
        if (change.table, change.record) not in set(links.of(place.row, "")):
            return False
        own = (source for source in place.plan.sources if source.table == change.table)
        return any(change.column == ref.column for s in own for ref in s.row_references)

    def _conditions(self, place: Place, variable: VariablePlan, level: int) -> Iterator[bool]:
        """What says which codelist a value has."""
        for use in variable.codelists:
            for condition in use.when:
                if condition.variable != variable.name:
                    yield self.cell((place.plan.name, place.key, condition.variable), level)

    def _others(self, side: Side, name: str, row: int, ref: Ref) -> Iterator[bool]:
        """The same column in the other rows of the subject, and rows that come or go."""
        if ref.kind != "own":
            return
        subject = side.subject(name, row)
        for one in self.sides:
            for key in one.of_subject(name, subject):
                yield self.cell((name, key, ref.column), ORDERED)

    def _reference(self, place: Place, variable: str, ref: Ref, level: int) -> Iterator[bool]:
        """The cells that a reference means in this row."""
        name = place.plan.name
        if ref.kind == "own":
            if ref.column != variable:
                yield self.cell((name, place.key, ref.column), level)
        elif ref.kind == "source":
            for source, record in place.side.package.links(name).of(place.row, ""):
                yield self._behind(place, source, record, ref.column, level)
        else:
            yield from self._partner(place, variable, ref, level)

    def _partner(self, place: Place, variable: str, ref: Ref, level: int) -> Iterator[bool]:
        """The cells of the record that was met; with what the meeting rests on, where asked."""
        links, name = place.side.package.links(place.plan.name), place.plan.name
        table = place.side.tracer._table(name, ref.owner)
        found = [link for link in links.of(place.row, variable) if link[0] == table]
        found = found or links.of(place.row, f"@{ref.owner}")
        by_subject = Join(ref.owner, ref.owner, ((SUBJECT, SUBJECT.column),))
        joins = [s.join(ref.owner) or by_subject for s in place.plan.sources]
        met = joins if level >= MET else []
        columns = {ref.column, *(column for join in met for column in join.columns)}
        for source, record in found:
            for column in columns:
                yield self._behind(place, source, record, column, level)
        for own in {own for join in met for own, _ in join.by if own != ref}:
            yield from self._reference(place, variable, own, level)

    def _behind(self, place: Place, source: str, record: int, column: str, level: int) -> bool:
        """Whether this is the raw cell, or a cell that rests on it."""
        if source in place.side.ids:
            return self.cell((source, place.side.ids[source][record - 1], column), level)
        splits = [s.split for s in place.plan.sources if s.split is not None]
        column = {split.name: split.column for split in splits}.get(column, column)
        change = self.change
        return (source, record, column) == (change.table, change.record, change.column)

    def rows_may_change(self, name: str) -> bool:
        """Whether the rows of a dataset hang on the column that changed."""
        return name in self.row_datasets

    @cached_property
    def row_datasets(self) -> set[str]:
        """The datasets whose rows may come or go, as the Plan tells."""
        from clinmap.app.build.dependents import _reached, _used_by
        from clinmap.app.build.edges import ROWS

        start = (self.change.table, self.change.column)
        reached = _reached(start, _used_by(self.plan.datasets))
        return {name for name, column in reached if column == ROWS}


class Mutations:
    """A study that is built once, and again with one raw value changed."""

    def __init__(self, ground: Ground) -> None:
        self.plan = ground.compiled.plan
        tables = ground.tables
        self.tables = replace(
            tables,
            tables={
                name: FrameTable(name, table.frame, _own_hashes(number, len(table)))
                for number, (name, table) in enumerate(tables.tables.items())
            },
        )
        everything = self._sdtm(self.plan.datasets)
        self.before = build_datasets(self.plan, self.tables, everything, Silence())
        described = {n: dataset_operations(built.plan) for n, built in self.before.built.items()}
        self.described = {
            name: {**found, "variables": {v["name"]: v for v in cast(Any, found["variables"])}}
            for name, found in described.items()
        }
        self.side = Side(Memory(self.before.built, list(self.tables.tables), self.described))
        self.read = {
            name: sorted(columns - self._identifying(name))
            for name, columns in columns_read(self.plan).items()
            if name in self.tables.tables
            and self.plan.raw[name].format not in WITHOUT_FILE
            and len(self.tables.tables[name])
        }

    def _identifying(self, table: str) -> set[str]:
        """What says whose record it is: then it is a record of somebody else."""
        rule = self.plan.subject
        refs = [ref for step in rule.steps for ref in step.inputs]
        refs += [own for join in rule.joins for own, _ in join.by]
        found = {ref.column for ref in refs if ref.kind == "source"}
        for join in rule.joins:
            if join.table == table:
                found |= {ref.column for ref in refs if ref.owner == join.name}
                found |= set(join.columns)
        return found

    def _sdtm(self, datasets: Sequence[DatasetPlan]) -> list[DatasetPlan]:
        return [d for d in datasets if d.purpose == "Tabulation" and not d.parent]

    def run(self, seed: str, table: str = "") -> Report:
        """Change one value, of this table where one is named, build, and compare."""
        return self.made(self.change(random.Random(seed), table))

    def made(self, change: Change) -> Report:
        """Make a change, build, and compare."""
        wanted = {d.name for d in feeds(self.plan, [change.table])} | set(ALSO)
        made = [d for d in self._sdtm(self.plan.datasets) if d.name in wanted]
        names = {dataset.name for dataset in made}
        given = {n: b for n, b in self.before.built.items() if n not in names}
        raw = self._changed(change)
        tables = {**raw.tables, **sdtm_tables(given)}
        found = build_datasets(self.plan, replace(raw, tables=tables), made, Silence())
        return self.compared(change, found, given, names)

    def change(self, chance: random.Random, only: str = "") -> Change:
        """A mapped cell, and another value that its column has, or none, or a near number."""
        while True:
            table = only or chance.choice([name for name, found in self.read.items() if found])
            column = chance.choice(self.read[table])
            values = self.tables.tables[table].frame.get(column)
            if values is None:
                continue
            row = chance.randrange(len(values))
            before = values.iloc[row]
            known = [v for v in values.dropna().unique().tolist() if v != before]
            after = chance.choice(known) if known and chance.random() < 0.75 else None
            if after is None and pd.isna(before):
                continue
            return Change(table, row + 1, column, before, after)

    def _changed(self, change: Change) -> RawTables:
        table = self.tables.tables[change.table]
        frame = table.frame.copy()
        column = frame[change.column].astype(object)
        column.iloc[change.record - 1] = change.after
        frame[change.column] = column.astype("str")
        changed = FrameTable(table.name, frame, table.hashes)
        return replace(self.tables, tables={**self.tables.tables, table.name: changed})

    def compared(
        self, change: Change, found: Datasets, given: Mapping[str, Built], names: set[str]
    ) -> Report:
        raw = list(self.tables.tables)
        before = Side(Memory(self.before.built, raw, self.described), self.side)
        after = Side(Memory({**given, **found.built}, raw, self.described), before)
        sides = (before, after)
        reach = Reach(self.plan, change, sides, names)
        report = Report(change)
        for name in sorted(names):
            self._rows(name, reach, report)
            for key, variable in _different(name, sides):
                report.changed += 1
                node = (name, key, variable)
                how = reach.how(node)
                if how is None:
                    report.findings.append(f"{name}.{variable} changed and does not rest on it")
                    continue
                report.how[how] += 1
                if how == TRACED and report.how[TRACED] <= TRACES:
                    report.findings += _untraced(node, reach)
        return report

    def _rows(self, name: str, reach: Reach, report: Report) -> None:
        """Rows come and go only where the Plan says that rows hang on the column."""
        one, two = (set(side.rows[name]) for side in reach.sides)
        report.rows += len(one ^ two)
        if one != two and not reach.rows_may_change(name):
            report.findings.append(f"rows of {name} came or went")


def _own_hashes(number: int, size: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """A number for each record that no other record has: what identifies rows in both builds."""
    start = np.uint64((number + 1) << 32)
    mixed = (start + np.arange(size, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))


def _different(name: str, sides: tuple[Side, Side]) -> Iterator[tuple[Id, str]]:
    """The cells of rows of both builds that differ.

    Where a record gives several rows and one of them went, the others cannot be told apart.
    """
    one, two = (side.package.datasets[name].frame for side in sides)
    before, after = (Counter(key[0] for key in side.ids[name]) for side in sides)
    keys = [key for key in sides[0].ids[name] if before[key[0]] == after[key[0]]]
    here = [sides[0].rows[name][key] - 1 for key in keys]
    there = [sides[1].rows[name][key] - 1 for key in keys]
    for variable in one.columns:
        left = one[variable].iloc[here].reset_index(drop=True)
        right = two[variable].iloc[there].reset_index(drop=True)
        same = (left == right).fillna(False) | (left.isna() & right.isna())
        rows = np.flatnonzero(~same.to_numpy(dtype=bool)).tolist()
        yield from ((keys[row], str(variable)) for row in rows)


def _untraced(node: Node, reach: Reach) -> Iterator[str]:
    """Where `clinmap trace` does not lead from the cell to the raw cell in either build."""
    name, key, variable = node
    change = reach.change
    wanted = (change.table, change.record, change.column)
    for side in reach.sides:
        row = side.rows[name].get(key)
        if row is not None and wanted in set(_raw(Tracer(side.package).cell(name, row, variable))):
            return
    yield f"the trace of {name}.{variable} does not lead there"


def _raw(cell: Cell) -> Iterator[tuple[str, int, str]]:
    for found in cell.inputs:
        if isinstance(found, RawCell):
            yield found.table, found.record, found.column
        elif isinstance(found, Cell):
            yield from _raw(found)
