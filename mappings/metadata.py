"""What is said of a variable: label, type, codelists, from the standard and from the study."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from clinmap.metadata import CodelistUse
from clinmap.plan import DataType, Origin, SourcePlan, ValueItem, VariablePlan
from clinmap.problems import near_match
from clinmap.standards import VariableStandard, sdtm_order
from clinmap.standards.adam import ADAM_FORMATS
from mappings.parts import Part
from mappings.study_context import DatasetContext
from mappings.value_level import value_sources
from mappings.variables import VariableSpec
from mappings.wanted import Place

LONGEST_LABEL = 40
_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")


@dataclass(frozen=True, slots=True)
class Described:
    """A variable to be described: as written, with what the standard and its origin say of it."""

    name: str
    place: Place
    spec: VariableSpec
    facts: VariableStandard | None
    copied: VariablePlan | None


def described_variable(
    context: DatasetContext,
    name: str,
    place: Place,
    spec: VariableSpec,
    sources: tuple[SourcePlan, ...],
    parts: Iterable[Part],
) -> VariablePlan:
    """A variable of the Plan, but for its origin and method."""
    facts = context.facts(name) if place == "dataset" else None
    which = Described(name, place, spec, facts, _predecessor(context, spec, sources))
    type_, format_ = _type(context, which)
    return VariablePlan(
        name=name,
        label=_label(context, which),
        type=type_,
        steps=spec.steps,
        per_source=value_sources(name, parts),
        place=place,
        core=facts.core if facts else "",
        role=spec.role or (facts.role if facts else ""),
        comment=spec.comment,
        codelists=_codelists(context, which, parts),
        exceptions=_exceptions(context, which),
        format=spec.format or format_,
        length=spec.length,
        significant_digits=spec.digits,
        evaluator=spec.evaluator,
        method=spec.method,
        origin=spec.origin[0] if spec.origin else Origin(""),
        further_origins=spec.origin[1:],
        formal=spec.expression,
        items=tuple(_stated_item(context, item, spec) for item in spec.value_level),
        location=spec.location,
    )


def _label(context: DatasetContext, which: Described) -> str:
    """The label; names and labels that do not fit are refused."""
    name, spec, facts = which.name, which.spec, which.facts
    published = "" if facts is None or facts.label_is_stub else facts.label
    copied = which.copied
    kept = copied.label if copied and copied.name == name else ""
    label = spec.label or kept or published or (copied.label if copied else "")
    if which.place == "work" or not context.spec.submitted:
        return label
    if which.place == "dataset" and facts is None and not context.adam:
        hint = near_match(name, sdtm_order(context.name, context.spec.class_))
        hint = hint or "Put it under `supp` (submitted in SUPP--) or `work` (not submitted)."
        message = f"{name} is not a variable of {context.name}"
        context.study.refuse("SPC012", message, spec.location, hint)
    elif not label and not _copies_nothing(context, which):
        context.study.refuse(
            "SPC012",
            f"{name} is not in the standard and has no label",
            spec.location,
            "Give it a `label` of at most 40 characters, or correct its name.",
        )
    if not _NAME.fullmatch(name):
        message = f"{name!r} is no name for a variable"
        hint = "A name has at most 8 capitals, digits and underscores, and no digit in front."
        context.study.refuse("SPC004", message, spec.location, hint)
    if len(spec.label) > LONGEST_LABEL:
        message = f"the label of {name} has more than {LONGEST_LABEL} characters"
        context.study.refuse("SPC035", message, spec.location, "Shorten the label.")
    return label


def _copies_nothing(context: DatasetContext, which: Described) -> bool:
    """Whether it copies what its dataset has not, which is refused, or a dataset that is wrong.

    So does a copy of such a copy, which has no label either.
    """
    steps = which.spec.steps
    if which.copied and not which.copied.label:
        return True
    if which.copied or len(steps) != 1 or steps[0].operation.name != "assign":
        return False
    owner = steps[0].inputs[0].owner or context.spec.from_
    return owner in context.study.failed or owner in context.study.compiled


def _predecessor(
    context: DatasetContext, spec: VariableSpec, sources: tuple[SourcePlan, ...]
) -> VariablePlan | None:
    """The variable that this one is an unchanged copy of, where it is one."""
    if len(spec.steps) != 1 or spec.steps[0].operation.name != "assign":
        return None
    reference = spec.steps[0].inputs[0]
    if reference.kind not in ("dataset", "source"):
        return None
    owner = reference.owner or (sources[0].table if sources else "")
    plan = context.study.compiled.get(owner)
    return plan.variable(reference.column) if plan else None


def _type(context: DatasetContext, which: Described) -> tuple[DataType, str]:
    """Type and display format: as written, else by the standard, else as what it copies."""
    facts, copied = which.facts, which.copied
    if which.spec.type:
        written = which.spec.type
        return written, _format_of(written) if context.adam else ""
    if facts is None:
        return (copied.type, copied.format) if copied else ("text", "")
    if facts.type == "Char":
        by_domain = (facts.domain or "").startswith("ISO 8601 date")
        is_date = by_domain or (context.adam and which.name.endswith("DTC"))
        return ("partialDatetime" if is_date else "text"), ""
    endings = ADAM_FORMATS.items() if context.adam else ()
    return next((found for end, found in endings if which.name.endswith(end)), ("float", ""))


def _format_of(written: DataType) -> str:
    """How SAS dates and times are shown, whatever the variable is called."""
    return next((shown for type_, shown in ADAM_FORMATS.values() if type_ == written), "")


def _codelists(
    context: DatasetContext, which: Described, parts: Iterable[Part]
) -> tuple[CodelistUse, ...]:
    """The codelists: as written, else by the standard, else those of what it copies."""
    uses = which.spec.codelist
    if uses is None:
        written = [p.variables[which.name].codelist for p in parts if which.name in p.variables]
        uses = next((use for use in written if use is not None), None)
    if uses is None and which.facts is not None:
        uses = _published(context, which)
    if uses is None:
        return which.copied.codelists if which.copied else ()
    return _known_uses(context, uses, which.spec)


def _known_uses(
    context: DatasetContext, uses: Iterable[CodelistUse], spec: VariableSpec
) -> tuple[CodelistUse, ...]:
    """The uses with the ids of their codelists; unknown names are refused."""
    found = []
    for use in uses:
        codelist = context.study.codelists.need(use.codelist, spec.location)
        if codelist is not None:
            found.append(replace(use, codelist=codelist.id))
    return tuple(found)


def _stated_item(context: DatasetContext, item: ValueItem, spec: VariableSpec) -> ValueItem:
    return replace(item, codelists=_known_uses(context, item.codelists, spec))


def _published(context: DatasetContext, which: Described) -> tuple[CodelistUse, ...] | None:
    """The standard's codelist, if there is one; where there are several, the study must choose.

    The guides cite a few codelists (C85495 for one) that the terminology package does not have:
    they bind nobody.
    """
    codes = which.facts.codelists if which.facts else ()
    lists = [found for code in codes if (found := context.study.codelists.find(code))]
    if not lists:
        return _yes_or_no(context, which)
    if len(lists) > 1 and not which.copied:
        context.study.refuse(
            "SPC013",
            f"{which.name} has several codelists: {', '.join(found.name for found in lists)}",
            which.spec.location,
            f"State which: `codelist: {lists[0].name}`, or a list with `use` and `when`.",
        )
    if len(lists) > 1 and which.copied:
        return which.copied.codelists
    return (CodelistUse(lists[0].id),)


def _yes_or_no(context: DatasetContext, which: Described) -> tuple[CodelistUse, ...] | None:
    """NY for the flags of ADaM, whose values the guides state (Y, N) without a codelist."""
    facts = which.facts
    flag = facts is not None and facts.type == "Char" and which.name.endswith("FL")
    stated = facts is not None and bool(facts.values) and set(facts.values) <= {"Y", "N"}
    found = context.study.codelists.find("NY") if context.adam and (flag or stated) else None
    return (CodelistUse(found.id),) if found else None


def _exceptions(context: DatasetContext, which: Described) -> tuple[str, ...]:
    own = context.study.codelists.exceptions(context.name, which.name)
    return own or (which.copied.exceptions if which.copied else ())
