"""What of a specification is still to be written: `todo` of a variable, and of a dataset's rows."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import (
    Location,
    Problem,
    Severity,
    SpecificationError,
    SpecificationErrors,
)
from mappings.references import columns_read

TODO = "todo"
"""The operation of such variables, and the raw table from which no rows come yet."""

CODE = "SPC029"

UNKNOWN_DATE = "2000-01-01"
"""What stands for the date of the data until somebody writes it."""


def unfinished(plan: Plan, as_of: Location | None = None) -> Iterator[Problem]:
    """A warning for each dataset without rows, variable without a value, and undecided columns.

    And for the date of the data, which stands at `as_of`.
    """
    if plan.as_of.partition("T")[0] == UNKNOWN_DATE:
        yield Problem(
            "SPC029",
            Severity.WARNING,
            "the date of the data, which stands in every output, is still to be written",
            location=as_of,
            hint="Write the date of the export as `as_of`.",
        )
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
    """A warning for each raw table with columns whose reason under `not_submitted` is TODO.

    A column that something reads is decided, whether or not its TODO still stands there.
    """
    read = columns_read(plan)
    for table in plan.raw.values():
        columns = [
            column
            for column, reason in table.not_submitted.items()
            if reason.casefold().startswith(TODO) and column not in read[table.name]
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


def refuse_unfinished(notes: Iterable[Problem], built: Container[str]) -> None:
    """Refuse to build while something of these datasets and raw tables is still to be written.

    What the others lack does not matter. Problems: SpecificationError SPC029.
    """
    errors = [
        SpecificationError(note.code, note.message, location=note.location, hint=note.hint)
        for note in notes
        if note.code == CODE and note.dataset in built
    ]
    if errors:
        raise SpecificationErrors(errors)
