"""What a specification writes out: constants by source and template, and the values they allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from clinmap.plan import DatasetPlan, Plan, Ref, SourcePlan, Step, VariablePlan
from clinmap.problems import Location
from mappings.references import literals


def giving(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps that give values, without those that only look at them."""
    return tuple(step for step in steps if step.operation.name != "check")


def ways(variable: VariablePlan) -> Iterator[tuple[Step, ...]]:
    """The steps by which a variable gets its values: of all rows, then of each source."""
    for steps in (variable.steps, *(use.steps for use in variable.per_source)):
        if steps:
            yield giving(steps)


def written_texts(variable: VariablePlan) -> Iterator[tuple[str, Location]]:
    """The texts that stand in the specification as they will stand in the data."""
    for steps in ways(variable):
        for step in steps[-1:]:
            yield from ((text, step.location) for text in literals(step))


def settled(dataset: DatasetPlan, name: str, source: int, template: int) -> tuple[Step, ...] | None:
    """The steps of a variable in the rows of one source and template; None where it is not made."""
    variable = dataset.variable(name)
    if variable is None:
        return None
    own = {use.template: use.steps for use in variable.per_source if use.source == source}
    return own.get(template) or own.get(-1) or variable.steps


def constant_of(steps: tuple[Step, ...] | None) -> tuple[str, Location] | None:
    """The one value that steps give to every row, with its place; None where it hangs on data."""
    steps = giving(steps or ())
    if len(steps) != 1 or steps[0].operation.name != "constant":
        return None
    operation = steps[0].operation
    value = getattr(operation, "constant", None)
    if value is None or getattr(operation, "when", None) is not None:
        return None
    return str(value), steps[0].location


def row_shapes(dataset: DatasetPlan) -> Iterator[tuple[int, int]]:
    """Every source with each of its templates; a source without templates has the shape -1."""
    for number, source in enumerate(dataset.sources):
        for template in range(len(source.templates)) if source.templates else (-1,):
            yield number, template


def possible_values(
    plan: Plan, dataset: DatasetPlan, variable: VariablePlan, depth: int = 4
) -> frozenset[str] | None:
    """Every text that the variable may have, or None where the specification does not say."""
    by_codelist = _terms(plan, variable)
    if by_codelist is not None or depth == 0:
        return by_codelist
    chains = [(variable.steps, dataset.sources)]
    chains += [(use.steps, (dataset.sources[use.source],)) for use in variable.per_source]
    found: set[str] = set()
    for steps, sources in chains:
        values = _given(plan, dataset, giving(steps), sources, depth) if steps else frozenset()
        if values is None:
            return None
        found |= values
    return frozenset(found) or None


def values_of(
    plan: Plan,
    dataset: DatasetPlan,
    ref: Ref,
    sources: Sequence[SourcePlan],
    depth: int = 4,
) -> frozenset[str] | None:
    """Every text that a reference may have on the rows of these sources; None: nobody knows."""
    if ref.kind == "own":
        variable = dataset.variable(ref.column)
        return possible_values(plan, dataset, variable, depth) if variable is not None else None
    found: set[str] = set()
    for source in sources:
        join = source.join(ref.owner)
        table = source.table if ref.kind == "source" else join.table if join else ref.owner
        built = plan.dataset(table)
        variable = built.variable(ref.column) if built is not None else None
        if built is None or variable is None:
            return None
        values = possible_values(plan, built, variable, depth)
        if values is None:
            return None
        found |= values
    return frozenset(found) if sources else None


def _terms(plan: Plan, variable: VariablePlan) -> frozenset[str] | None:
    lists = [plan.codelists[use.codelist] for use in variable.codelists]
    is_result = variable.name[2:] in ("STRESC", "ORRES")
    if not lists or is_result or any(found.external for found in lists):
        return None
    return frozenset({t.value for found in lists for t in found.terms} | {*variable.exceptions})


def _given(
    plan: Plan,
    dataset: DatasetPlan,
    steps: tuple[Step, ...],
    sources: Sequence[SourcePlan],
    depth: int,
) -> frozenset[str] | None:
    """The values of a single step that takes over or writes out all that it gives."""
    if len(steps) != 1:
        return None
    operation = steps[0].operation
    if operation.name == "lookup":
        return _listed(plan, operation)
    operands = _operands(operation)
    found: set[str] = set()
    for value in operands or ():
        known = (
            values_of(plan, dataset, value, sources, depth - 1)
            if isinstance(value, Ref)
            else frozenset({str(value)})
        )
        if known is None:
            return None
        found |= known
    return frozenset(found) if operands is not None else None


def _operands(operation: object) -> list[object] | None:
    """What an operation may give, references and written values; None where it works it out."""
    match getattr(operation, "name", ""):
        case "assign" if getattr(operation, "case", None) in (None, "", "as is"):
            values = [getattr(operation, "assign", None)]
        case "constant":
            values = [getattr(operation, "constant", None)]
        case "conditional":
            values = [case.then for case in getattr(operation, "conditional", ())]
            values.append(getattr(operation, "otherwise", None))
        case _:
            return None
    return [value for value in values if value is not None]


def _listed(plan: Plan, operation: object) -> frozenset[str] | None:
    """The values that a list of the study's parameters has for a `lookup`."""
    rows = plan.parameters.get(getattr(operation, "table", ""))
    wanted = getattr(operation, "give", "")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return None
    return frozenset(str(row[wanted]) for row in rows if row.get(wanted) is not None) or None
