"""What is made from what, over all datasets, at the grain of variables.

A node is (table, column), as in `clinmap.app.build.edges`; the column `ROWS` stands for which rows
there are. At the grain of datasets nearly everything rests on everything; here DM.DTHFL is made
from AE, and DM.SEX is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from clinmap.app.build.edges import ROWS, SUBJECT, Node, edges, supplemental_edges
from clinmap.plan import DatasetPlan, Plan

Graph = Mapping[Node, frozenset[Node]]


def needs(plan: Plan) -> Graph:
    """Each node with the nodes that it rests on directly."""
    found: dict[Node, set[Node]] = defaultdict(set)
    for dataset in plan.datasets:
        parent = plan.dataset(dataset.parent) if dataset.parent else None
        pairs = supplemental_edges(dataset, parent) if parent else _all_edges(dataset)
        for node, need in pairs:
            found[node].add(need)
    for node, need in _subject_edges(plan):
        found[node].add(need)
    return {node: frozenset(rests) for node, rests in found.items()}


def users(plan: Plan) -> Graph:
    """Each node with the nodes that rest on it directly."""
    found: dict[Node, set[Node]] = defaultdict(set)
    for node, rests in needs(plan).items():
        for need in rests:
            found[need].add(node)
    return {node: frozenset(resting) for node, resting in found.items()}


def reached(graph: Graph, start: Iterable[Node]) -> frozenset[Node]:
    """The nodes that one comes to from these, and these themselves.

    >>> sorted(reached({("A", "x"): frozenset({("B", "y")})}, [("A", "x")]))
    [('A', 'x'), ('B', 'y')]
    """
    found = set(start)
    wanted = list(found)
    while wanted:
        for node in graph.get(wanted.pop(), ()):
            if node not in found:
                found.add(node)
                wanted.append(node)
    return frozenset(found)


def nodes_of(plan: Plan, datasets: Iterable[str]) -> Iterator[Node]:
    """The nodes of these datasets: their rows, and each variable."""
    for name in datasets:
        dataset = plan.dataset(name)
        if dataset is not None:
            yield name, ROWS
            yield from ((name, variable.name) for variable in dataset.variables)


def made_from(plan: Plan, datasets: Iterable[str]) -> frozenset[str]:
    """The datasets with anything that is made from these, and these themselves."""
    names = set(datasets)
    return _datasets(plan, reached(users(plan), nodes_of(plan, names))) | names


def made_of(plan: Plan, datasets: Iterable[str]) -> frozenset[str]:
    """The datasets that these are made from, directly or not, and these themselves."""
    names = set(datasets)
    return _datasets(plan, reached(needs(plan), nodes_of(plan, names))) | names


def _datasets(plan: Plan, nodes: Iterable[Node]) -> frozenset[str]:
    return frozenset({table for table, _ in nodes} & {dataset.name for dataset in plan.datasets})


def _all_edges(dataset: DatasetPlan) -> Iterator[tuple[Node, Node]]:
    """The edges of a dataset, with those of conditions of codelists and of joins that add rows."""
    yield from edges(dataset)
    for variable in dataset.variables:
        for use in variable.codelists:
            for condition in use.when:
                yield (dataset.name, variable.name), (dataset.name, condition.variable)
    rows = (dataset.name, ROWS)
    for source in dataset.sources:
        for join in source.joins:
            if join.take == "all":
                yield from ((rows, (join.table, column)) for column in (ROWS, *join.columns))
                own = [ref.column for ref, _ in join.by if ref.kind == "source"]
                yield from ((rows, (source.table, column)) for column in own)


def _subject_edges(plan: Plan) -> Iterator[tuple[Node, Node]]:
    """The subject of a raw row, by the study's rule: the column USUBJID that no raw table has."""
    references = [ref for step in plan.subject.steps for ref in step.inputs]
    for table in plan.raw:
        here = (table, SUBJECT)
        yield here, (table, ROWS)
        yield from ((here, (table, ref.column)) for ref in references if ref.kind == "source")
        for join in plan.subject.joins:
            if any(ref.owner == join.name for ref in references):
                yield from ((here, (join.table, column)) for column in (ROWS, *join.columns))
