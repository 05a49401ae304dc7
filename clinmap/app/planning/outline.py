"""What a build would do: which datasets in which order, from what, and which files it would read.

Nothing is built and no data are read; files are looked at from outside (size, digest).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from clinmap.app.build.needs import datasets_needed, needs_of, raw_columns
from clinmap.app.build.selection import PURPOSES, chosen_datasets
from clinmap.app.planning.states import PackageStates
from clinmap.graph import Node, node_needs
from clinmap.plan import DatasetPlan, Plan, RawTable
from clinmap.raw_formats import WITHOUT_FILE


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """A raw table that a build would read, and for which datasets.

    `state` is `present`, `missing`, `absent` (it may be), `no file` (it stands elsewhere), or empty
    where no folder was given.
    """

    name: str
    file: str
    format: str
    columns: tuple[str, ...]
    declared: int
    bytes: int | None
    state: str
    read_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedDataset:
    """A dataset that a build would make: what it is made from, and how much there is to it.

    `raw` and `datasets` give the columns that are read of each. `written` is whether the package
    would have it; `state` and `why` compare with an earlier package, and are empty without one.
    """

    number: int
    name: str
    label: str
    purpose: str
    variables: int
    qualifiers: int
    working: int
    operations: int
    raw: Mapping[str, tuple[str, ...]]
    datasets: Mapping[str, tuple[str, ...]]
    written: bool
    submitted: bool
    state: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """All of a build before it is begun; `named` says which package the states are beside."""

    study: str
    title: str
    tables: tuple[PlannedTable, ...]
    datasets: tuple[PlannedDataset, ...]
    package: str = ""

    @property
    def missing(self) -> tuple[PlannedTable, ...]:
        """The raw tables without the file that they need."""
        return tuple(table for table in self.tables if table.state == "missing")


def outline(
    plan: Plan, raw: Path | None, items: Sequence[str], states: PackageStates | None
) -> Outline:
    """What `clinmap build` would do with this Plan, this folder and this selection.

    Problems: as `chosen_datasets`.
    """
    chosen = chosen_datasets(plan, items, states)
    needed = datasets_needed(plan, chosen)
    built = build_order(plan, [d for d in plan.datasets if d.name in needed])
    return Outline(
        plan.study,
        plan.title,
        tuple(_tables(plan, raw, built)),
        tuple(
            _dataset(plan, dataset, number, dataset.name in chosen, states)
            for number, dataset in enumerate(built, start=1)
        ),
        states.package.name if states else "",
    )


def build_order(plan: Plan, datasets: Sequence[DatasetPlan]) -> list[DatasetPlan]:
    """The datasets as they can be finished: SDTM, then ADaM; SUPP-- behind its parent.

    At the grain of variables two datasets may be made side by side, each with a part of the other.
    """
    steps = _steps_before(plan, datasets)
    ranks = {purpose: rank for rank, purpose in enumerate(PURPOSES.values())}
    given = {dataset.name: number for number, dataset in enumerate(datasets)}

    def place(dataset: DatasetPlan) -> tuple[int, int, int, bool]:
        name = dataset.parent or dataset.name
        is_supp = bool(dataset.parent)
        return ranks[dataset.purpose], steps.get(name, 0), given.get(name, 0), is_supp

    return sorted(datasets, key=place)


def _steps_before(plan: Plan, datasets: Sequence[DatasetPlan]) -> dict[str, int]:
    """How long the longest way is from raw data to a dataset's last variable, in nodes."""
    needs = node_needs(plan, datasets)
    ways: dict[Node, int] = {}
    for node in TopologicalSorter(needs).static_order():
        ways[node] = 1 + max((ways[need] for need in needs.get(node, ())), default=0)
    found: dict[str, int] = {}
    for (name, _), way in ways.items():
        found[name] = max(way, found.get(name, 0))
    return found


def _dataset(
    plan: Plan, dataset: DatasetPlan, number: int, written: bool, states: PackageStates | None
) -> PlannedDataset:
    needs = needs_of(plan, dataset)
    state, why = states.of(dataset) if states else ("", "")
    steps = [step for variable in dataset.variables for step, _ in variable.all_steps]
    places = [variable.place for variable in dataset.variables]
    return PlannedDataset(
        number, dataset.name, dataset.label, dataset.purpose,
        places.count("dataset"), places.count("supp"), places.count("work"), len(steps),
        {name: _sorted(columns) for name, columns in needs.items() if name in plan.raw},
        {name: _sorted(columns) for name, columns in needs.items() if plan.dataset(name)},
        written, dataset.submitted, state, why,
    )  # fmt: skip


def _tables(plan: Plan, raw: Path | None, built: Sequence[DatasetPlan]) -> Iterable[PlannedTable]:
    read_by: dict[str, list[str]] = {}
    for dataset in built:
        for name in needs_of(plan, dataset):
            read_by.setdefault(name, []).append(dataset.name)
    for name, columns in raw_columns(plan, built).items():
        table = plan.raw[name]
        size, state = _file_state(table, raw)
        yield PlannedTable(
            name, _place(table), table.format, _sorted(columns), len(table.columns), size, state,
            tuple(read_by.get(name, ())),
        )  # fmt: skip


def _file_state(table: RawTable, raw: Path | None) -> tuple[int | None, str]:
    if table.format in WITHOUT_FILE:
        return None, "no file"
    if raw is None:
        return None, ""
    path = raw / table.path
    if path.is_file():
        return path.stat().st_size, "present"
    return None, "absent" if table.optional else "missing"


def _place(table: RawTable) -> str:
    """Where the rows of a table stand: a file, a list of study.yaml, a database."""
    if table.format == "study":
        return f"study.yaml: {table.path}"
    return table.path or f"(format {table.format})"


def _sorted(columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(columns))
