"""The workbook, the JSON document, SARIF and JUnit of a validation, read by others' programs."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from clinmap.app.validating.document import report_document
from clinmap.app.validating.forms import FORMS, validation_bytes
from clinmap.app.validating.records import Hit
from clinmap.app.validating.report import ValidationReport
from clinmap.app.validating.trends import with_trend
from clinmap.app.validating.workbook import report_workbook
from tests.clinmap.app.validating.reports_made import laboratory, problem, report_of

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "https://example.org")


def evil_report() -> ValidationReport:
    """Values and messages that a spreadsheet would take for formulas."""
    frame = laboratory(len(FORMULAS), subjects=3)
    frame["LBORRES"] = list(FORMULAS)
    frame["USUBJID"] = list(FORMULAS)
    rows = np.arange(len(FORMULAS))
    found = problem("VAL010", "LBORRES", len(rows), said="=cmd|' /C calc'!A0")
    return report_of([Hit(found, rows)], {"LB": frame}, title="=1+1")


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    """The cells of each sheet, as calamine reads them."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def sheet_parts(content: bytes) -> list[etree._Element]:
    """The sheets as they are written in the file."""
    with ZipFile(BytesIO(content)) as parts:
        names = sorted(name for name in parts.namelist() if name.startswith("xl/worksheets/sheet"))
        return [etree.fromstring(parts.read(name)) for name in names]


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    """Every text arrives as it is, in cells of text; nothing is a link."""
    content = report_workbook(evil_report())
    parts = sheet_parts(content)
    assert len(parts) == 4
    assert not [part for part in parts if part.xpath("//*[local-name()='f']")]
    assert not [part for part in parts if part.xpath("//*[local-name()='hyperlink']")]
    read = sheets(content)
    assert list(read) == ["Summary", "Findings", "Records", "Rules"]
    texts = {cell for rows in read.values() for row in rows for cell in row}
    assert set(FORMULAS) <= texts
    assert "=cmd|' /C calc'!A0" in texts


def test_the_sheets_can_be_worked_in() -> None:
    """Filters, frozen headers, one line for each record."""
    content = report_workbook(evil_report())
    records = sheets(content)["Records"]
    assert len(records) == len(FORMULAS) + 1
    part = sheet_parts(content)[2]
    assert part.xpath("//*[local-name()='pane']/@topLeftCell") == ["A2"]
    assert part.xpath("//*[local-name()='autoFilter']/@ref") == [f"A1:J{len(FORMULAS) + 1}"]
    line = dict(zip(records[0], records[2], strict=True))
    assert (line["row"], line["code"]) == (2, "VAL010")
    assert line["values"] == "LBORRES=+1"


def test_what_does_not_fit_a_sheet_is_said() -> None:
    """Excel ends at 1,048,576 lines."""
    read = sheets(report_workbook(evil_report(), most_rows=3))
    assert len(read["Records"]) == 4
    summary = {row[0]: row[1] for row in read["Summary"]}
    assert str(summary["left out"]).startswith("4 records:")


def test_the_document_reads_back() -> None:
    """All records, in the order of their columns."""
    document = json.loads(validation_bytes(evil_report(), "json"))
    found = document["findings"][0]
    place = found["record_columns"].index("LBORRES")
    assert [record[place] for record in found["records"]] == list(FORMULAS)
    assert document["counts"] == {"error": 1, "warning": 0, "note": 0}


def test_dates_of_analysis_datasets_are_dates() -> None:
    """A number that SAS shows as a date is shown as one."""
    from clinmap.app.validating.records import column_texts

    frame = laboratory(3)
    frame["ADT"] = [23467.0, 0.0, float("nan")]
    assert column_texts("ADT", frame["ADT"], "DATE9.").texts == ("2024-04-01", "1960-01-01")
    assert column_texts("ADTM", frame["ADT"], "DATETIME20.").texts[1] == "1960-01-01T00:00:00"
    assert column_texts("ADT", frame["ADT"]).texts == ("23467", "0")


@pytest.mark.parametrize("form", sorted(set(FORMS) - {"github"}))
def test_a_report_without_finding_has_every_form(form: str) -> None:
    """Nothing found is an answer."""
    assert validation_bytes(report_of([], {"LB": laboratory(3)}), form)


def test_junit_counts_what_fails() -> None:
    """An explained finding does not fail; one below --fail-on neither."""
    report = evil_report()
    root = etree.fromstring(validation_bytes(report, "junit"))
    assert root.get("failures") == "1"
    own = report.findings[0]
    known = replace(own, problem=replace(own.problem, explained="known"))
    root = etree.fromstring(validation_bytes(replace(report, findings=[known]), "junit"))
    assert root.get("failures") == "0"


def test_the_docs_name_every_field(project_root: Path) -> None:
    """Of the JSON, with a trend and without."""
    report = evil_report()
    findings, trend = with_trend(report.findings, report.records, "January", {})
    document = report_document(replace(report, findings=findings, trend=trend))
    listed = [*document["datasets"], *document["rules"], *document["findings"]]
    names = set(document) | set(document["trend"])
    names |= {name for one in listed for name in one}
    page = (project_root / "docs/validate.md").read_text(encoding="utf-8")
    assert not [name for name in names if f"`{name}`" not in page]
