"""A define.xml as the sheets of an Excel specification, in one of two layouts.

`sheets_of` gives texts, and `define_of_sheets` takes them: together they lose nothing. What the
columns of a layout cannot hold stands in further columns to the right, and what no column holds on
the sheet More; a text that is too long for a cell goes on on the sheet Long Texts.

Source: the layouts are those that Pinnacle 21 reads; see `define.workbook.layout`. Problems: none.
Example: `sheets_of(read_define(path), "textual")["Datasets"][0]` are the names of the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from define.document.model import Define
from define.workbook import layout as sheets
from define.workbook.filling_lists import FillingAll
from define.workbook.imports import define_of_sheets
from define.workbook.layout import COLUMNS, FURTHER, HEADINGS, OPTIONAL, Layout
from define.workbook.leftovers import leftovers

LONGEST_CELL = 32_000
"""Excel holds 32,767 characters in a cell; a little less leaves room for what people add."""

Sheets = dict[str, list[list[str]]]
Cells = Mapping[str, str]


def sheets_of(define: Define, layout: Layout = "textual") -> Sheets:
    """The sheets of a document, each a list of rows, the first with the names of the columns."""
    rows = _rows(FillingAll(define, layout), layout)
    found: Sheets = {}
    for name, columns in COLUMNS[layout].items():
        told = list(rows[name])
        if told or name not in OPTIONAL:
            found[name] = _grid(told, columns, FURTHER.get(name, ()), HEADINGS[layout], name)
    _shorten(found)
    more = list(leftovers(define, define_of_sheets(found, "").define))
    if more:
        found[sheets.MORE] = _grid(more, tuple(more[0]), (), {}, sheets.MORE)
        _shorten(found)
    return found


def _rows(filling: FillingAll, layout: Layout) -> Mapping[str, Iterable[Cells]]:
    rows: dict[str, Iterable[Cells]] = {
        sheets.DEFINE: filling.document(),
        sheets.STANDARDS: filling.standards_rows(),
        sheets.DATASETS: filling.datasets(),
        sheets.VARIABLES: filling.variables(),
        sheets.VALUES: filling.values(),
        sheets.CODELISTS: filling.codelists(),
        sheets.DICTIONARIES: filling.dictionaries(),
        sheets.METHODS: filling.methods(),
        sheets.COMMENTS: filling.comments(),
        sheets.DOCUMENTS: filling.documents(),
        sheets.DISPLAYS: filling.displays(),
        sheets.RESULTS: filling.results(),
        sheets.CRITERIA: filling.criteria(),
    }
    if layout == "where-clauses":
        rows[sheets.CLAUSES] = filling.where_clauses()
    return rows


def _grid(
    rows: Sequence[Cells],
    columns: tuple[str, ...],
    further: tuple[str, ...],
    headings: Mapping[tuple[str, str], str],
    sheet: str,
) -> list[list[str]]:
    """The rows under their column names; further columns only where one says something."""
    used = [name for name in further if name not in columns]
    used = [name for name in used if any(row.get(name) for row in rows)]
    names = (*columns, *used)
    head = [headings.get((sheet, name), name) for name in names]
    return [head, *([row.get(name, "") for name in names] for row in rows)]


def _shorten(found: Sheets) -> None:
    """Put the rest of texts that no cell can hold on a sheet of their own."""
    head = [["Sheet", "Row", "Column", "Text"]]
    rest = [
        [name, str(row), str(column), part]
        for name, grid in found.items()
        if name != sheets.LONG
        for row, column, part in _rests(grid)
    ]
    if rest:
        found[sheets.LONG] = [*(found.get(sheets.LONG) or head), *rest]


def _rests(grid: list[list[str]]) -> Iterator[tuple[int, int, str]]:
    for row, cells in enumerate(grid, start=1):
        for column, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL:
                cells[column] = cell[:LONGEST_CELL]
                for start in range(LONGEST_CELL, len(cell), LONGEST_CELL):
                    yield row, column + 1, cell[start : start + LONGEST_CELL]
