"""A whole workbook (xlsx, xls, ods) as texts: every sheet, every row, for layouts that we know.

Numbers, dates and truths become text as in raw tables; a formula gives the value that was stored
with it. Merged cells below the first row hold their value in each cell. Problems: InputError INP001
(no file), INP006 (damaged), INP021 (would unpack to too much), INP022 (a password); cells with an
error such as #REF! are empty, and listed in `ReadWorkbook.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinmap.problems import InputError, Location
from clinmap.readers.cells import cell_text
from clinmap.readers.workbook_parts import (
    calamine_trouble,
    check_unpacked,
    damaged,
    sheet_parts,
)

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
_TRUTH = ("Yes", "No")
_MOST_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class ReadWorkbook:
    """The sheets of a workbook, and where a cell holds an error: sheet, row and column from 1."""

    sheets: dict[str, list[list[str]]]
    errors: tuple[tuple[str, int, int], ...] = ()


def read_workbook(path: Path) -> ReadWorkbook:
    """Every sheet of a workbook. Example: `read_workbook(Path("spec.xlsx")).sheets["Datasets"]`."""
    import python_calamine as calamine

    file = path.name
    if not path.is_file():
        raise InputError("INP001", "there is no such file", location=Location(file))
    if path.suffix.lower() != ".xls":
        check_unpacked(path, file)
    with calamine_trouble(file):
        book = calamine.CalamineWorkbook.from_path(str(path))
        return _read(book, path)


def _read(book: Any, path: Path) -> ReadWorkbook:
    sheets: dict[str, list[list[str]]] = {}
    errors: list[tuple[str, int, int]] = []
    is_xlsx = path.suffix.lower() in (".xlsx", ".xlsm")
    for name in book.sheet_names:
        found = sheet_parts(path, name, path.name).errors if is_xlsx else frozenset()
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > _MOST_CELLS:
            raise damaged(path.name, "a sheet spans more cells than a specification has")
        rows = [[_text(value) for value in row] for row in sheet.iter_rows()]
        areas = () if path.suffix.lower() == ".ods" else sheet.merged_cell_ranges or ()
        _spread(rows, areas)
        for row, column in sorted(found):
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = ""
                errors.append((name, row + 1, column + 1))
        sheets[name] = rows
    return ReadWorkbook(sheets, tuple(errors))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else cell_text(value, _TRUTH) or ""


def _spread(rows: list[list[str]], areas: Any) -> None:
    """Give the value of merged cells below the first row to each of them."""
    for (first, left), (last, right) in areas:
        if 0 < first < len(rows) and left < len(rows[first]):
            value = rows[first][left]
            for row in rows[first : last + 1]:
                row[left : right + 1] = [value] * len(row[left : right + 1])
