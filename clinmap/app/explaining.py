"""What the Plan says of a dataset and of a variable, in words, with the places that say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clinmap.app.console import plain_table
from clinmap.app.package.lineage_files import step_text
from clinmap.app.places import Places
from clinmap.metadata import CodelistUse, Condition
from clinmap.plan import DatasetPlan, Join, Origin, Plan, SourcePlan, Step, VariablePlan
from clinmap.problems import Location

COMPARED = {"IN": "is", "NOTIN": "is not", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
"""The comparators of conditions, in words."""


def dataset_lines(dataset: DatasetPlan, places: Places) -> Iterator[str]:
    """A dataset: what it is, where its rows come from, its variables."""
    yield f"{dataset.name}: {dataset.label}  ({_place(dataset.location, places)})"
    yield f"  {dataset.cls}; {dataset.structure}; {dataset.standard}"
    yield f"  keys: {', '.join(dataset.keys)}"
    if dataset.parent:
        yield f"  the supplemental qualifiers of {dataset.parent}"
    for number, source in enumerate(dataset.sources):
        yield from _source_lines(source, number, dataset, places)
    for drop in dataset.drops:
        yield f"  left out where {drop.when.text}: {drop.reason}  ({_place(drop.location, places)})"
    yield ""
    head = ("variable", "label", "type", "core", "where", "origin", "made by")
    rows = [
        (v.name, v.label, v.type, v.core, v.place, _origin(v.origin), _made_by(v))
        for v in dataset.variables
    ]
    yield from plain_table(head, rows)
    for title, reasons in (("not collected", dataset.not_collected),
                           ("not submitted", dataset.not_submitted)):  # fmt: skip
        if reasons:
            yield from ("", f"{title}:", *(f"  {name}: {why}" for name, why in reasons.items()))


def variable_lines(
    plan: Plan, dataset: DatasetPlan, variable: VariablePlan, places: Places
) -> Iterator[str]:
    """A variable: its metadata, its operations in turn, and what holds at the level of values."""
    here = _place(variable.location, places)
    yield f"{dataset.name}.{variable.name}: {variable.label or '(no label)'}  ({here})"
    facts = (
        ("type", variable.type + (f", shown as {variable.format}" if variable.format else "")),
        ("core", variable.core),
        ("role", variable.role),
        ("origin", _origin(variable.origin)),
        ("method", variable.method),
        ("comment", variable.comment),
        ("submitted in", _submitted_in(dataset, variable)),
        ("codelists", "; ".join(_codelist(plan, use) for use in variable.codelists)),
        ("exceptions", ", ".join(variable.exceptions)),
    )
    yield from (f"  {name}: {text}" for name, text in facts if text)
    yield from _step_lines("steps, for all rows", variable.steps, places)
    for use in variable.per_source:
        source = dataset.sources[use.source]
        shape = f", {source.templates[use.template].label}" if use.template >= 0 else ""
        origin = f" [{_origin(use.origin)}]" if use.origin.type else ""
        title = f"steps, for rows from {source.table}{shape}{origin}"
        yield from _step_lines(title, use.steps, places)
    for item in variable.items:
        said = (_origin(item.origin) if item.origin else "", item.label, item.method, item.comment)
        yield f"  where {_conditions(item.when)}: {'; '.join(filter(None, said)) or 'as above'}"


def _source_lines(
    source: SourcePlan, number: int, dataset: DatasetPlan, places: Places
) -> Iterator[str]:
    kind = "dataset" if source.is_dataset else "raw table"
    yield f"  rows from {kind} {source.table}  ({_place(source.location, places)})"
    if source.where:
        why = f": {source.where_reason}" if source.where_reason else ""
        yield f"    only where {source.where.text}{why}"
    if source.distinct:
        by = ", ".join(map(str, source.distinct.by))
        yield f"    the {source.distinct.keep} of rows that agree in {by}: {source.distinct.reason}"
    for template in source.templates:
        when = f" where {template.where.text}" if template.where else ""
        place = _place(template.location, places)
        yield f"    a record for {_template(dataset, number, template.label)}{when}  ({place})"
    for join in source.joins:
        yield f"    {_join(join)}  ({_place(join.location, places)})"


def _template(dataset: DatasetPlan, number: int, label: str) -> str:
    """A template by the constants that it sets, which say more than its number."""
    which = int(label.rpartition(" ")[2]) - 1
    said = [
        f"{variable.name} {step.operation.constant}"
        for variable in dataset.variables
        for use in variable.per_source
        if (use.source, use.template) == (number, which)
        for step in use.steps
        if hasattr(step.operation, "constant")
    ]
    return ", ".join(said[:2]) or label


def _join(join: Join) -> str:
    pairs = ", ".join(f"{other} = {own}" for own, other in join.by)
    take = "" if join.take == "one" else f", the {join.take} by {', '.join(join.order)}"
    where = f", only where {join.where.text}" if join.where else ""
    return f"meets {join.table} as {join.name} by {pairs}{take}{where}"


def _step_lines(title: str, steps: Sequence[Step], places: Places) -> Iterator[str]:
    if not steps:
        return
    yield f"  {title}:"
    for number, step in enumerate(steps, start=1):
        operation = step.operation
        yield f"    {number}. {operation.name}: {step_text(operation)}"
        inputs = ", ".join(map(str, step.inputs))
        if inputs:
            yield f"       from {inputs}"
        yield f"       {_place(step.location, places)}"


def _made_by(variable: VariablePlan) -> str:
    steps = (*variable.steps, *(step for use in variable.per_source for step in use.steps))
    return ", ".join(dict.fromkeys(step.operation.name for step in steps))


def _submitted_in(dataset: DatasetPlan, variable: VariablePlan) -> str:
    where = {"dataset": dataset.name, "supp": f"SUPP{dataset.name}", "work": "nowhere"}
    return where[variable.place]


def _origin(origin: Origin) -> str:
    words = (origin.type, origin.source or origin.predecessor)
    return " ".join(filter(None, words))


def _codelist(plan: Plan, use: CodelistUse) -> str:
    known = plan.codelists.get(use.codelist)
    if known is None:
        return use.codelist
    kind = "extensible" if known.extensible else "not extensible"
    when = f" where {_conditions(use.when)}" if use.when else ""
    name = f"{known.name} ({known.code})" if known.code else known.name
    dictionary = f"dictionary {known.external}" if known.external else kind
    return f"{name}, {dictionary}{when}"


def _conditions(conditions: Iterable[Condition]) -> str:
    return " and ".join(f"{c.variable} is {' or '.join(c.values)}" for c in conditions)


def _place(location: Location, places: Places) -> str:
    """The place, and that it is of another study where it is inherited."""
    return str(places.shown(location) or location)
