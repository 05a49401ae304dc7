"""Write Excel workbooks as vendors send them: titles, merged cells, dates as serial numbers.

The same sheets give the same bytes: the time of creation is pinned, and the archive's members
carry no time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

PINNED_CREATION = datetime(2016, 1, 1)
EXCEL_EPOCH = date(1899, 12, 30)

Cell = str | float | date | None
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows from the top, and the boxes (top, left, bottom, right) that are merged.

    Rows and columns count from 0. A merged box shows the cell at its top left, as Excel keeps it.
    A `date` is written as a serial number with a date format.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Box] = field(default_factory=tuple)


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write the sheets, in this order, as one workbook."""
    from xlsxwriter import Workbook

    path.parent.mkdir(parents=True, exist_ok=True)
    with Workbook(str(path), {"in_memory": True}) as workbook:
        workbook.set_properties({"created": PINNED_CREATION, "comments": "SYNTHETIC DATA"})
        as_date = workbook.add_format({"num_format": "dd mmm yyyy"})
        for sheet in sheets:
            _fill(workbook, sheet, as_date)


def _fill(workbook: Workbook, sheet: Sheet, as_date: Format) -> None:
    page = workbook.add_worksheet(sheet.name)
    hidden: set[tuple[int, int]] = set()
    for top, left, bottom, right in sheet.merged:
        page.merge_range(top, left, bottom, right, "")
        hidden |= {(row, at) for row in range(top, bottom + 1) for at in range(left, right + 1)}
        hidden.remove((top, left))
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if (number, column) not in hidden:
                _write(page, number, column, cell, as_date)


def _write(page: Worksheet, row: int, column: int, cell: Cell, as_date: Format) -> None:
    if isinstance(cell, date):
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), as_date)
    elif isinstance(cell, str):
        page.write_string(row, column, cell)
    elif cell is not None:
        page.write_number(row, column, cell)


def serial_number(day: date) -> float:
    """Return the number that Excel keeps for a day; without a date format it shows as one."""
    return float((day - EXCEL_EPOCH).days)
