"""Sheets of workbooks: what each kind of cell becomes, and which workbooks are refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from .tables import cells, codes, lines, read, refusal

Write = Callable[[Any, Any], None]


def workbook(folder: Path, write: Write, name: str = "x.xlsx", **options: Any) -> Path:
    """A workbook with sheets Title and Results; `write` fills the second."""
    book = xlsxwriter.Workbook(folder / name, options)
    book.add_worksheet("Title").write(0, 0, "nothing")
    write(book, book.add_worksheet("Results"))
    book.close()
    return folder


def rows(*given: list[Any]) -> Write:
    def write(book: Any, sheet: Any) -> None:
        for number, row in enumerate(given):
            sheet.write_row(number, 0, row)

    return write


def kinds(book: Any, sheet: Any) -> None:
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": 22})
    clock, span = (
        book.add_format({"num_format": "hh:mm"}),
        book.add_format({"num_format": "[h]:mm"}),
    )
    sheet.write_row(0, 0, ["N", "T", "D", "DT", "H", "B", "S"])
    sheet.write_row(1, 0, [5, "007"])
    sheet.write_datetime(1, 2, datetime(2014, 3, 1), day)
    sheet.write_datetime(1, 3, datetime(2014, 3, 1, 10, 7), moment)
    sheet.write_datetime(1, 4, time(10, 7), clock)
    sheet.write_boolean(1, 5, True)
    sheet.write_number(1, 6, 1.5, span)
    sheet.write_row(2, 0, [0.1, "<0.5"])
    sheet.write_datetime(2, 3, datetime(2014, 3, 2), moment)
    sheet.write_boolean(2, 5, False)
    sheet.write_row(3, 0, [1e-7, " x "])


def test_each_kind_of_cell_is_text(tmp_path: Path) -> None:
    found = read(workbook(tmp_path, kinds), "x.xlsx", sheet="Results")
    assert cells(found) == {
        "N": ["5", "0.1", "0.0000001"],
        "T": ["007", "<0.5", " x "],
        "D": ["2014-03-01", None, None],
        "DT": ["2014-03-01T10:07:00", "2014-03-02T00:00:00", None],
        "H": ["10:07:00", None, None],
        "B": ["TRUE", "FALSE", None],
        "S": ["36:00:00", None, None],
    }
    assert found.problems == ()


def test_names_below_titles_blank_rows_and_hidden_ones(tmp_path: Path) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "Lab X")
        sheet.write(1, 1, "LLOQ 0.05 ug/mL")
        sheet.write_row(3, 1, ["ID", "Conc"])
        sheet.write_row(4, 1, [1, 2])
        sheet.write_row(6, 1, [3, 4])
        sheet.set_row(6, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})

    workbook(tmp_path, write)
    keys = {"sheet": "Results", "header_row": 4, "from_comments": {"LLOQ": "LLOQ ([0-9.]+)"}}
    found = read(tmp_path, "x.xlsx", **keys)
    assert cells(found) == {"ID": ["1", "3"], "Conc": ["2", "4"], "LLOQ": ["0.05", "0.05"]}
    assert lines(found) == [5, 7]
    assert codes(found) == {"RAW006": 2}


def test_a_sheet_or_row_that_is_not_there(tmp_path: Path) -> None:
    workbook(tmp_path, rows(["A"], [1]))
    error = refusal(tmp_path, "x.xlsx", sheet="Result")
    assert (error.code, "Results" in error.hint) == ("INP009", True)
    assert refusal(tmp_path, "x.xlsx", sheet="Results", header_row=9).code == "INP009"
    assert list(read(tmp_path, "x.xlsx").frame.columns) == ["nothing"]


def test_names_must_be_whole(tmp_path: Path) -> None:
    workbook(tmp_path, rows(["A", "", "A"], [1, 2, 3]))
    assert refusal(tmp_path, "x.xlsx", sheet="Results").code == "INP008"
    workbook(tmp_path, rows(["A", "B", "A"], [1, 2, 3]))
    assert refusal(tmp_path, "x.xlsx", sheet="Results").code == "INP007"
    workbook(tmp_path, rows(["A", "", "B"], [1, "", 3]))
    assert cells(read(tmp_path, "x.xlsx", sheet="Results")) == {"A": ["1"], "B": ["3"]}


def merged(book: Any, sheet: Any) -> None:
    sheet.merge_range(0, 0, 0, 2, "title")
    sheet.write_row(1, 0, ["A", "B", "C"])
    sheet.merge_range(2, 0, 3, 0, "x")
    sheet.merge_range(2, 1, 2, 2, "y")
    sheet.write_row(3, 1, ["1", "2"])


def test_merged_cells_mean_what_is_declared(tmp_path: Path) -> None:
    workbook(tmp_path, merged)
    keys = {"sheet": "Results", "header_row": 2}
    error = refusal(tmp_path, "x.xlsx", **keys)
    assert (error.code, str(error.location)) == ("INP020", "x.xlsx:3")
    blank = cells(read(tmp_path, "x.xlsx", merged="blank", **keys))
    assert blank == {"A": ["x", None], "B": ["y", "1"], "C": [None, "2"]}
    fill = cells(read(tmp_path, "x.xlsx", merged="fill", **keys))
    assert fill == {"A": ["x", "x"], "B": ["y", "1"], "C": ["y", "2"]}


@pytest.mark.parametrize("from_1904", [False, True])
def test_plain_numbers_may_be_dates(tmp_path: Path, from_1904: bool) -> None:
    serial = (date(2014, 3, 1) - (date(1904, 1, 1) if from_1904 else date(1899, 12, 30))).days
    given = [["D"], [serial], [serial + 0.421875], ["UNK"], [0.5], [""]]
    workbook(tmp_path, rows(*given), default_date_format="", date_1904=from_1904)
    found = cells(read(tmp_path, "x.xlsx", sheet="Results", dates=["D"]))["D"]
    assert found == ["2014-03-01T00:00:00", "2014-03-01T10:07:30", "UNK", "12:00:00"]
    assert refusal(tmp_path, "x.xlsx", sheet="Results", dates=["E"]).code == "INP004"


def test_the_first_days_of_1900(tmp_path: Path) -> None:
    workbook(tmp_path, rows(["D"], [1], [59], [60], [61]))
    found = cells(read(tmp_path, "x.xlsx", sheet="Results", dates=["D"]))["D"]
    assert found == ["1900-01-01", "1900-02-28", "60", "1900-03-01"]


def test_errors_of_formulas_are_listed(tmp_path: Path) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["A", "B"])
        for row, (value, of) in enumerate([(1, ""), ("#DIV/0!", ""), ("#N/A", "x")], start=1):
            sheet.write_formula(row, 0, "=1/0", None, value)
            sheet.write(row, 1, of or "ok")

    found = read(workbook(tmp_path, write), "x.xlsx", sheet="Results")
    assert cells(found)["A"] == ["1", None, None]
    (problem,) = found.problems
    assert (problem.code, problem.variable, problem.rows) == ("RAW009", "A", ("t:2", "t:3"))


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (60 << 20))
    error = refusal(tmp_path, "x.xlsx")
    assert (error.code, "62,914,560" in error.message) == ("INP021", True)


def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    workbook(tmp_path, rows(["A"], *([n] for n in range(500))))
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet2.xml").file_size
    data = path.read_bytes()
    assert data.count(size.to_bytes(4, "little")) >= 1
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (99).to_bytes(4, "little")))
    assert refusal(tmp_path, "x.xlsx", sheet="Results").code == "INP006"


def test_a_cell_far_away_is_refused(tmp_path: Path) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "A")
        sheet.write(1_048_575, 16_383, "x")

    workbook(tmp_path, write, constant_memory=True)
    assert refusal(tmp_path, "x.xlsx", sheet="Results").code == "INP021"


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    workbook(tmp_path, rows(["A"], [1]))
    bomb = '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(tmp_path / "x.xlsx") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    head, rest = parts["xl/workbook.xml"].split(b"\n", 1)
    parts["xl/workbook.xml"] = head + bomb.encode() + rest
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    assert refusal(tmp_path, "x.xlsx").code == "INP006"


def test_protected_workbooks_are_refused(tmp_path: Path) -> None:
    old = bytes.fromhex("d0cf11e0a1b11ae1")
    (tmp_path / "x.xlsx").write_bytes(old + bytes(2000) + "EncryptedPackage".encode("utf-16-le"))
    assert refusal(tmp_path, "x.xlsx").code == "INP022"
    (tmp_path / "x.xlsx").write_bytes(old + bytes(2000))
    assert "before 2007" in refusal(tmp_path, "x.xlsx").message


def test_an_open_document_sheet_is_read(tmp_path: Path) -> None:
    kind = '<table:table-cell office:value-type="{}" office:{}="{}">'
    cell = kind + "<text:p>x</text:p></table:table-cell>"
    names = "".join(
        '<table:table-cell office:value-type="string"><text:p>'
        + name
        + "</text:p></table:table-cell>"
        for name in ("A", "D")
    )
    values = cell.format("float", "value", "5") + cell.format("date", "date-value", "2014-03-01")
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="S"><table:table-row>{names}</table:table-row>'
        f"<table:table-row>{values}</table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "x.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    assert cells(read(tmp_path, "x.ods")) == {"A": ["5"], "D": ["2014-03-01"]}
