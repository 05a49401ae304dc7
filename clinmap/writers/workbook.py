"""A workbook of texts: every cell is a text or a whole number, never a formula or a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST_WIDTH = 60
_MOST_DIGITS = 9
_WHEN = (1980, 1, 1)


def workbook_bytes(
    sheets: Mapping[str, Sequence[Sequence[str]]], numbers: Sequence[str] = ()
) -> bytes:
    """A workbook with these sheets, each a list of rows of which the first names the columns.

    Whole numbers in columns that `numbers` names are numbers, all else is text. The same sheets
    always give the same bytes. A text of more than 32,767 characters is a ValueError.

    >>> workbook_bytes({"A": [["x"], ["=1+1"]]})[:2]
    b'PK'
    """
    from datetime import datetime

    import xlsxwriter

    content = BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, settings) as book:
        book.set_properties({"created": datetime(*_WHEN)})
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in sheets.items():
            _write(book.add_worksheet(name), rows, numbers, bold, wrapped)
    return content.getvalue()


def write_workbook(
    sheets: Mapping[str, Sequence[Sequence[str]]], path: Path, numbers: Sequence[str] = ()
) -> None:
    """Write the workbook to `path`; see `workbook_bytes`."""
    path.write_bytes(workbook_bytes(sheets, numbers))


def _write(
    sheet: Any, rows: Sequence[Sequence[str]], numbers: Sequence[str], bold: Any, wrapped: Any
) -> None:
    head = rows[0] if rows else ()
    for column, name in enumerate(head):
        longest = max((len(row[column]) for row in rows if column < len(row)), default=0)
        sheet.set_column(column, column, min(max(longest, len(name)) + 2, _LONGEST_WIDTH))
        _text(sheet, 0, column, name, bold)
    numeric = {column for column, name in enumerate(head) if name in numbers}
    for number, row in enumerate(rows[1:], start=1):
        for column, text in enumerate(row):
            if column in numeric and _is_whole(text):
                sheet.write_number(number, column, int(text), wrapped)
            elif text:
                _text(sheet, number, column, text, wrapped)
    if head:
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows) - 1, 1), len(head) - 1)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and str(int(text)) == text and len(text) < _MOST_DIGITS


def _text(sheet: Any, row: int, column: int, text: str, form: Any) -> None:
    if sheet.write_string(row, column, text, form):
        raise ValueError(f"row {row + 1}, column {column + 1}: the text is too long for a cell")
