"""Compiling where rows come from: sources, joins, templates, and the raw tables themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clinmap.plan import Distinct, Drop, Join, RawTable, Ref, SourcePlan, Template
from clinmap.problems import Location, SpecificationError
from mappings.models import DatasetSpec, DistinctSpec, JoinSpec, RawSpec, SourceSpec
from mappings.nodes import Node

ROW_WHEN = "when"


def raw_tables(raw: RawSpec, node: Node) -> dict[str, RawTable]:
    """The raw tables of a study."""
    tables = node.get("tables")
    return {
        name: RawTable(
            name=name,
            path=spec.path,
            format=spec.format,
            columns=tuple(spec.columns),
            unexpected=spec.unexpected,
            delimiter=spec.delimiter,
            encoding=spec.encoding,
            missing=tuple(spec.missing),
            subject=spec.subject,
            collected_by=spec.collected_by,
            not_submitted=spec.not_submitted,
            optional=spec.optional,
            location=tables.keys[name] if tables else node.location,
        )
        for name, spec in raw.tables.items()
    }


def source_specs(spec: DatasetSpec, node: Node) -> list[tuple[SourceSpec, Node]]:
    """The sources of a dataset: those listed, or the one that its own keys describe."""
    if spec.sources:
        listed = node.get("sources")
        items = listed.value if listed and isinstance(listed.value, list) else []
        return list(zip(spec.sources, items, strict=True))
    if not spec.from_:
        raise SpecificationError(
            "SPC004",
            f"dataset {spec.dataset} has no source",
            location=node.location,
            hint="Write `from:` with a raw table or a dataset, or a list of `sources:`.",
        )
    short = SourceSpec.model_construct(
        from_=spec.from_, where=spec.where, reason=spec.reason, joins=spec.joins,
        distinct=spec.distinct, rows=spec.rows, variables={},
    )  # fmt: skip
    return [(short, node)]


def source_plan(
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
        distinct=_distinct(spec.distinct, node.get("distinct")),
        templates=templates,
        location=node.keys.get("from", node.location),
    )


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
            location=node.keys[name] if node else Location(""),
        )
        for name, spec in specs.items()
    }


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


def _distinct(spec: DistinctSpec | None, node: Node | None) -> Distinct | None:
    if spec is None:
        return None
    place = node.location if node else Location("")
    return Distinct(tuple(spec.by), tuple(spec.order), spec.keep, spec.reason, place)


def drops(spec: DatasetSpec, node: Node) -> tuple[Drop, ...]:
    """The rules by which rows are left out."""
    listed = node.get("drop")
    items = listed.value if listed and isinstance(listed.value, list) else []
    return tuple(
        Drop(rule.when, rule.reason, item.location)
        for rule, item in zip(spec.drop, items, strict=True)
    )
