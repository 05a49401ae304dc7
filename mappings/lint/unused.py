"""What a specification says and nothing reads: tables, joins, work variables, terminology, lists.

What a study inherits is left alone: a house offers more than one study needs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from clinmap.expressions import Expression
from clinmap.plan import DatasetPlan, Join, Plan, Ref, SourcePlan, VariablePlan
from clinmap.problems import Location, Problem
from mappings.lint.finding import finding
from mappings.load import LoadedStudy
from mappings.nodes import Node
from mappings.references import columns_read

VISITS = "visits"
"""The parameter that `visit` reads without being told."""

LEFT_OUT = "Remove it, or use it."
Reading = tuple[VariablePlan, int | None, tuple[Ref, ...]]
"""A variable, the source whose rows a step runs on (None: all), and what the step reads."""

Readings = Mapping[str, tuple[Reading, ...]]
"""By dataset, everything that its variables read."""


def unused_findings(plan: Plan, loaded: LoadedStudy) -> Iterator[Problem]:
    """SPC048 to SPC052; nothing where a study has no dataset yet."""
    if not plan.datasets:
        return
    readings = {dataset.name: tuple(_readings(dataset)) for dataset in plan.datasets}
    yield from _tables(plan, loaded)
    yield from _joins(plan, loaded, readings)
    yield from _work(plan, loaded, readings)
    yield from _conventions(plan, loaded)
    words = _words_of_operations(plan)
    yield from _terminology(plan, loaded, words)
    yield from _parameters(plan, loaded, words)


def _readings(dataset: DatasetPlan) -> Iterator[Reading]:
    for variable in dataset.variables:
        for step, number in variable.all_steps:
            yield variable, number, step.inputs


def _tables_named(plan: Plan, loaded: LoadedStudy) -> set[str]:
    """The raw tables that something names: sources, joins, references, other raw tables."""
    named = {name for name, columns in columns_read(plan).items() if columns}
    for dataset in plan.datasets:
        for source in dataset.sources:
            named |= {source.table, *(join.table for join in source.joins)}
    for spec in loaded.raw.tables.values():
        named |= {spec.supp, spec.formats}
    return named


def _is_own(loaded: LoadedStudy, place: Location) -> bool:
    """Whether a place is in the study's own files, and not in one that it builds on."""
    return place.file.startswith(f"{loaded.folder.resolve().name}/")


def _tables(plan: Plan, loaded: LoadedStudy) -> Iterator[Problem]:
    """Raw tables without declared columns; the columns of others are told one by one (SPC018)."""
    bare = {name: table for name, table in plan.raw.items() if not table.columns}
    named = _tables_named(plan, loaded) if bare else set()
    for name, table in bare.items():
        if name not in named and _is_own(loaded, table.location):
            said = f"raw table {name} is declared, and nothing reads it"
            yield finding("SPC048", said, table.location, "Map it, or remove it.", of=name)


def _joins(plan: Plan, loaded: LoadedStudy, readings: Readings) -> Iterator[Problem]:
    """Joins that nothing reads; one of the conventions is for whichever dataset needs it."""
    shared = {join.location: join for join in plan.subject.joins}
    subject = {ref.owner for step in plan.subject.steps for ref in step.inputs}
    used = {place for place, join in shared.items() if join.name in subject}
    for dataset in plan.datasets:
        for number, source in enumerate(dataset.sources):
            named = _owners(dataset, number, source, readings[dataset.name])
            for join in source.joins:
                if join.name in named or join.required or join.take == "all":
                    used.add(join.location)
                elif join.location not in shared:
                    yield _unread_join(join, dataset.name)
    for place, join in shared.items():
        if place not in used and _is_own(loaded, place):
            yield _unread_join(join, "")


def _unread_join(join: Join, of: str) -> Problem:
    said = f"join {join.name} is declared, and nothing reads ${join.name}/…"
    return finding("SPC049", said, join.location, LEFT_OUT, of=of)


def _owners(
    dataset: DatasetPlan, number: int, source: SourcePlan, readings: tuple[Reading, ...]
) -> set[str]:
    """The tables and joins that the rows of a source name."""
    refs = [*source.row_references, *dataset.row_references]
    refs += [own for join in source.joins for own, _ in join.by]
    refs += [ref for _, which, read in readings if which in (None, number) for ref in read]
    return {ref.owner for ref in refs if ref.owner}


def _work(plan: Plan, loaded: LoadedStudy, readings: Readings) -> Iterator[Problem]:
    """Work variables that nothing reads; a check in one is a use of it."""
    elsewhere = _read_elsewhere(plan, readings)
    for dataset in plan.datasets:
        read = _read_within(dataset, readings[dataset.name])
        for variable in dataset.variables:
            if variable.place != "work" or variable.name in read:
                continue
            if (dataset.name, variable.name) in elsewhere or _checks(variable):
                continue
            if not _is_own(loaded, variable.location):
                continue
            yield finding(
                "SPC050",
                f"work variable {variable.name} of {dataset.name} is made, and nothing reads it",
                variable.location,
                LEFT_OUT,
                of=dataset.name,
                variable=variable.name,
            )


def _checks(variable: VariablePlan) -> bool:
    return any(step.operation.name in ("check", "todo") for step, _ in variable.all_steps)


def _read_within(dataset: DatasetPlan, readings: tuple[Reading, ...]) -> set[str]:
    """The variables that a dataset reads of itself."""
    read = {*dataset.keys, *dataset.order, *dataset.value_level}
    refs = list(dataset.row_references)
    for source in dataset.sources:
        refs += [*source.row_references, *(own for join in source.joins for own, _ in join.by)]
    for variable, _, found in readings:
        refs += [ref for ref in found if ref.column != variable.name]
    for variable in dataset.variables:
        conditions = [c for use in variable.codelists for c in use.when]
        conditions += [c for item in variable.items for c in item.when]
        read |= {condition.variable for condition in conditions}
    read |= {dataset.parts.by} if dataset.parts is not None else set()
    return read | {ref.column for ref in refs if ref.kind == "own" or ref.owner == dataset.name}


def _read_elsewhere(plan: Plan, readings: Readings) -> set[tuple[str, str]]:
    """Variables of datasets that others read, by dataset and name."""
    found: set[tuple[str, str]] = set()
    for dataset in plan.datasets:
        for number, source in enumerate(dataset.sources):
            refs = [*source.row_references, *dataset.row_references]
            for _, which, read in readings[dataset.name]:
                refs += read if which in (None, number) else ()
            found |= {_owner(source, ref) for ref in set(refs) if ref.kind != "own"}
            for join in source.joins:
                found |= {(join.table, column) for column in join.columns}
                found |= {_owner(source, own) for own, _ in join.by if own.kind != "own"}
    return found


def _owner(source: SourcePlan, ref: Ref) -> tuple[str, str]:
    join = source.join(ref.owner)
    return (join.table if join else ref.owner or source.table), ref.column


def _conventions(plan: Plan, loaded: LoadedStudy) -> Iterator[Problem]:
    """Conventions of the study that no dataset has."""
    section = loaded.study_node.get("conventions")
    used = {v.location for dataset in plan.datasets for v in dataset.variables}
    for dataset in plan.datasets:
        for variable in dataset.variables:
            used |= {step.location for step, _ in variable.all_steps}
    used |= {step.location for step in plan.subject.steps}
    for part in ("sdtm", "adam"):
        node = section.get(part) if section is not None else None
        for name, entry in node.items() if node is not None else ():
            place = node.keys[name] if node is not None else entry.location
            if used & {place, *_places(entry)} or not _is_own(loaded, place):
                continue
            said = f"convention {name} is declared, and no dataset has it"
            hint = "Remove it, or borrow it with {convention: NAME}."
            yield finding("SPC050", said, place, hint, variable=name)


def _places(node: Node) -> Iterator[Location]:
    yield node.location
    for _, child in node.items():
        yield from _places(child)
    for child in node.value if isinstance(node.value, list) else ():
        yield from _places(child)


def _terminology(plan: Plan, loaded: LoadedStudy, words: set[str]) -> Iterator[Problem]:
    """Codelists, extensions and synonyms of lists that no variable uses and no operation names."""
    used = _codelists_used(plan) | words
    section = loaded.study_node.get("terminology")
    for key in ("codelists", "extend", "synonyms", "comments"):
        node = section.get(key) if section is not None else None
        for name, entry in node.items() if node is not None else ():
            place = node.keys[name] if node is not None else entry.location
            if name not in used and _is_own(loaded, place):
                said = f"terminology: {key}: {name} is declared, and no variable has that codelist"
                yield finding("SPC051", said, place, LEFT_OUT)


def _codelists_used(plan: Plan) -> set[str]:
    """The ids and names of the codelists of variables."""
    ids: set[str] = set()
    for dataset in plan.datasets:
        for variable in dataset.variables:
            uses = [*variable.codelists, *(u for i in variable.items for u in i.codelists)]
            ids |= {use.codelist for use in uses}
    lists = [plan.codelists[one] for one in ids if one in plan.codelists]
    return {*ids, *(found.name for found in lists)}


def _parameters(plan: Plan, loaded: LoadedStudy, words: set[str]) -> Iterator[Problem]:
    """Parameters of the study that no operation, raw table or result names."""
    named = words | {spec.path for spec in loaded.raw.tables.values()}
    named |= set(_words(plan.results)) if plan.results is not None else set()
    node = loaded.study_node.get("parameters")
    for name, entry in node.items() if node is not None else ():
        place = node.keys[name] if node is not None else entry.location
        if name not in named and _is_own(loaded, place):
            said = f"parameter {name} is declared, and nothing reads it"
            yield finding("SPC052", said, place, LEFT_OUT)


def _words_of_operations(plan: Plan) -> set[str]:
    """Every text that an operation has as a parameter."""
    steps = [s for d in plan.datasets for v in d.variables for s, _ in v.all_steps]
    found = {word for step in steps for word in _words(step.operation)}
    return found | ({VISITS} if any(step.operation.name == "visit" for step in steps) else set())


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _words(key)
            yield from _words(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _words(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type | Ref | Expression):
        for one in dataclasses.fields(value):
            yield from _words(getattr(value, one.name))
