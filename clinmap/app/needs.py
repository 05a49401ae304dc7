"""What a dataset is made from: the tables that it reads, and which of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from clinmap.plan import DatasetPlan, Join, Plan, Ref, SourcePlan
from mappings.references import references

SUBJECT = "USUBJID"


def needs_of(plan: Plan, dataset: DatasetPlan) -> Mapping[str, frozenset[str]]:
    """The raw tables and datasets that a dataset reads, each with the columns read."""
    if dataset.parent:
        return {dataset.parent: frozenset({SUBJECT})}
    needs = _Needs(plan)
    for number, source in enumerate(dataset.sources):
        needs.table(source.table)
        for reference in _references_of(dataset, source, number):
            needs.reference(reference, source)
    return {table: frozenset(columns) for table, columns in needs.found.items()}


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


def _references_of(dataset: DatasetPlan, source: SourcePlan, number: int) -> Iterator[Ref]:
    """Every reference that the rows of one source follow."""
    conditions = (source.where, *(template.where for template in source.templates))
    for condition in (*conditions, *(drop.when for drop in dataset.drops)):
        if condition is not None:
            yield from condition.references
    if source.distinct is not None:
        yield from (*source.distinct.by, *source.distinct.order)
    for variable in dataset.variables:
        yield from (ref for ref, _, of in references(variable) if of in (None, number))


class _Needs:
    """Gathers columns by table; joins add what their meeting rests on."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.found: dict[str, set[str]] = {}
        self.seen: set[tuple[Ref, str]] = set()

    def table(self, name: str) -> set[str]:
        return self.found.setdefault(name, set())

    def reference(self, reference: Ref, source: SourcePlan) -> None:
        if reference.kind == "own" or (reference, source.table) in self.seen:
            return
        self.seen.add((reference, source.table))
        if reference.kind == "source":
            self.table(source.table).add(reference.column)
            return
        join = next((join for join in source.joins if join.name == reference.owner), None)
        table = join.table if join else reference.owner
        self.table(table).add(reference.column)
        if join is not None:
            self._join(join, source)
        else:
            self._subject(table)

    def _join(self, join: Join, source: SourcePlan) -> None:
        for own, other in join.by:
            self.reference(own, source)
            self._column(join.table, other)
        for column in join.order:
            self._column(join.table, column)
        for reference in join.where.references if join.where else ():
            self._column(join.table, reference.column)

    def _column(self, table: str, column: str) -> None:
        if column == SUBJECT:
            self._subject(table)
        else:
            self.table(table).add(column)

    def _subject(self, table: str) -> None:
        """What the study's rule for USUBJID reads elsewhere, where a raw table meets by it."""
        if table not in self.plan.raw:
            self.table(table).add(SUBJECT)
            return
        rule = self.plan.subject
        owners = {ref.owner for step in rule.steps for ref in step.inputs if ref.owner}
        for join in rule.joins:
            if join.name in owners and join.table != table and join.table not in self.found:
                self.table(join.table)
