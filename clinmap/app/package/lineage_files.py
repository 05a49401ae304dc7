"""Lineage in a package: which row and cell came from where, and through which operations.

`<dataset>.parquet` has a line for each link (row, variable, source, record; an empty variable means
the whole row). `operations.json` says how each variable of each dataset is made, `sources.json`
which file each raw table was read from, and `corrections.json` (where there are any) which raw
cells were corrected. `clinmap trace` reads nothing else.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.corrections import Applied
from clinmap.plan import DatasetPlan, SourcePlan, Step, VariablePlan
from clinmap.registry import Operation

if TYPE_CHECKING:
    from clinmap.app.build.pipeline import BuiltStudy
    from clinmap.app.build.raw_data import RawInput

OPERATIONS = "operations.json"
SOURCES = "sources.json"
CORRECTIONS = "corrections.json"
Document = dict[str, object]


def write_lineage(built: BuiltStudy, folder: Path) -> None:
    """Write the lineage of every dataset that was built, submitted or not."""
    from clinmap.writers.documents import write_json, write_json_lines
    from clinmap.writers.parquet import write_parquet

    folder.mkdir(parents=True)
    for name, dataset in sorted(built.datasets.items()):
        write_parquet(dataset.lineage, folder / f"{name.lower()}.parquet")
    operations = {name: dataset_operations(d.plan) for name, d in built.datasets.items()}
    write_json_lines(operations, folder / OPERATIONS)
    write_json({n: _source(i) for n, i in built.inputs.items()}, folder / SOURCES)
    if built.applied:
        write_json([_applied(item) for item in built.applied], folder / CORRECTIONS)


def dataset_operations(dataset: DatasetPlan) -> Document:
    """How a dataset is made: its sources, and for each variable its operations in turn."""
    return {
        "label": dataset.label,
        "parent": dataset.parent,
        "sources": [_rows_from(source) for source in dataset.sources],
        "variables": [_variable(variable) for variable in dataset.variables],
    }


def step_text(operation: Operation) -> str:
    """What an operation does, in the words of define.xml, else in those of its own page."""
    said = operation.describe().method
    return said or (inspect.getdoc(type(operation)) or operation.name).splitlines()[0]


def _rows_from(source: SourcePlan) -> Document:
    return {
        "table": source.table,
        "is_dataset": source.is_dataset,
        "joins": {join.name: join.table for join in source.joins},
        "where": source.where.text if source.where else "",
        "templates": len(source.templates),
        "spec": str(source.location),
    }


def _variable(variable: VariablePlan) -> Document:
    uses = [
        {
            "source": use.source,
            "template": use.template,
            "origin": use.origin.type,
            "constant": _constant(use.steps),
            "steps": _steps(use.steps),
        }
        for use in variable.per_source
    ]
    return {
        "name": variable.name,
        "label": variable.label,
        "place": variable.place,
        "type": variable.type,
        "format": variable.format,
        "origin": " ".join(filter(None, (variable.origin.type, variable.origin.source))),
        "method": variable.method,
        "spec": str(variable.location),
        "steps": _steps(variable.steps),
        "by_source": uses,
    }


def _steps(steps: Iterable[Step]) -> list[Document]:
    return [
        {
            "operation": step.operation.name,
            "does": step_text(step.operation),
            "inputs": [str(ref) for ref in step.inputs],
            "of_other_row": step.operation.of_other_row,
            "spec": str(step.location),
        }
        for step in steps
    ]


def _constant(steps: tuple[Step, ...]) -> str | None:
    """The constant that a template sets a variable to: what tells its rows from others'."""
    if len(steps) != 1 or steps[0].inputs:
        return None
    value = getattr(steps[0].operation, "constant", None)
    return value if isinstance(value, str) else None


def _applied(item: Applied) -> Document:
    """A correction as `clinmap trace` shows it: the record in the place of the key."""
    made = item.correction
    return {
        "table": made.table,
        "record": item.record,
        "column": made.column,
        "id": made.id,
        "old": made.old,
        "new": made.new,
        "reason": made.reason,
        "approver": made.approver,
        "date": made.date,
        "spec": str(made.location),
    }


def _source(raw: RawInput) -> Document:
    table = raw.table
    return {
        "file": raw.file,
        "sha256": raw.sha256,
        "rows": raw.rows,
        "lines": raw.lines,
        "format": table.format,
        "options": table.options,
        "missing": list(table.missing),
    }
