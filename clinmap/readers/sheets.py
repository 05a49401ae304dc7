"""Sheets of workbooks (xlsx, xls, ods), read by calamine: every cell as text.

Whole numbers have no `.0`, other numbers their shortest decimal text; dates and times are ISO 8601,
booleans TRUE and FALSE. Hidden rows and columns are read. Rows without any value are no records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from clinmap.problems import InputError, Problem, Severity, near_match
from clinmap.raw_formats import SheetOptions
from clinmap.readers.cells import cell_text, text_series
from clinmap.readers.remarks import absent_column, set_aside, with_constants, with_points
from clinmap.readers.text_table import Request, TextTable, check_names, joined_lines
from clinmap.readers.workbook_parts import (
    SheetParts,
    calamine_trouble,
    check_unpacked,
    damaged,
    sheet_parts,
)

if TYPE_CHECKING:
    import pandas as pd

TRUTH = ("TRUE", "FALSE")
_ROWS_LISTED = 1000
_LEAP_THAT_WAS_NOT = 60
"""The serial number of 29 February 1900, a day that there was only in Excel."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of a sheet from its first, and what its XML says of them."""

    rows: list[list[Any]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    parts: SheetParts


def read_table(request: Request) -> TextTable:
    """A raw table of a sheet: the column names in row `header_row`, records in the rows below.

    Missing values: an empty cell, an empty text, and a cell that holds an error (RAW009, listed).
    Problems: InputError INP004 to INP009, INP020 (merged cells below the column names, and `merged`
    does not say what they mean), INP021 (unpacks to too much), INP022 (a password).
    """
    options = request.table.options
    if not isinstance(options, SheetOptions):
        raise TypeError("not a table of a workbook")
    sheet = _opened(request, options)
    names, records = _records(request, options, sheet)
    frame = _frame(request, options, sheet, names, records)
    remarks = _remarks(sheet, options)
    frame, pointed = with_points(request, frame, options.decimal_comma)
    frame = with_constants(frame, options.from_comments, remarks, request.file)
    return TextTable(
        frame,
        options.header_row,
        joined_lines(number + 1 for number in records),
        added=tuple(options.from_comments),
        problems=(
            *set_aside(request, remarks),
            *pointed,
            *_error_cells(request, sheet, names, records),
        ),
    )


def _opened(request: Request, options: SheetOptions) -> _Sheet:
    """The rows of the sheet that is asked for."""
    import python_calamine as calamine

    file, path = request.file, request.path
    if request.table.format != "xls":
        check_unpacked(path, file)
    with calamine_trouble(file):
        workbook = calamine.CalamineWorkbook.from_path(str(path))
        name = _sheet_name(request, options, list(workbook.sheet_names))
        parts = sheet_parts(path, name, file) if request.table.format == "xlsx" else SheetParts()
        sheet = workbook.get_sheet_by_name(name)
        rows = [list(row) for row in sheet.iter_rows()]
        merged = tuple(sheet.merged_cell_ranges or ()) if request.table.format != "ods" else ()
    return _Sheet(rows, merged, parts)


def _sheet_name(request: Request, options: SheetOptions, names: list[str]) -> str:
    if not names:
        raise damaged(request.file, "it has no sheet")
    if options.sheet and options.sheet not in names:
        raise InputError(
            "INP009",
            f"the workbook has no sheet {options.sheet!r}",
            location=request.place(),
            hint=near_match(options.sheet, names) or f"It has {', '.join(names[:12])}",
        )
    return options.sheet or names[0]


def _records(
    request: Request, options: SheetOptions, sheet: _Sheet
) -> tuple[dict[str, int], list[int]]:
    """The columns by name, and the rows (from 0) that are records."""
    top = options.header_row - 1
    if top >= len(sheet.rows) or not any(value != "" for value in sheet.rows[top]):
        if not sheet.rows:
            raise InputError("INP002", "the sheet is empty", location=request.place())
        raise InputError(
            "INP009",
            f"row {options.header_row} has no column names: the sheet has {len(sheet.rows)} rows",
            location=request.place(options.header_row),
            hint="Correct `header_row`: the row of the sheet where the column names stand",
        )
    _spread(request, options, sheet)
    records = [n for n in range(top + 1, len(sheet.rows)) if any(v != "" for v in sheet.rows[n])]
    texts = [cell_text(value, TRUTH) or "" for value in sheet.rows[top]]
    used = {i for i, text in enumerate(texts) if text.strip()}
    used |= {i for i in range(len(texts)) if i not in used and _filled(sheet, records, i)}
    columns = sorted(used)
    check_names([texts[i] for i in columns], request.place(options.header_row))
    return {texts[i]: i for i in columns}, records


def _filled(sheet: _Sheet, records: Sequence[int], column: int) -> bool:
    return any(sheet.rows[row][column] != "" for row in records)


def _spread(request: Request, options: SheetOptions, sheet: _Sheet) -> None:
    """Give the value of merged cells to each of them, where that is what they mean."""
    below = [area for area in sheet.merged if area[0][0] >= options.header_row]
    if below and not options.merged:
        raise InputError(
            "INP020",
            f"the sheet has {len(below)} groups of merged cells below the column names",
            location=request.place(below[0][0][0] + 1),
            hint="Set merged: fill (the value holds for each cell) or merged: blank (the first)",
        )
    if options.merged != "fill":
        return
    for (first, left), (last, right) in below:
        value = sheet.rows[first][left] if first < len(sheet.rows) else ""
        for row in sheet.rows[first : last + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])


def _frame(
    request: Request,
    options: SheetOptions,
    sheet: _Sheet,
    names: dict[str, int],
    records: list[int],
) -> pd.DataFrame:
    import pandas as pd

    for name in options.dates:
        if name not in names:
            raise absent_column(request, name, "dates", list(names))
    made = {}
    turned: list[Any] = list(zip(*(sheet.rows[row] for row in records), strict=True))
    for name, column in names.items():
        values: Sequence[Any] = turned[column] if turned else ()
        if name in options.dates:
            values = [_from_serial(value, sheet.parts.from_1904) for value in values]
        made[name] = text_series(_with_midnights(values), TRUTH)
    return pd.DataFrame(made, index=pd.RangeIndex(len(records)))


def _with_midnights(values: Sequence[Any]) -> Sequence[Any]:
    """Date-times at midnight as date-times; calamine gives a date for each, and a time was meant.

    Only in a column that holds other date-times; in a column of dates they are dates.
    """
    if datetime not in set(map(type, values)):
        return values
    return [datetime.combine(value, time()) if type(value) is date else value for value in values]


def _from_serial(value: Any, from_1904: bool) -> Any:
    """The date or date-time that a plain number means; everything else as it is.

    >>> _from_serial(41699.0, False), _from_serial(1.5, True)
    (datetime.date(2014, 3, 1), datetime.datetime(1904, 1, 2, 12, 0))
    """
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 2_958_466:
        return value
    first = datetime(1904, 1, 1)
    if not from_1904:
        if int(value) == _LEAP_THAT_WAS_NOT:
            return value
        first = datetime(1899, 12, 30 if value > _LEAP_THAT_WAS_NOT else 31)
    moment = first + timedelta(milliseconds=round(value * 86_400_000))
    if value < 1:
        return moment.time()
    return moment if moment.time() != time() else moment.date()


def _remarks(sheet: _Sheet, options: SheetOptions) -> list[str]:
    """The text of each row above the column names that has any."""
    rows = sheet.rows[: options.header_row - 1]
    texts = [" ".join(filter(None, (cell_text(v, TRUTH) for v in row))) for row in rows]
    return [text for text in texts if text]


def _error_cells(
    request: Request, sheet: _Sheet, names: dict[str, int], records: list[int]
) -> Iterator[Problem]:
    """RAW009 for each column with cells that hold an error."""
    numbers = {row: number for number, row in enumerate(records, start=1)}
    table = request.table.name
    for name, column in names.items():
        hit = sorted(numbers[r] for r, c in sheet.parts.errors if c == column and r in numbers)
        if hit:
            yield Problem(
                "RAW009",
                Severity.ERROR,
                f"cells of column {name} hold an error such as #DIV/0!",
                dataset=table,
                variable=name,
                count=len(hit),
                rows=tuple(f"{table}:{number}" for number in hit[:_ROWS_LISTED]),
                location=request.place(),
                hint="Have the formula corrected in the workbook",
            )
