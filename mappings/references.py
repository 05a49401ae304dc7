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
        (ref, step.location, source) for step, source in variable.all_steps for ref in step.inputs
    )


def literals(step: Step) -> tuple[str, ...]:
    """The texts that a step may give as they are written."""
    return tuple(text for text in step.operation.literals() if isinstance(text, str))


def columns_read(plan: Plan) -> dict[str, set[str]]:
    """By raw table, the columns that something reads: variables, conditions, joins, USUBJID."""
    found: dict[str, set[str]] = {name: _subject_columns(plan, name) for name in plan.raw}
    for dataset in plan.datasets:
        for reference, source in _by_source(dataset):
            join = source.join(reference.owner)
            if reference.kind == "source":
                found.get(source.table, set()).add(reference.column)
            elif reference.kind != "own":
                owner = join.table if join else reference.owner
                found.get(owner, set()).add(reference.column)
        for source in dataset.sources:
            _add_joins(source, found)
    return found


def columns_explained(plan: Plan) -> dict[str, set[str]]:
    """By raw table, the columns that are declared not submitted, by the table or a dataset."""
    found = {name: set(table.not_submitted) for name, table in plan.raw.items()}
    for dataset in plan.datasets:
        for source in dataset.sources:
            found.get(source.table, set()).update(dataset.not_submitted)
    return found


def _by_source(dataset: DatasetPlan) -> Iterator[tuple[Ref, SourcePlan]]:
    for number, source in enumerate(dataset.sources):
        for variable in dataset.variables:
            for step in variable.steps_for(number):
                yield from ((reference, source) for reference in step.inputs)
        refs = (*source.row_references, *dataset.row_references)
        yield from ((ref, source) for ref in refs)


def _add_joins(source: SourcePlan, found: dict[str, set[str]]) -> None:
    for join in source.joins:
        theirs = found.get(join.table, set())
        theirs.update(join.columns)
        own = {ref.column for ref, _ in join.by if ref.kind == "source"}
        found.get(source.table, set()).update(own)


def _subject_columns(plan: Plan, table: str) -> set[str]:
    """What the study's rule for USUBJID reads of a table's own columns."""
    refs = [ref for step in plan.subject.steps for ref in step.inputs]
    refs += [own for join in plan.subject.joins for own, _ in join.by]
    known = plan.raw[table].columns
    return {ref.column for ref in refs if ref.kind == "source" and ref.column in known}
