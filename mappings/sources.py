"""Compiling where rows come from: sources, joins and templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clinmap.expressions import Expression, parse_condition
from clinmap.plan import Collapse, Distinct, Drop, Join, Ref, SourcePlan, Split, Template
from clinmap.problems import Location, SpecificationError
from mappings.models import DatasetSpec, DistinctSpec, EachSpec, JoinSpec, SourceSpec
from mappings.nodes import Node
from mappings.parts import Part
from mappings.study_context import DatasetContext
from mappings.variables import VariableSpec
from mappings.wanted import borrowed

ROW_WHEN, ROW_REASON = "when", "reason"
OF_ONE_SOURCE = ("from", "where", "reason", "joins", "each", "distinct", "rows")
"""The keys of a dataset that describe its only source; beside `sources` they mean nothing."""


def sources_of(context: DatasetContext) -> tuple[tuple[SourcePlan, ...], list[Part]]:
    """The sources of a dataset, and the variables that they and their templates set."""
    plans: list[SourcePlan] = []
    parts: list[Part] = []
    for number, (spec, node) in enumerate(_source_specs(context.spec, context.node)):
        is_dataset = spec.from_ in context.study.dataset_names
        if not is_dataset and spec.from_ not in context.study.tables:
            place = node.keys.get("from", node.location)
            known = (*context.study.tables, *context.study.dataset_names)
            what = "there is no raw table or dataset"
            context.refuse_unknown(what, spec.from_, place, known)
        templates = _templates(context, node, number, parts)
        own = node.get("variables") if context.spec.sources else None
        if own is not None:
            parts.append(Part(number, -1, _part_variables(context, own), own.location))
        plans.append(_source_plan(spec, node, context.study.joins, is_dataset, templates))
    return tuple(plans), parts


def own_joins(
    specs: Mapping[str, JoinSpec], node: Node | None, is_dataset: bool
) -> dict[str, Join]:
    """Joins as written, by name."""
    return {
        name: Join(
            name=name,
            table=spec.table or name,
            by=_pairs(spec.by, is_dataset),
            take=spec.take,
            order=tuple(spec.order),
            where=spec.where,
            required=spec.required,
            location=node.keys[name] if node else Location(""),
        )
        for name, spec in specs.items()
    }


def drops(spec: DatasetSpec, node: Node) -> tuple[Drop, ...]:
    """The rules by which rows are left out."""
    return tuple(
        Drop(rule.when, rule.reason, item.location)
        for rule, item in zip(spec.drop, _items(node.get("drop")), strict=True)
    )


def _items(node: Node | None) -> list[Node]:
    return node.value if node is not None and isinstance(node.value, list) else []


def _source_specs(spec: DatasetSpec, node: Node) -> list[tuple[SourceSpec, Node]]:
    """The sources of a dataset: those listed, or the one that its own keys describe."""
    if spec.sources:
        for key in OF_ONE_SOURCE:
            if key in node.keys:
                raise SpecificationError(
                    "SPC004",
                    f"`{key}` stands beside `sources`, where it has no effect",
                    location=node.keys[key],
                    hint=f"Write `{key}` in the source that it is meant for.",
                )
        return list(zip(spec.sources, _items(node.get("sources")), strict=True))
    if not spec.from_:
        raise SpecificationError(
            "SPC004",
            f"dataset {spec.dataset} has no source",
            location=node.location,
            hint="Write `from:` with a raw table or a dataset, or a list of `sources:`.",
        )
    short = SourceSpec.model_construct(
        from_=spec.from_, where=spec.where, reason=spec.reason, joins=spec.joins,
        each=spec.each, distinct=spec.distinct, rows=spec.rows, variables={},
    )  # fmt: skip
    return [(short, node)]


def _part_variables(context: DatasetContext, node: Node) -> dict[str, VariableSpec]:
    read = context.reader.all(node)
    return {name: borrowed(context, spec) for name, spec in read.items()}


def _templates(
    context: DatasetContext, node: Node, number: int, parts: list[Part]
) -> tuple[Template, ...]:
    templates: list[Template] = []
    for which, item in enumerate(_items(node.get("rows"))):
        entries = {k: value for k, value in item.items() if k not in (ROW_WHEN, ROW_REASON)}
        variables = _part_variables(context, Node(entries, item.location, item.keys))
        parts.append(Part(number, which, variables, item.location))
        condition = _condition(context, item.get(ROW_WHEN))
        reason = item.get(ROW_REASON)
        said = str(reason.value) if reason else ""
        templates.append(Template(f"row {which + 1}", condition, said, item.location))
    return tuple(templates)


def _condition(context: DatasetContext, node: Node | None) -> Expression | None:
    if node is None:
        return None
    try:
        return parse_condition(str(node.value))
    except ValueError as error:
        context.study.refuse("SPC004", f"when: {error}", node.location)
        return None


def _source_plan(
    spec: SourceSpec,
    node: Node,
    joins: Mapping[str, Join],
    is_dataset: bool,
    templates: tuple[Template, ...],
) -> SourcePlan:
    """One source, with the study's joins beside its own."""
    own = own_joins(spec.joins, node.get("joins"), is_dataset)
    kept = {name: join for name, join in joins.items() if not is_dataset}
    return SourcePlan(
        table=spec.from_,
        is_dataset=is_dataset,
        where=spec.where,
        where_reason=spec.reason,
        joins=tuple({**kept, **own}.values()),
        split=_split(spec.each, node.get("each")),
        distinct=_distinct(spec.distinct, node.get("distinct")),
        templates=templates,
        location=node.keys.get("from", node.location),
    )


def _pairs(by: Any, is_dataset: bool) -> tuple[tuple[Ref, str], ...]:
    """Own reference and the other's column; a list of names means the same name on both sides."""
    if isinstance(by, Mapping):
        return tuple(
            (own if isinstance(own, Ref) else _same(str(own), is_dataset), other)
            for other, own in by.items()
        )
    return tuple((_same(name, is_dataset), name) for name in by)


def _same(name: str, is_dataset: bool) -> Ref:
    if name == "USUBJID" and not is_dataset:
        return Ref("own", name)
    return Ref("source", name)


def _split(spec: EachSpec | None, node: Node | None) -> Split | None:
    if spec is None or node is None:
        return None
    if spec.split.kind != "source":
        raise SpecificationError(
            "SPC004",
            f"{spec.split} is no column of the source",
            location=node.at(("split",)),
            hint="Write $COLUMN: the rows are made before any variable is.",
        )
    return Split(spec.split.column, spec.by, spec.name, node.location)


def collapse_of(spec: DatasetSpec, node: Node) -> Collapse | None:
    """How rows of the dataset become one, if they do."""
    if spec.collapse is None:
        return None
    rule = node.get("collapse")
    place = rule.location if rule else node.location
    return Collapse(tuple(spec.collapse.by), tuple(spec.collapse.order), place)


def _distinct(spec: DistinctSpec | None, node: Node | None) -> Distinct | None:
    if spec is None:
        return None
    place = node.location if node else Location("")
    return Distinct(tuple(spec.by), tuple(spec.order), spec.keep, spec.reason, place)
