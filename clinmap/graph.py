"""The graph of a Plan, at the grain of variables: what must be made before what.

Nodes are `(dataset, "rows")`, `(dataset, "kept")` (after rows were dropped) and `(dataset,
variable)`. At the grain of datasets DM needs EX and EX needs DM; at this grain they do not. Only a
cycle of nodes is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from clinmap.plan import DatasetPlan, Join, Plan, Ref, SourcePlan, Step, VariablePlan
from clinmap.problems import Location, SpecificationError

Node = tuple[str, str]
ROWS = "rows"
KEPT = "kept"
SUBJECT = "USUBJID"


def execution_order(plan: Plan, datasets: Iterable[DatasetPlan]) -> list[Node]:
    """The nodes of the datasets in an order in which each can be made; an error where none exists.

    References to datasets outside `datasets` are to tables that are given, and bind nothing.
    """
    building = {dataset.name: dataset for dataset in datasets if not dataset.parent}
    edges = {
        node: [need for need in needs if need[0] in building]
        for dataset in building.values()
        for node, needs in _Edges(plan, dataset, building).all()
    }
    try:
        return list(TopologicalSorter(edges).static_order())
    except CycleError as error:
        raise _cycle(building, error.args[1]) from None


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
    what = "which rows there are" if name == ROWS else "which rows are kept"
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
        for variable in self.dataset.variables:
            yield (name, variable.name), [*self._variable(variable)]

    def _rows(self) -> Iterator[Node]:
        for source in self.dataset.sources:
            if source.is_dataset:
                yield (source.table, KEPT)
            conditions = [source.where, *(template.where for template in source.templates)]
            refs = [ref for condition in conditions if condition for ref in condition.references]
            if source.distinct is not None:
                refs += [*source.distinct.by, *source.distinct.order]
            for node in self._references(refs, (source,)):
                # while rows are chosen, it is their table that knows the subject
                yield (source.table, SUBJECT) if node == (self.dataset.name, SUBJECT) else node

    def _kept(self) -> Iterator[Node]:
        for drop in self.dataset.drops:
            yield from self._references(drop.when.references, self.dataset.sources)

    def _variable(self, variable: VariablePlan) -> Iterator[Node]:
        named = [ref for drop in self.dataset.drops for ref in drop.when.references]
        dropping = {ref.column if ref.kind == "own" else SUBJECT for ref in named}
        own = (self.dataset.name, variable.name)
        stage = ROWS if variable.name in self._before_drops(dropping) else KEPT
        yield (self.dataset.name, stage)
        chains: list[tuple[tuple[Step, ...], tuple[SourcePlan, ...]]] = [
            (variable.steps, self.dataset.sources)
        ]
        chains += [(use.steps, (self.dataset.sources[use.source],)) for use in variable.per_source]
        for steps, sources in chains:
            for number, step in enumerate(steps):
                needs = self._references(step.inputs, sources)
                # in a later step the variable's own name is its value so far
                yield from (need for need in needs if need != own or number == 0)
        for use in variable.codelists:
            yield from (
                (self.dataset.name, condition.variable)
                for condition in use.when
                if condition.variable != variable.name
            )

    def _before_drops(self, dropping: set[str]) -> set[str]:
        """The variables that conditions for dropping rest on, directly or not."""
        wanted, found = list(dropping), set[str]()
        while wanted:
            name = wanted.pop()
            variable = self.dataset.variable(name)
            if name in found or variable is None:
                continue
            found.add(name)
            steps = [*variable.steps, *(s for use in variable.per_source for s in use.steps)]
            refs = [ref for step in steps for ref in step.inputs]
            wanted += [ref.column for ref in refs if ref.kind == "own"]
            if any(ref.kind in ("dataset", "table") for ref in refs):
                wanted.append(SUBJECT)
            wanted += [c.variable for use in variable.codelists for c in use.when]
        return found

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
            join = next((j for j in source.joins if j.name == reference.owner), None)
            yield from self._join(join, source, reference)

    def _join(self, join: Join | None, source: SourcePlan, reference: Ref) -> Iterator[Node]:
        table = join.table if join else reference.owner
        if table in self.building:
            yield (table, KEPT)
            yield (table, reference.column)
        if join is None:
            yield (self.dataset.name, SUBJECT)
            yield (table, SUBJECT)
            return
        yield from self._references([own for own, _ in join.by], (source,))
        yield from ((table, column) for _, column in join.by)
        yield from ((table, column) for column in join.order)
        if join.where is not None:
            yield from ((table, ref.column) for ref in join.where.references)
