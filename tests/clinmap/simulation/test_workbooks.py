"""Workbooks as vendors send them, read back by another library."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from clinmap.simulation.formats.workbooks import Sheet, serial_number, write_workbook

SHEET = Sheet(
    "Results",
    [["Title"], ["101-001", 1.5, date(2014, 3, 8)], ["hidden", "<0.05", 41706], ["=1+1"]],
    merged=[(0, 0, 0, 2), (1, 0, 2, 0)],
)


def test_text_numbers_dates_and_merged_cells(tmp_path: Path) -> None:
    """A merged box holds its first cell only; a formula is never written."""
    write_workbook(tmp_path / "a.xlsx", [SHEET, Sheet("Second", [["x"]])])
    book = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    page = book.get_sheet_by_name("Results")
    assert book.sheet_names == ["Results", "Second"]
    assert page.to_python() == [
        ["Title", "", ""],
        ["101-001", 1.5, date(2014, 3, 8)],
        ["", "<0.05", 41706],
        ["=1+1", "", ""],
    ]
    assert sorted(page.merged_cell_ranges or []) == [((0, 0), (0, 2)), ((1, 0), (2, 0))]


def test_the_same_sheets_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the clock nor the archive's members say when it was written."""
    write_workbook(tmp_path / "a.xlsx", [SHEET])
    monkeypatch.setattr("time.time", lambda: 2e9)
    write_workbook(tmp_path / "b.xlsx", [SHEET])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with ZipFile(tmp_path / "b.xlsx") as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {1980}
        assert b"2016-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_a_serial_number_is_the_day_that_excel_means() -> None:
    """The first day that Excel's calendar and ours agree on is 1 March 1900, its day 61."""
    assert serial_number(date(1900, 3, 1)) == 61
    assert serial_number(date(2014, 3, 8)) == 41706
