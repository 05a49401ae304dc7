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

PINNED_CREATION = datetime(2016, 1, 1)

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
    for top, left, bottom, right in sheet.merged:
        page.merge_range(top, left, bottom, right, "")
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                moment = datetime(cell.year, cell.month, cell.day)
                page.write_datetime(number, column, moment, as_date)
            elif cell is not None:
                page.write(number, column, cell)
