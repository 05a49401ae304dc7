"""What of a specification is still to be written: `todo` of a variable, and of a dataset's rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Problem, Severity, SpecificationError, SpecificationErrors

TODO = "todo"
"""The operation of such variables, and the raw table from which no rows come yet."""

CODE = "SPC029"


def unfinished(plan: Plan) -> Iterator[Problem]:
    """A warning for each dataset without rows, variable without a value, and undecided columns."""
    yield from _undecided(plan)
    for dataset in plan.datasets:
        for source in dataset.sources:
            if source.table == TODO:
                yield Problem(
                    "SPC029",
                    Severity.WARNING,
                    f"where the rows of {dataset.name} come from is still to be written",
                    dataset=dataset.name,
                    location=source.location,
                    hint="Write a raw table or a dataset in `from`.",
                )
        for variable in dataset.variables:
            for step, _ in variable.all_steps:
                if step.operation.name == TODO:
                    yield Problem(
                        "SPC029",
                        Severity.WARNING,
                        f"how {variable.name} is made is still to be written: "
                        f"{getattr(step.operation, TODO, '')}",
                        dataset=dataset.name,
                        variable=variable.name,
                        location=step.location,
                        hint="Write a reference, a constant or an operation in its place.",
                    )


def _undecided(plan: Plan) -> Iterator[Problem]:
    """A warning for each raw table with columns whose reason under `not_submitted` is TODO."""
    for table in plan.raw.values():
        columns = [
            column
            for column, reason in table.not_submitted.items()
            if reason.casefold().startswith(TODO)
        ]
        if columns:
            yield Problem(
                "SPC029",
                Severity.WARNING,
                f"what becomes of columns of raw table {table.name} is still to be decided: "
                f"{', '.join(columns)}",
                dataset=table.name,
                count=len(columns),
                location=table.location,
                hint="Map them, or write the reason in the place of TODO.",
            )


def is_begun(dataset: DatasetPlan) -> bool:
    """Whether somebody has said where the rows of a dataset come from."""
    return any(source.table != TODO for source in dataset.sources)


def refuse_unfinished(notes: Iterable[Problem]) -> None:
    """Refuse to build while something is still to be written; SpecificationError SPC029."""
    errors = [
        SpecificationError(note.code, note.message, location=note.location, hint=note.hint)
        for note in notes
        if note.code == CODE
    ]
    if errors:
        raise SpecificationErrors(errors)
