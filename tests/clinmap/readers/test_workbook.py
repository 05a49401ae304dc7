"""Whole workbooks as texts: what cells become, and what is refused."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from clinmap.problems import InputError
from clinmap.readers.workbook import read_workbook
from clinmap.writers.workbook import workbook_bytes, write_workbook


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test writes its workbook."""
    return tmp_path / "spec.xlsx"


def test_every_text_comes_back(path: Path) -> None:
    """Blanks, line ends, escapes of Excel, formulas as text, leading zeros."""
    texts = ["", " a ", "a\r\nb\tc", "_x000D_", "=1+1", "'x", "007", "1.50", "TRUE", "é😀"]
    write_workbook({"A": [["Text"], *([text] for text in texts)]}, path)
    rows = read_workbook(path).sheets["A"][1:]
    assert [row[0] for row in rows] == texts


def test_numbers_dates_and_truths_are_texts(path: Path) -> None:
    """Whole numbers without a point, dates in ISO 8601, Yes and No."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("A")
        for column, value in enumerate([8, 1.5, True, False]):
            sheet.write(0, column, value)
        sheet.write_datetime(0, 4, date(2024, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    assert read_workbook(path).sheets["A"] == [["8", "1.5", "Yes", "No", "2024-03-01"]]


def test_whole_numbers_are_numbers_where_asked(path: Path) -> None:
    """Only texts that are the shortest form of a number; they read alike."""
    write_workbook({"A": [["Order", "Code"], ["12", "12"], ["007", "x"]]}, path, ("Order",))
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    assert xml.count(b"<v>12</v>") == 1
    assert read_workbook(path).sheets["A"][1:] == [["12", "12"], ["007", "x"]]


def test_a_formula_gives_its_stored_value(path: Path) -> None:
    """It is never computed."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("A").write_formula(0, 0, "=1+1", None, "stored")
    assert read_workbook(path).sheets["A"] == [["stored"]]


def test_an_error_in_a_cell_is_listed(path: Path) -> None:
    """The cell is empty; sheet, row and column are told."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("A")
        sheet.write(0, 0, "x")
        sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
    read = read_workbook(path)
    assert read.sheets["A"] == [["x"], [""]]
    assert read.errors == (("A", 2, 1),)


def test_merged_cells_below_the_names_hold_their_value_each(path: Path) -> None:
    """As people merge the name of a dataset beside its variables."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("A")
        sheet.merge_range(0, 0, 0, 1, "Title")
        sheet.merge_range(1, 0, 3, 0, "AE")
        sheet.write(3, 1, "x")
    rows = read_workbook(path).sheets["A"]
    assert [row[0] for row in rows] == ["Title", "AE", "AE", "AE"]
    assert rows[0][1] == ""


def test_a_bomb_is_refused(path: Path) -> None:
    """What would unpack to far more than its size is not opened."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    assert caught.value.code == "INP021"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"text", workbook_bytes({})[:300]])
def test_what_is_no_workbook_is_refused(path: Path, content: bytes) -> None:
    """One clear error, never a traceback."""
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    assert caught.value.code == "INP006"


def test_no_file(path: Path) -> None:
    """The message names the file."""
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    assert caught.value.code == "INP001"


def test_a_text_that_no_cell_can_hold_is_no_workbook() -> None:
    """Nothing is cut off in silence."""
    with pytest.raises(ValueError, match="too long"):
        workbook_bytes({"A": [["x"], ["y" * 40_000]]})
