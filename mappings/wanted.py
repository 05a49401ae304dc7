"""Which variables a dataset gets: written ones, copies, conventions, and those that follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from clinmap.plan import SourcePlan, Step, parse_reference
from clinmap.problems import Location, near_match
from mappings.parts import Part
from mappings.study_context import DatasetContext
from mappings.variables import VariableSpec

Place = Literal["dataset", "supp", "work"]
Wanted = dict[str, tuple[Place, VariableSpec]]
IDENTIFIER = "Identifier"
SECTIONS: tuple[tuple[Place, str], ...] = (
    ("work", "work"),
    ("dataset", "variables"),
    ("supp", "supp"),
)


def wanted_variables(
    context: DatasetContext, sources: tuple[SourcePlan, ...], parts: Iterable[Part]
) -> Wanted:
    """Every variable to make, by name, with where it is submitted."""
    found: Wanted = {name: ("dataset", spec) for name, spec in _copied(context)}
    copied = set(found)
    for place, name, spec in _written(context):
        if name in found and name not in copied:
            message = f"{name} also stands at line {found[name][1].location.line}"
            context.study.refuse("SPC003", message, spec.location, "Remove one of the two.")
        copied.discard(name)
        found[name] = (place, spec)
    for part in parts:
        for name in part.variables:
            found.setdefault(name, ("dataset", VariableSpec(name, (), part.place)))
    if not context.adam:
        _identify(context, found)
    _add_conventions(context, sources, parts, found)
    if not context.adam:
        _add_names(context, found)
    return found


def borrowed(context: DatasetContext, spec: VariableSpec) -> VariableSpec:
    """The variable with the steps of the convention that it names, and what that says besides."""
    if not spec.convention:
        return spec
    other = context.conventions.get(spec.convention)
    if other is None and spec.convention in context.study.failed:
        context.failed.add(spec.name)
        return spec
    if other is None:
        what = "the study has no convention"
        context.refuse_unknown(what, spec.convention, spec.location, context.conventions)
        return spec
    return replace(
        other,
        name=spec.name,
        location=spec.location,
        **{name: value for name, value in spec.attributes.items() if value},
    )


def _written(context: DatasetContext) -> Iterator[tuple[Place, str, VariableSpec]]:
    for place, section in SECTIONS:
        for name, spec in context.reader.all(context.node.get(section)).items():
            yield place, name, borrowed(context, spec)
    if context.adam and context.spec.supp:
        context.refuse("SPC004", "an ADaM dataset has no supplemental qualifiers", "supp",
                       "Put the variables under `variables`.")  # fmt: skip


def _copied(context: DatasetContext) -> Iterator[tuple[str, VariableSpec]]:
    """Variables taken over from other datasets, unchanged."""
    copies = context.node.get("copy")
    if copies is not None and not context.adam:
        context.refuse("SPC004", "`copy` is for ADaM datasets", "copy",
                       "Name each variable under `variables`.")  # fmt: skip
        return
    for dataset, names in copies.items() if copies else ():
        for item in names.value if isinstance(names.value, list) else ():
            name = str(item.value)
            written = f"${name}" if dataset == context.spec.from_ else f"{dataset}.{name}"
            if parse_reference(written) is None:
                _no_such_variable(context, dataset, name, item.location)
                continue
            step = _step(context, "assign", written, item.location)
            yield name, VariableSpec(name, (step,), item.location)


def _no_such_variable(context: DatasetContext, dataset: str, name: str, place: Location) -> None:
    """Refuse the copy of what cannot be a variable at all: a name too long, or odd letters."""
    plan = context.study.compiled.get(dataset)
    known = [variable.name for variable in plan.variables] if plan else []
    context.study.refuse(
        "SPC011", f"{dataset} has no variable {name!r}", place, near_match(name, known)
    )


def _step(context: DatasetContext, operation: str, value: str, place: Location) -> Step:
    registry = context.study.registry
    return Step(registry.make(operation, {registry.principal(operation): value}), place)


def _identify(context: DatasetContext, found: Wanted) -> None:
    """STUDYID and DOMAIN, which nobody writes; RELREC and datasets of one's own have no DOMAIN."""
    place = context.node.location
    for name, value in (("STUDYID", context.study.study), ("DOMAIN", context.name[:2])):
        if name not in found and (name == "STUDYID" or context.facts(name) is not None):
            step = _step(context, "constant", value, place)
            found[name] = ("dataset", VariableSpec(name, (step,), place))


def _add_names(context: DatasetContext, found: Wanted) -> None:
    """--TEST follows from --TESTCD, and --PARM from --PARMCD, by their paired codelists."""
    for code_end, name_end in (("TESTCD", "TEST"), ("PARMCD", "PARM")):
        code, name = f"{context.name[:2]}{code_end}", f"{context.name[:2]}{name_end}"
        if code in found and name not in found:
            step = _step(context, "decode", f".{code}", context.node.location)
            found[name] = ("dataset", VariableSpec(name, (step,), found[code][1].location))


def _add_conventions(
    context: DatasetContext,
    sources: tuple[SourcePlan, ...],
    parts: Iterable[Part],
    found: Wanted,
) -> None:
    """Conventions for what the standard requires or expects and nobody wrote."""
    for name, convention in context.conventions.items():
        if _is_written(name, sources, parts, found) or not _is_due(context, name):
            continue
        spec = convention
        if all(source.is_dataset and _has(context, source.table, name) for source in sources):
            spec = replace(spec, steps=(_step(context, "assign", f"${name}", spec.location),))
        found[name] = ("dataset", spec)


def _is_written(
    name: str, sources: tuple[SourcePlan, ...], parts: Iterable[Part], found: Wanted
) -> bool:
    """Whether all rows have the variable; what some sources write is still due in the others."""
    if name not in found:
        return False
    place, spec = found[name]
    own = {part.source for part in parts if part.template < 0 and name in part.variables}
    return bool(spec.steps) or place != "dataset" or len(own) == len(sources)


def _is_due(context: DatasetContext, name: str) -> bool:
    """Whether a dataset must have the variable; a custom domain needs the identifiers at least."""
    facts = context.facts(name)
    if context.adam or facts is None:
        return context.adam
    return facts.core in ("Req", "Exp") or (bool(context.spec.class_) and facts.role == IDENTIFIER)


def _has(context: DatasetContext, dataset: str, name: str) -> bool:
    plan = context.study.compiled.get(dataset)
    if plan is not None:
        return plan.variable(name) is not None
    return name in ("STUDYID", "USUBJID")
