"""What a dataset is made from: the tables that it reads, and which of their columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from clinmap.app.build.edges import ROWS, SUBJECT, edges
from clinmap.plan import DatasetPlan, Plan


def needs_of(plan: Plan, dataset: DatasetPlan) -> Mapping[str, frozenset[str]]:
    """The raw tables and other datasets that a dataset reads, each with the columns read."""
    if dataset.parent:
        return {dataset.parent: frozenset({SUBJECT})}
    found: dict[str, set[str]] = defaultdict(set)
    for _, (table, column) in edges(dataset):
        if table != dataset.name:
            found[table].add(column)
    for table in [name for name, columns in found.items() if SUBJECT in columns]:
        if table in plan.raw:
            found[table].discard(SUBJECT)
            for other in _subject_tables(plan):
                found[other].add(ROWS)
    return {table: frozenset(columns - {ROWS}) for table, columns in found.items()}


def datasets_needed(plan: Plan, names: Iterable[str]) -> frozenset[str]:
    """The datasets of these names and all that they are made from, SUPP-- of each included."""
    wanted, found = list(names), set[str]()
    while wanted:
        name = wanted.pop()
        dataset = plan.dataset(name)
        if dataset is None or name in found:
            continue
        found.add(name)
        wanted += [table for table in needs_of(plan, dataset) if plan.dataset(table)]
    return frozenset(found | {d.name for d in plan.datasets if d.parent in found})


def raw_columns(plan: Plan, datasets: Iterable[DatasetPlan]) -> dict[str, frozenset[str]]:
    """The raw tables that the datasets read, in the Plan's order, each with the columns read."""
    found: dict[str, frozenset[str]] = {}
    for dataset in datasets:
        for table, columns in needs_of(plan, dataset).items():
            if table in plan.raw:
                found[table] = found.get(table, frozenset()) | columns
    return {table: found[table] for table in plan.raw if table in found}


def _subject_tables(plan: Plan) -> Iterator[str]:
    """The tables that the study's rule for USUBJID reads beside the row's own."""
    owners = {ref.owner for step in plan.subject.steps for ref in step.inputs if ref.owner}
    yield from (join.table for join in plan.subject.joins if join.name in owners)
