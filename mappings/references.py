"""What the variables of a Plan refer to, and which raw columns are read at all."""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.plan import DatasetPlan, Plan, Ref, SourcePlan, Step, VariablePlan
from clinmap.problems import Location

SUBJECT = "USUBJID"
Found = tuple[Ref, Location, int | None]


def references(variable: VariablePlan) -> tuple[Found, ...]:
    """Every reference of a variable, with its place, and its source where it is one source's."""
    return tuple(
        (ref, step.location, source)
        for step, source in steps_with_source(variable)
        for ref in step.inputs
    )


def steps_with_source(variable: VariablePlan) -> tuple[tuple[Step, int | None], ...]:
    """Every step of a variable, with its source where it is one source's."""
    per_source = [(step, use.source) for use in variable.per_source for step in use.steps]
    return (*((step, None) for step in variable.steps), *per_source)


def literals(step: Step) -> tuple[str, ...]:
    """The texts that a step may give as they are written."""
    return tuple(text for text in step.operation.literals() if isinstance(text, str))


def columns_read(plan: Plan) -> dict[str, set[str]]:
    """By raw table, the columns that something reads: variables, conditions, joins, USUBJID."""
    found: dict[str, set[str]] = {name: _subject_columns(plan, name) for name in plan.raw}
    for dataset in plan.datasets:
        for reference, source in _by_source(dataset):
            join = next((join for join in source.joins if join.name == reference.owner), None)
            if reference.kind == "source":
                found.get(source.table, set()).add(reference.column)
            elif reference.kind != "own":
                owner = join.table if join else reference.owner
                found.get(owner, set()).add(reference.column)
        for source in dataset.sources:
            _add_joins(source, found)
    return found


def _by_source(dataset: DatasetPlan) -> Iterator[tuple[Ref, SourcePlan]]:
    for number, source in enumerate(dataset.sources):
        for variable in dataset.variables:
            for reference, _, only in references(variable):
                if only in (None, number):
                    yield reference, source
        conditions = [source.where, *(template.where for template in source.templates)]
        conditions += [drop.when for drop in dataset.drops]
        for condition in conditions:
            yield from ((ref, source) for ref in (condition.references if condition else ()))
        if source.distinct is not None:
            refs = (*source.distinct.by, *source.distinct.order)
            yield from ((ref, source) for ref in refs)


def _add_joins(source: SourcePlan, found: dict[str, set[str]]) -> None:
    for join in source.joins:
        theirs = found.get(join.table, set())
        for own, other in join.by:
            theirs.add(other)
            if own.kind == "source":
                found.get(source.table, set()).add(own.column)
        theirs.update(join.order)
        theirs.update(ref.column for ref in (join.where.references if join.where else ()))


def _subject_columns(plan: Plan, table: str) -> set[str]:
    """What the study's rule for USUBJID reads of a table's own columns."""
    refs = [ref for step in plan.subject.steps for ref in step.inputs]
    refs += [own for join in plan.subject.joins for own, _ in join.by]
    known = plan.raw[table].columns
    return {ref.column for ref in refs if ref.kind == "source" and ref.column in known}
