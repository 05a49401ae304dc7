"""What was made from failed variables: DEP001, at the grain of variables.

At the grain of datasets nearly everything depends on everything (DM needs EX, EX needs DM); what a
reader wants to know is which variables rest on values that are wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from clinmap.app.build.edges import ROWS, Node, edges, supplemental_edges
from clinmap.codes import severity_of
from clinmap.phrases import listed
from clinmap.plan import DatasetPlan
from clinmap.problems import Problem, Severity

ABOUT_FILES = ("DEF", "EXP", "XPT")
"""Codes that speak of metadata, expectations and files, not of values that others are made from."""


def made_from_failed(datasets: Sequence[DatasetPlan], problems: Iterable[Problem]) -> list[Problem]:
    """DEP001 for each dataset with variables that rest on failed ones of another dataset."""
    used_by = _used_by(datasets)
    causes: dict[str, dict[str, None]] = defaultdict(dict)
    made: dict[str, dict[str, None]] = defaultdict(dict)
    for cause in _failed(problems):
        for dataset, variable in _reached(cause, used_by):
            if dataset != cause[0] and variable != ROWS:
                causes[dataset][".".join(filter(None, cause))] = None
                made[dataset][variable] = None
    return [
        Problem(
            "DEP001",
            severity_of("DEP001"),
            f"{listed(sorted(made[dataset.name]))} rest on "
            f"{listed(sorted(causes[dataset.name]))}, which failed",
            dataset=dataset.name,
            location=dataset.location if dataset.location.file else None,
        )
        for dataset in datasets
        if any(_is_submitted(dataset, name) for name in made[dataset.name])
    ]


def _failed(problems: Iterable[Problem]) -> list[Node]:
    """The variables with an unexplained error in their values; all rows where none is named."""
    found = {
        (p.dataset, p.variable)
        for p in problems
        if p.severity is Severity.ERROR and not p.explained and p.code[:3] not in ABOUT_FILES
    }
    return sorted(found)


def _is_submitted(dataset: DatasetPlan, name: str) -> bool:
    variable = dataset.variable(name)
    return variable is not None and variable.place != "work"


def _reached(start: Node, used_by: dict[Node, set[Node]]) -> set[Node]:
    wanted, found = [start], {start}
    while wanted:
        for node in used_by.get(wanted.pop(), ()):
            if node not in found:
                found.add(node)
                wanted.append(node)
    return found


def _used_by(datasets: Sequence[DatasetPlan]) -> dict[Node, set[Node]]:
    """By node, the nodes that rest on it."""
    found: dict[Node, set[Node]] = defaultdict(set)
    by_name = {dataset.name: dataset for dataset in datasets}
    for dataset in datasets:
        parent = by_name.get(dataset.parent)
        for user, need in supplemental_edges(dataset, parent) if parent else edges(dataset):
            found[need].add(user)
    return found
