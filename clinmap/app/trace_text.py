"""A trace as text: a tree, from the value to the raw cells."""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.app.tracing import Cell, CorrectedCell, RawCell, Remark, TracedRow


def row_lines(traced: TracedRow) -> Iterator[str]:
    """A row: where it came from, then each of its cells as a tree."""
    yield f"{traced.dataset} row {traced.row}"
    for source in traced.sources:
        yield f"  the row came from {_leaf(source)}"
    for record in traced.records:
        yield f"    and so from {_leaf(record)}"
    for cell in traced.cells:
        yield from (f"  {line}" for line in cell_lines(cell))


def cell_lines(cell: Cell, named: bool = False) -> Iterator[str]:
    """A cell, its operations and its inputs; `named` with dataset and row before the variable."""
    place = f"{cell.dataset} row {cell.row} " if named else ""
    origin = f"  [{cell.origin}]" if cell.origin else ""
    yield f"{place}{cell.variable}{_value(cell)}{origin}{'  (told above)' if cell.repeated else ''}"
    for done in cell.operations:
        yield f"    {done.operation}: {done.does}  ({done.spec})"
    for item in cell.inputs:
        if isinstance(item, Cell):
            first, *rest = cell_lines(item, named=True)
            yield f"    ← {first}"
            yield from (f"    {line}" for line in rest)
        else:
            yield f"    ← {_leaf(item)}"


def _value(cell: Cell) -> str:
    if not cell.in_file:
        return " (no column of the dataset's file)"
    return " is missing" if cell.value is None else f" = {cell.value!r}"


def _leaf(item: RawCell | Remark) -> str:
    if isinstance(item, Remark):
        return item.text
    line = f" line {item.line}" if item.line else ""
    column = f", column {item.column}" if item.column else ""
    value = f" = {item.value!r}" if item.value is not None else " is empty" if item.read else ""
    told = f"{item.table} record {item.record} ({item.file}{line}){column}{value}"
    return f"{told}, {_corrected(item)}" if isinstance(item, CorrectedCell) else told


def _corrected(cell: CorrectedCell) -> str:
    """By which correction a cell has its value, and what its file holds."""
    old = "empty" if cell.old is None else repr(cell.old)
    by = ", ".join(filter(None, (cell.reason, cell.approver, cell.date)))
    return f"corrected from {old} by {cell.correction} ({by}; {cell.spec})"
