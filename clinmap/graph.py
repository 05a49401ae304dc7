"""The graph of a Plan, at the grain of variables: what must be made before what.

Nodes are `(dataset, "rows")`, `(dataset, "kept")` (after rows were dropped), `(dataset, "final")`
(after rows became one) and `(dataset, variable)`. At the grain of datasets DM needs EX and EX needs
DM; at this grain they do not. Only a cycle of nodes is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from clinmap.plan import DatasetPlan, Join, Plan, Ref, SourcePlan, Step, VariablePlan
from clinmap.problems import Location, SpecificationError

Node = tuple[str, str]
ROWS = "rows"
KEPT = "kept"
FINAL = "final"
SUBJECT = "USUBJID"


def execution_order(plan: Plan, datasets: Iterable[DatasetPlan]) -> list[Node]:
    """The nodes of the datasets in an order in which each can be made; an error where none exists.

    References to datasets outside `datasets` are to tables that are given, and bind nothing. A node
    comes after as many others as its longest way from the raw data has, then by its place in the
    Plan: so nothing that a dataset does not rest on has a say in the order of its nodes.
    """
    wanted = list(datasets)
    edges = node_needs(plan, wanted)
    try:
        found = list(TopologicalSorter(edges).static_order())
    except CycleError as error:
        building = {dataset.name: dataset for dataset in wanted}
        raise _cycle(building, error.args[1]) from None
    depth: dict[Node, int] = {}
    for node in found:
        depth[node] = 1 + max((depth[need] for need in edges.get(node, ())), default=0)
    place = {node: number for number, node in enumerate(edges)}
    return sorted(found, key=lambda node: (depth[node], place.get(node, len(place))))


def node_needs(plan: Plan, datasets: Iterable[DatasetPlan]) -> dict[Node, list[Node]]:
    """Each node of the datasets with the nodes that must be made before it, in the Plan's order.

    Nodes of other datasets and of raw tables are not among them.
    """
    building = {dataset.name: dataset for dataset in datasets if not dataset.parent}
    return {
        node: [need for need in needs if need[0] in building]
        for dataset in building.values()
        for node, needs in _Edges(plan, dataset, building).all()
    }


def _cycle(building: Mapping[str, DatasetPlan], nodes: list[Node]) -> SpecificationError:
    """The error of a circle, which names every variable in it with its place."""
    found = [_placed(building[dataset], name) for dataset, name in reversed(nodes)]
    return SpecificationError(
        "SPC020",
        f"circular reference: {' needs '.join(text for text, _ in found)}",
        location=min(place for _, place in found),
        hint="Break the circle: derive one of these from the raw data or from another variable.",
    )


def _placed(dataset: DatasetPlan, name: str) -> tuple[str, Location]:
    """A node in words, and where it is written."""
    variable = dataset.variable(name)
    if variable is not None:
        return f"{dataset.name}.{name} ({variable.location})", variable.location
    place = dataset.sources[0].location if name == ROWS else dataset.location
    what = "which rows there are" if name == ROWS else "which rows are kept in the end"
    return f"{dataset.name}, {what} ({place})", place


class _Edges:
    """The needs of each node of one dataset."""

    def __init__(
        self, plan: Plan, dataset: DatasetPlan, building: Mapping[str, DatasetPlan]
    ) -> None:
        self.plan = plan
        self.dataset = dataset
        self.building = building

    def all(self) -> Iterator[tuple[Node, list[Node]]]:
        """Each node with what it needs."""
        name = self.dataset.name
        yield (name, ROWS), list(self._rows())
        yield (name, KEPT), [(name, ROWS), *self._kept()]
        yield (name, FINAL), [(name, KEPT), *self._final()]
        for variable in self.dataset.variables:
            yield (name, variable.name), [*self._variable(variable)]

    def _rows(self) -> Iterator[Node]:
        for source in self.dataset.sources:
            if source.is_dataset:
                yield (source.table, FINAL)
            refs = list(source.row_references)
            for join in source.joins:
                if join.take == "all":
                    refs += [Ref("dataset", column, join.name) for _, column in join.by]
            for node in self._references(refs, (source,)):
                # while rows are chosen, it is their table that knows the subject
                yield (source.table, SUBJECT) if node == (self.dataset.name, SUBJECT) else node

    def _kept(self) -> Iterator[Node]:
        for drop in self.dataset.drops:
            yield from self._references(drop.when.references, self.dataset.sources)

    def _final(self) -> Iterator[Node]:
        """What rows that become one rest on, and what is made of the whole group before."""
        rule = self.dataset.collapse
        if rule is not None:
            yield from self._references((*rule.by, *rule.order), self.dataset.sources)
            yield from ((self.dataset.name, name) for name in self._of_groups())

    def _of_groups(self) -> set[str]:
        """The variables that look at all rows of a group before they become one."""
        return {
            variable.name
            for variable in self.dataset.variables
            for step, _ in variable.all_steps
            if step.operation.of_whole_group
        }

    def _variable(self, variable: VariablePlan) -> Iterator[Node]:
        yield (self.dataset.name, self._stage(variable.name))
        taken = {use.source for use in variable.per_source if use.template < 0}
        shared = tuple(s for n, s in enumerate(self.dataset.sources) if n not in taken)
        chains: list[tuple[tuple[Step, ...], tuple[SourcePlan, ...]]] = [(variable.steps, shared)]
        chains += [(use.steps, (self.dataset.sources[use.source],)) for use in variable.per_source]
        for steps, sources in chains:
            for number, step in enumerate(steps):
                # in a later step the variable's own name is its value so far; a join has no such
                so_far = Ref("own", variable.name) if number else None
                refs = [ref for ref in step.inputs if ref != so_far]
                yield from self._references(refs, sources)
        for use in variable.codelists:
            yield from (
                (self.dataset.name, condition.variable)
                for condition in use.when
                if condition.variable != variable.name
            )

    def _stage(self, name: str) -> str:
        """After which node of the dataset's rows a variable is made."""
        if name in self._behind_drops:
            return ROWS
        return KEPT if name in self._behind_groups else FINAL

    @cached_property
    def _behind_drops(self) -> set[str]:
        """The variables that decide which rows are dropped."""
        return self._behind(ref for drop in self.dataset.drops for ref in drop.when.references)

    @cached_property
    def _behind_groups(self) -> set[str]:
        """The variables that decide which rows become one, or look at all of these."""
        rule = self.dataset.collapse
        if rule is None:
            return set()
        grouped = [Ref("own", name) for name in self._of_groups()]
        return self._behind([*rule.by, *rule.order, *grouped])

    def _behind(self, named: Iterable[Ref]) -> set[str]:
        """The variables that these references rest on, directly or not."""
        wanted = [ref.column if ref.kind == "own" else SUBJECT for ref in named]
        found = set[str]()
        while wanted:
            name = wanted.pop()
            variable = self.dataset.variable(name)
            if name in found or variable is None:
                continue
            found.add(name)
            refs = [ref for step, _ in variable.all_steps for ref in step.inputs]
            wanted += [ref.column for ref in refs if ref.kind == "own"]
            for ref in refs:
                if ref.kind in ("dataset", "table"):
                    wanted += [SUBJECT, *self._own_keys(ref.owner)]
            wanted += [c.variable for use in variable.codelists for c in use.when]
        return found

    def _own_keys(self, owner: str) -> Iterator[str]:
        """The variables of the dataset by which its rows meet a table."""
        for source in self.dataset.sources:
            join = source.join(owner)
            if join is not None:
                yield from (own.column for own, _ in join.by if own.kind == "own")

    def _references(
        self, references: Iterable[Ref], sources: tuple[SourcePlan, ...]
    ) -> Iterator[Node]:
        for reference in references:
            if reference.kind == "own":
                yield (self.dataset.name, reference.column)
            elif reference.kind == "source":
                yield from (
                    (source.table, reference.column) for source in sources if source.is_dataset
                )
            else:
                yield from self._other(reference, sources)

    def _other(self, reference: Ref, sources: tuple[SourcePlan, ...]) -> Iterator[Node]:
        """A column of another table: the column, its rows, and what the meeting rests on."""
        for source in sources:
            join = source.join(reference.owner)
            yield from self._join(join, source, reference)

    def _join(self, join: Join | None, source: SourcePlan, reference: Ref) -> Iterator[Node]:
        table = join.table if join else reference.owner
        if table in self.building:
            yield (table, FINAL)
            yield (table, reference.column)
        if join is None:
            yield (self.dataset.name, SUBJECT)
            yield (table, SUBJECT)
            return
        yield from self._references([own for own, _ in join.by], (source,))
        yield from ((table, column) for column in join.columns)
