"""What was made from failed variables: DEP001, at the grain of variables.

At the grain of datasets nearly everything depends on everything (DM needs EX, EX needs DM); what a
reader wants to know is which variables rest on values that are wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from clinmap.codes import severity_of
from clinmap.plan import DatasetPlan, Join, Ref, SourcePlan
from clinmap.problems import Problem, Severity
from mappings.references import references

Node = tuple[str, str]
ROWS = ""
ABOUT_FILES = ("DEF", "EXP", "XPT")
"""Codes that speak of metadata, expectations and files, not of values that others are made from."""
NAMES_SHOWN = 6


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
            f"{_listed(made[dataset.name])} rest on {_listed(causes[dataset.name])}, which failed",
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
    """By node, the nodes that are made from it."""
    found: dict[Node, set[Node]] = defaultdict(set)
    for dataset in datasets:
        edges = _supplemental(dataset, datasets) if dataset.parent else _edges(dataset)
        for user, need in edges:
            found[need].add(user)
    return found


def _edges(dataset: DatasetPlan) -> Iterator[tuple[Node, Node]]:
    """Pairs of a node of the dataset and a node that it is made from."""
    rows = (dataset.name, ROWS)
    for number, source in enumerate(dataset.sources):
        if source.is_dataset:
            yield rows, (source.table, ROWS)
        for reference in _of_rows(dataset, source):
            yield from ((rows, need) for need in _nodes(dataset, source, reference))
        for variable in dataset.variables:
            here = (dataset.name, variable.name)
            yield here, rows
            for reference, _, only in references(variable):
                if only in (None, number):
                    yield from ((here, need) for need in _nodes(dataset, source, reference))


def _supplemental(
    dataset: DatasetPlan, datasets: Sequence[DatasetPlan]
) -> Iterator[tuple[Node, Node]]:
    """SUPP--: its values are the parent's qualifiers, its references the parent's identifiers."""
    parent = next((d for d in datasets if d.name == dataset.parent), None)
    pairs = [("QVAL", v.name) for v in parent.supplemental] if parent else []
    sequence = f"{dataset.parent[:2]}SEQ"
    pairs += [("USUBJID", "USUBJID"), ("IDVARVAL", sequence), (ROWS, ROWS)]
    yield from (((dataset.name, own), (dataset.parent, theirs)) for own, theirs in pairs)
    yield from (((dataset.name, v.name), (dataset.name, ROWS)) for v in dataset.variables)


def _of_rows(dataset: DatasetPlan, source: SourcePlan) -> Iterator[Ref]:
    """What decides which rows there are."""
    conditions = (source.where, *(template.where for template in source.templates))
    for condition in (*conditions, *(drop.when for drop in dataset.drops)):
        if condition is not None:
            yield from condition.references
    if source.distinct is not None:
        yield from (*source.distinct.by, *source.distinct.order)


def _nodes(dataset: DatasetPlan, source: SourcePlan, reference: Ref) -> Iterator[Node]:
    """The nodes that a reference rests on; for another table also what the meeting rests on."""
    if reference.kind == "own":
        yield dataset.name, reference.column
    elif reference.kind == "source":
        yield source.table, reference.column
    else:
        join = next((join for join in source.joins if join.name == reference.owner), None)
        yield (join.table if join else reference.owner), reference.column
        if join is not None:
            yield from ((join.table, column) for column in _columns_of(join))


def _columns_of(join: Join) -> Iterator[str]:
    yield from (other for _, other in join.by)
    yield from join.order
    yield from (ref.column for ref in (join.where.references if join.where else ()))


def _listed(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = f" and {len(listed) - NAMES_SHOWN} more" if len(listed) > NAMES_SHOWN else ""
    return f"{', '.join(listed[:NAMES_SHOWN])}{more}"
