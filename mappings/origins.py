"""Origin and method of a variable, as they follow from its operations.

Source: Define-XML 2.1 section 5.3.11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from clinmap.metadata import FormalCode
from clinmap.plan import (
    DatasetPlan,
    Origin,
    RawTable,
    Ref,
    SourcePlan,
    Step,
    ValueSource,
    VariablePlan,
)

SPONSOR = "Sponsor"
OWN_LANGUAGE = "clinmap"
"""What define.xml calls the language of expressions, in the Context of a FormalExpression."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known about where columns come from.

    `source` is the number of the only source that is followed; -1 where all of them are.
    """

    tables: Mapping[str, RawTable]
    datasets: Mapping[str, DatasetPlan]
    own: Mapping[str, VariablePlan]
    adam: bool
    source: int = -1


def with_origin(
    variable: VariablePlan, sources: tuple[SourcePlan, ...], context: Provenance
) -> VariablePlan:
    """The variable, and each of its sources' rules, with the origin and method that follow."""
    of_one = context.source >= 0
    per_source = tuple(
        _of_source(use, variable.name, sources if of_one else (sources[use.source],), context)
        for use in variable.per_source
        if use.source == context.source or not of_one
    )
    origin, method = provenance(variable.steps, sources, context, variable.name)
    if per_source and (of_one or not variable.steps):
        origin, method = _shared(per_source)
    if variable.origin.type:
        origin = variable.origin
        method = method if origin.type == "Derived" else ""
    formal = variable.formal or (formal_code(variable.steps) if origin.type == "Derived" else ())
    return replace(
        variable, origin=origin, method=variable.method or method, per_source=per_source,
        formal=formal,
    )  # fmt: skip


def _of_source(
    use: ValueSource, name: str, sources: tuple[SourcePlan, ...], context: Provenance
) -> ValueSource:
    """The rule of one source with its origin, and its method where that is Derived."""
    told = replace(context, source=use.source)
    origin, method = provenance(use.steps, sources, told, name)
    if use.origin.type:
        origin, method = use.origin, method if use.origin.type == "Derived" else ""
    formal = use.formal or (formal_code(use.steps) if origin.type == "Derived" else ())
    return replace(use, origin=origin, method=use.method or method, formal=formal)


def formal_code(steps: tuple[Step, ...]) -> tuple[FormalCode, ...]:
    """The expression that derives a value, where a single operation says it all; else nothing."""
    code = steps[0].operation.code() if len(steps) == 1 else ""
    return (FormalCode(OWN_LANGUAGE, code),) if code else ()


def provenance(
    steps: tuple[Step, ...],
    sources: tuple[SourcePlan, ...],
    context: Provenance,
    name: str = "",
) -> tuple[Origin, str]:
    """The origin of what these steps make, and the method text where it is derived.

    A step that does not state an origin follows its inputs: raw columns are Collected, literals
    Assigned, a copy of another dataset's variable has it as Predecessor; another variable of the
    same dataset is followed to where it comes from. `name` is the variable that is made: in a later
    step a reference to it is the value so far, whose origin stays.
    """
    origin, methods = Origin("Assigned", SPONSOR), list[str]()
    for number, step in enumerate(steps):
        said = step.operation.describe()
        if said.method:
            methods.append(said.method)
        if said.origin is not None:
            found = said.origin
        else:
            refs = step.inputs
            if number and refs and refs[0] == Ref("own", name):
                continue
            found = _follow(refs, sources, context) if refs else Origin("Assigned", SPONSOR)
            if found.type == "Derived" and not methods:
                methods.append(_inherited(refs[0], sources, context))
        if number == 0 or found.type == "Derived":
            origin = found
    if origin.type == "Derived":
        return Origin("Derived", origin.source or SPONSOR), " ".join(methods)
    return origin, ""


def _named(reference: Ref, sources: tuple[SourcePlan, ...]) -> str:
    """The reference with its owner, as a person would look it up."""
    if reference.kind == "own":
        return reference.column
    return f"{_owner(reference, sources)}.{reference.column}"


def _follow(refs: tuple[Ref, ...], sources: tuple[SourcePlan, ...], context: Provenance) -> Origin:
    first = refs[0]
    if first.kind == "own":
        own = _own(first.column, sources, context)
        return own.origin if own else Origin("Derived", SPONSOR)
    owner = _owner(first, sources)
    if owner in context.tables:
        return Origin("Collected", context.tables[owner].collected_by)
    made = context.datasets.get(owner)
    if made is not None and (not context.adam or _is_step(made)):
        source = made.variable(first.column)
        return source.origin if source and source.origin.type else Origin("Derived", SPONSOR)
    return Origin("Predecessor", "", _predecessor(owner, first.column, context))


def _is_step(dataset: DatasetPlan) -> bool:
    """Whether it is a step towards analysis datasets only, which no reader of define.xml sees."""
    return dataset.purpose == "Analysis" and not dataset.submitted


def _predecessor(dataset: str, name: str, context: Provenance) -> str:
    """The variable that is copied; a supplemental qualifier stands in QVAL of SUPP--."""
    plan = context.datasets.get(dataset)
    variable = plan.variable(name) if plan else None
    if variable is not None and variable.place == "supp":
        return f"SUPP{dataset}.QVAL where QNAM is {name}"
    return f"{dataset}.{name}"


def _own(name: str, sources: tuple[SourcePlan, ...], context: Provenance) -> VariablePlan | None:
    """Another variable of the dataset with its origin and method, however it is made."""
    variable = context.own.get(name)
    if variable is None:
        return None
    rest = {other: found for other, found in context.own.items() if other != name}
    return with_origin(variable, sources, replace(context, own=rest))


def _inherited(first: Ref, sources: tuple[SourcePlan, ...], context: Provenance) -> str:
    """The method of what is taken over, where it stands nowhere else; else the name."""
    if first.kind == "own":
        own = _own(first.column, sources, context)
        hidden = own is not None and own.place == "work"
    else:
        made = context.datasets.get(_owner(first, sources))
        own = made.variable(first.column) if made is not None else None
        hidden = made is not None and not made.submitted
    if own is not None and hidden and own.method:
        return own.method
    return f"Taken over from {_named(first, sources)}."


def _owner(reference: Ref, sources: tuple[SourcePlan, ...]) -> str:
    if reference.kind == "source":
        return sources[0].table if sources else ""
    for source in sources:
        for join in source.joins:
            if join.name == reference.owner:
                return join.table
    return reference.owner


def _shared(uses: tuple[ValueSource, ...]) -> tuple[Origin, str]:
    """What sources agree on; Derived where they differ (value-level metadata say more)."""
    origins = {use.origin for use in uses}
    methods = list(dict.fromkeys(use.method for use in uses if use.method))
    if len(origins) == 1:
        return origins.pop(), " ".join(methods)
    collected = [origin for origin in origins if origin.type == "Collected"]
    if collected and all(origin.type in ("Collected", "Assigned") for origin in origins):
        return min(collected, key=lambda origin: origin.source), " ".join(methods)
    return Origin("Derived", SPONSOR), " ".join(methods) or "By source; see the value level."
