"""Compiling one dataset: its rows, then its variables, then what holds of the whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from clinmap.plan import DatasetPlan, PartsRule, SourcePlan, VariablePlan
from clinmap.problems import near_match
from clinmap.standards import (
    ADAM_STRUCTURES,
    DatasetStandard,
    adam_structure,
    sdtm_dataset,
    sdtm_datasets,
    sdtm_order,
)
from mappings.metadata import described_variable
from mappings.models import DatasetSpec
from mappings.nodes import Node
from mappings.origins import Provenance, with_origin
from mappings.parts import Part
from mappings.sources import collapse_of, drops, sources_of
from mappings.study_context import DatasetContext, StudyContext
from mappings.value_level import value_items, value_level_variables
from mappings.wanted import wanted_variables

PLACES = ("dataset", "supp", "work")


def compiled_dataset(
    study: StudyContext, spec: DatasetSpec, node: Node, *, adam: bool
) -> DatasetPlan:
    """One dataset's plan; what is wrong is in the study's errors."""
    context = DatasetContext(study, spec, node, adam)
    sources, parts = sources_of(context)
    variables = _variables(context, sources, parts)
    return _plan(context, sources, _ordered(context, variables))


def _variables(
    context: DatasetContext, sources: tuple[SourcePlan, ...], parts: list[Part]
) -> list[VariablePlan]:
    """The variables with all that is said of them; origins need the others' metadata first."""
    wanted = wanted_variables(context, sources, parts)
    described = {
        name: described_variable(context, name, place, spec, sources, parts)
        for name, (place, spec) in wanted.items()
    }
    study = context.study
    known = Provenance(study.tables, study.compiled, described, context.adam)
    finished = [with_origin(variable, sources, known) for variable in described.values()]
    return [replace(v, items=value_items(context.name, context.adam, v, parts)) for v in finished]


def _plan(
    context: DatasetContext, sources: tuple[SourcePlan, ...], variables: tuple[VariablePlan, ...]
) -> DatasetPlan:
    spec, node = context.spec, context.node
    facts = _standard(context)
    names = {variable.name for variable in variables}
    _check_names(context, names)
    return DatasetPlan(
        name=context.name,
        label=spec.label or (facts.label if facts and not context.adam else context.name),
        cls=spec.class_ or (facts.cls if facts else ""),
        structure=_structure_text(context, facts),
        purpose="Analysis" if context.adam else "Tabulation",
        keys=tuple(spec.keys),
        order=tuple(spec.order),
        sources=sources,
        variables=variables,
        standard=" ".join(facts.standard) if context.adam and facts else context.standard,
        subclass=facts.subclass if facts else "",
        drops=drops(spec, node),
        collapse=collapse_of(spec, node),
        value_level=tuple(spec.value_level)
        or value_level_variables(context.name, context.adam, variables),
        not_submitted=spec.not_submitted,
        not_collected=spec.not_collected,
        comment=spec.comment,
        repeating=context.structure != "ADSL" if context.adam else context.name != "DM",
        submitted=spec.submitted,
        parts=_parts_rule(context, names),
        location=node.keys.get("dataset", node.location),
    )


def _standard(context: DatasetContext) -> DatasetStandard | None:
    """What the guide says of the dataset or its structure; one that it has not is refused."""
    if context.adam:
        facts = adam_structure(context.structure)
        if facts is None:
            message = f"{context.standard} has no structure {context.structure!r}"
            context.refuse("SPC012", message, "structure",
                           near_match(context.structure, ADAM_STRUCTURES)
                           or f"There are {', '.join(ADAM_STRUCTURES)}.")  # fmt: skip
        return facts
    facts = sdtm_dataset(context.name)
    if facts is None and not context.spec.class_ and context.spec.submitted:
        context.refuse("SPC012", f"{context.standard} has no dataset {context.name}", "dataset",
                       near_match(context.name, sdtm_datasets())
                       or "Correct the name, or state the `class` of a custom domain.")  # fmt: skip
    return facts


def _check_names(context: DatasetContext, names: set[str]) -> None:
    """Refuse keys, order and value level by variables that the dataset has not."""
    spec, unsure = context.spec, names | context.failed | context.study.failed
    for key, listed in (("keys", spec.keys), ("order", spec.order),
                        ("value_level", spec.value_level)):  # fmt: skip
        place = context.node.keys.get(key, context.node.location)
        for name in listed:
            if name not in unsure:
                context.refuse_unknown(f"{context.name} has no variable", name, place, names)
    for name in spec.not_collected:
        if name in names:
            message = f"{name} is made, and listed under `not_collected`"
            place = context.node.at(("not_collected", name))
            context.study.refuse("SPC004", message, place, "Remove one of the two.")


def _parts_rule(context: DatasetContext, names: set[str]) -> PartsRule | None:
    """How the dataset is split if it is too large; a part's name must fit and be free."""
    spec, node = context.spec.parts, context.node.get("parts")
    if spec is None or node is None:
        return None
    if spec.by not in names | context.failed:
        place = node.keys.get("by", node.location)
        context.refuse_unknown(f"{context.name} has no variable", spec.by, place, names)
    for suffix in spec.into.values():
        name = f"{context.name}{suffix}"
        if len(name) > 8 or name in context.study.dataset_names:
            said = "is the name of a dataset" if len(name) <= 8 else "has more than 8 characters"
            context.study.refuse("SPC004", f"the part {name} {said}", node.location)
    return PartsRule(spec.by, tuple(spec.into.items()), node.location)


def _structure_text(context: DatasetContext, facts: DatasetStandard | None) -> str:
    if not context.adam:
        return context.spec.structure or (facts.structure if facts else "")
    if context.structure == "AE":
        return "One record per subject per adverse event"
    keys = [key for key in context.spec.keys if key not in ("STUDYID", "USUBJID")]
    subject = ["subject"] if "USUBJID" in context.spec.keys else []
    return " per ".join(["One record", *subject, *([", ".join(keys)] if keys else [])])


def _ordered(
    context: DatasetContext, variables: Iterable[VariablePlan]
) -> tuple[VariablePlan, ...]:
    """SDTM in the standard's order; ADaM as written."""
    if context.adam:
        return tuple(variables)
    order = sdtm_order(context.name, context.spec.class_)
    rank = {name: number for number, name in enumerate(order)}

    def place(item: tuple[int, VariablePlan]) -> tuple[int, int]:
        number, variable = item
        in_dataset = variable.place == "dataset"
        within = rank.get(variable.name, len(rank)) if in_dataset else number
        return PLACES.index(variable.place), within

    return tuple(variable for _, variable in sorted(enumerate(variables), key=place))
