"""What a change reaches: the datasets and variables that rest on where it starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clinmap.app.build.edges import ROWS, Node
from clinmap.app.planning.change import Change, Kind
from clinmap.app.planning.changes import plan_changes
from clinmap.app.planning.reach import Graph, reached, users
from clinmap.plan import Plan

RECORDS = "(records)"
"""Stands among the variables of a dataset where which records it has may change."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """A change with what it may change: by dataset, the variables, records first.

    Working variables are not told; a dataset with nothing else is left out.
    """

    change: Change
    reaches: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """Two Plans compared. `datasets` names, in order, those whose values or records may change."""

    old: Plan
    new: Plan
    consequences: tuple[Consequence, ...]
    datasets: tuple[str, ...]

    @property
    def reached(self) -> dict[str, set[str]]:
        """By dataset, the variables that any change may give other values."""
        found: dict[str, set[str]] = {}
        for one in self.consequences:
            for name, columns in one.reaches.items():
                found.setdefault(name, set()).update(columns)
        return found

    def of_kind(self, kind: Kind) -> tuple[Consequence, ...]:
        """The changes of a kind."""
        return tuple(one for one in self.consequences if one.change.kind == kind)


def plan_difference(old: Plan, new: Plan) -> PlanDifference:
    """Compare two Plans, and follow each change of data to what rests on it."""
    graphs = users(old), users(new)
    found = tuple(
        Consequence(change, _told(old, new, _followed(graphs, change)))
        for change in plan_changes(old, new)
    )
    touched = {name for one in found for name in one.reaches}
    return PlanDifference(old, new, found, tuple(n for n in _names(old, new) if n in touched))


def _followed(graphs: Iterable[Graph], change: Change) -> frozenset[Node]:
    return frozenset(node for graph in graphs for node in reached(graph, change.starts))


def _told(old: Plan, new: Plan, nodes: frozenset[Node]) -> dict[str, tuple[str, ...]]:
    """By dataset what may change, in the order of the datasets and of their variables."""
    by_table: dict[str, set[str]] = {}
    for table, column in nodes:
        by_table.setdefault(table, set()).add(column)
    found = {}
    for name in _names(old, new):
        columns = by_table.get(name, set())
        listed = tuple(_shown(old, new, name, columns))
        if listed:
            found[name] = listed
    return found


def _shown(old: Plan, new: Plan, name: str, columns: set[str]) -> Iterator[str]:
    if ROWS in columns:
        yield RECORDS
    known: dict[str, bool] = {}
    for plan in (new, old):
        dataset = plan.dataset(name)
        for variable in dataset.variables if dataset else ():
            known.setdefault(variable.name, variable.place != "work")
    yield from (column for column, is_shown in known.items() if column in columns and is_shown)
    yield from sorted(column for column in columns if column.startswith("("))


def _names(old: Plan, new: Plan) -> Iterator[str]:
    names = [dataset.name for dataset in new.datasets]
    yield from names
    yield from (dataset.name for dataset in old.datasets if dataset.name not in names)
