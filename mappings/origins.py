"""Origin and method of a variable, as they follow from its operations (Define-XML 2.1 section 5.3.11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clinmap.plan import DatasetPlan, Origin, RawTable, Ref, SourcePlan, Step, VariablePlan

SPONSOR = "Sponsor"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known about where columns come from."""

    tables: Mapping[str, RawTable]
    datasets: Mapping[str, DatasetPlan]
    own: Mapping[str, VariablePlan]
    adam: bool


def provenance(
    steps: tuple[Step, ...], sources: tuple[SourcePlan, ...], context: Provenance
) -> tuple[Origin, str]:
    """The origin of what these steps make, and the method text where it is derived.

    A step that does not state an origin follows its inputs: raw columns are Collected, literals
    Assigned, a copy of another dataset's variable has it as Predecessor.
    """
    origin, methods = Origin("Assigned", SPONSOR), list[str]()
    for number, step in enumerate(steps):
        said = step.operation.describe()
        if said.method:
            methods.append(said.method)
        if said.origin is not None:
            found = said.origin
        else:
            refs = step.operation.inputs()
            found = _follow(refs, sources, context) if refs else Origin("Assigned", SPONSOR)
        if number == 0 or found.type == "Derived":
            origin = found
    if origin.type == "Derived":
        return Origin("Derived", origin.source or SPONSOR), " ".join(methods)
    return origin, ""


def _follow(refs: tuple[Ref, ...], sources: tuple[SourcePlan, ...], context: Provenance) -> Origin:
    first = refs[0]
    if first.kind == "own":
        variable = context.own.get(first.column)
        return variable.origin if variable and variable.origin.type else Origin("Derived", SPONSOR)
    owner = _owner(first, sources)
    if owner in context.tables:
        return Origin("Collected", context.tables[owner].collected_by)
    if owner in context.datasets and not context.adam:
        source = context.datasets[owner].variable(first.column)
        return source.origin if source and source.origin.type else Origin("Derived", SPONSOR)
    return Origin("Predecessor", "", f"{owner}.{first.column}")


def _owner(reference: Ref, sources: tuple[SourcePlan, ...]) -> str:
    if reference.kind == "source":
        return sources[0].table if sources else ""
    for source in sources:
        for join in source.joins:
            if join.name == reference.owner:
                return join.table
    return reference.owner
