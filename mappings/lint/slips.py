"""Slips of the pen: what could be read, and nobody means."""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.operations.recode import Recode
from clinmap.plan import DatasetPlan, Join, Plan, SourcePlan, VariablePlan
from clinmap.problems import Location, Problem, Severity, SpecificationError
from mappings.references import SUBJECT, literals


def slips(dataset: DatasetPlan) -> Iterator[SpecificationError]:
    """Variables without a value, terms without a list, and joins of one name with two tables."""
    for variable in dataset.variables:
        if not variable.steps and not variable.per_source:
            yield SpecificationError(
                "SPC004",
                f"{variable.name} has no value: attributes stand alone, and no source sets it",
                location=variable.location,
                hint="Add a reference, a constant or an operation (of a copied variable too).",
            )
        yield from _without_terms(variable)
    yield from _two_tables(dataset)


def _without_terms(variable: VariablePlan) -> Iterator[SpecificationError]:
    """A `recode` that no value could pass: neither `map` nor a codelist."""
    for step, _ in variable.all_steps:
        operation = step.operation
        if isinstance(operation, Recode) and not operation.map and not variable.codelists:
            yield SpecificationError(
                "SPC004",
                f"recode of {variable.name} has no terms: the variable has no codelist",
                location=step.location,
                hint="Give a `map` or a `codelist`; to take the values as they are, write the "
                "reference alone.",
            )


def _two_tables(dataset: DatasetPlan) -> Iterator[SpecificationError]:
    found: dict[str, Join] = {}
    for source in dataset.sources:
        for join in source.joins:
            first = found.setdefault(join.name, join)
            if first.table != join.table:
                yield SpecificationError(
                    "SPC004",
                    f"join {join.name} of {dataset.name} means {join.table} here, and "
                    f"{first.table} at {first.location}",
                    location=join.location,
                    hint="Give one of the two joins another name.",
                )


def strange_meetings(plan: Plan) -> Iterator[Problem]:
    """Joins with a dataset of subjects by something else than the subject."""
    for dataset in plan.datasets:
        for source in dataset.sources if dataset.variable(SUBJECT) else ():
            for join in source.joins:
                met = plan.dataset(join.table)
                others = {other for _, other in join.by}
                if met is not None and met.variable(SUBJECT) and others and SUBJECT not in others:
                    yield _strange(dataset, join)


def _strange(dataset: DatasetPlan, join: Join) -> Problem:
    return Problem(
        "SPC022",
        Severity.WARNING,
        f"join {join.name} of {dataset.name} meets records of {join.table} of any subject",
        dataset=dataset.name,
        location=join.location,
        hint="Add USUBJID to `by`.",
    )


def forgotten_dollars(plan: Plan, bare: frozenset[Location]) -> Iterator[Problem]:
    """Constants written alone that are also columns of the variable's source."""
    for dataset in plan.datasets:
        for variable in dataset.variables:
            for step, number in variable.all_steps:
                sources = dataset.sources if number is None else (dataset.sources[number],)
                for text in literals(step) if step.location in bare else ():
                    if _is_column(plan, sources, text) and not _is_term(plan, variable, text):
                        yield _forgotten(dataset, variable, text, step.location)


def _is_column(plan: Plan, sources: tuple[SourcePlan, ...], text: str) -> bool:
    for source in sources:
        built = plan.dataset(source.table)
        if built is not None and built.variable(text) is not None:
            return True
        if source.table in plan.raw and text in plan.raw[source.table].columns:
            return True
    return False


def _is_term(plan: Plan, variable: VariablePlan, text: str) -> bool:
    """A test code may well be named as the column that holds its results."""
    lists = [plan.codelists[use.codelist] for use in variable.codelists]
    return any(text == term.value for found in lists for term in found.terms)


def _forgotten(dataset: DatasetPlan, variable: VariablePlan, text: str, place: Location) -> Problem:
    return Problem(
        "SPC019",
        Severity.WARNING,
        f"{variable.name} is the text {text!r} in every row, and the source has a column {text}",
        dataset=dataset.name,
        variable=variable.name,
        location=place,
        hint=f"Write ${text} for the column, or {{constant: {text}}} if the text is meant.",
    )
