"""A report in each of its forms, read back by other programs than the one that wrote it."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from lxml import html
from python_calamine import CalamineWorkbook

from clinmap.app.reports import FORMS, Report, report_bytes
from clinmap.app.reports.report import in_order
from clinmap.problems import Location, Problem, Severity

HOSTILE = "</script><img src=x onerror=alert(1)> =1+1"
PROBLEMS = in_order(
    [
        Problem("DEF002", Severity.WARNING, HOSTILE, location=Location("define.xml", 7)),
        Problem("DEF001", Severity.ERROR, "=HYPERLINK(1)", "DM", "SEX", 2, (),
                Location("define.xml", 3), "@mend it\x1b[31m"),
        Problem("DEF044", Severity.NOTE, "a note without a place"),
        Problem("DEF044", Severity.NOTE, "a note without a place"),
    ]
)  # fmt: skip
REPORT = Report("Audit of <b>define.xml</b>", PROBLEMS, (("study", "=A&B"),))


def test_the_worst_stands_first_and_nothing_twice() -> None:
    """The order of every form."""
    assert [p.code for p in PROBLEMS] == ["DEF001", "DEF002", "DEF044"]
    assert REPORT.verdict == "1 error, 1 warning, 1 note"
    assert REPORT.counts == {"error": 1, "warning": 1, "note": 1}


def test_text_is_grouped_and_plain() -> None:
    """Severity and code, then the places; no control character reaches the terminal."""
    text = report_bytes(REPORT, "text").decode()
    assert "error DEF001: a define.xml refers to what is not defined\n" in text
    assert "\nDefine it, or correct the reference.\n  define.xml:3: DM.SEX: =HYPER" in text
    assert "\x1b" not in text
    assert text.endswith("\n1 error, 1 warning, 1 note\n")


def test_long_text_is_cut_and_says_so() -> None:
    """Of a code with many findings the text shows some."""
    many = [Problem("DEF002", Severity.WARNING, f"finding {n}") for n in range(50)]
    text = report_bytes(Report("Audit", many), "text").decode()
    assert text.count("finding ") == 20
    assert "and 30 more" in text


def test_json_has_every_field() -> None:
    """One entry for each finding."""
    document = json.loads(report_bytes(REPORT, "json"))
    assert document["counts"]["error"] == 1
    first = document["findings"][0]
    assert (first["file"], first["line"], first["dataset"]) == ("define.xml", 3, "DM")
    assert (first["variable"], first["count"]) == ("SEX", 2)


def test_sarif_has_lines_and_rules() -> None:
    """What code hosts need."""
    run = json.loads(report_bytes(REPORT, "sarif"))["runs"][0]
    result = run["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("DEF001", "error")
    assert place["region"]["startLine"] == 3
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"DEF001", "DEF002", "DEF044"}


def test_the_page_is_whole_and_escaped() -> None:
    """Nothing is loaded, nothing of the findings is an element."""
    page = report_bytes(REPORT, "html").decode()
    tree = html.fromstring(page)
    assert not tree.xpath("//img | //link | //script[@src]")
    assert tree.xpath("string(//h1)") == "Audit of <b>define.xml</b>"
    rows = tree.xpath("//table[@id='findings']/tbody/tr")
    assert [row.get("data-code") for row in rows] == ["DEF001", "DEF002", "DEF044"]
    assert HOSTILE in rows[1].xpath("string(td[5])")


def test_a_page_without_findings_has_no_table() -> None:
    """Only the verdict."""
    page = report_bytes(Report("Audit", ()), "html").decode()
    assert "no finding" in page
    assert "<table" not in page


def test_the_workbook_holds_texts_not_formulas() -> None:
    """Read by another program; a cell that begins with = is text."""
    content = report_bytes(REPORT, "xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = book.get_sheet_by_name("Findings").to_python()
    assert rows[1][:7] == ["error", "DEF001", "define.xml", 3.0, "DM", "SEX", "=HYPERLINK(1)"]
    assert rows[2][6] == HOSTILE
    assert b"<f>" not in content
    about = book.get_sheet_by_name("About").to_python()
    assert about[1] == ["study", "=A&B"]


@pytest.mark.parametrize("form", [form for form in FORMS if form != "xlsx"])
def test_forms_are_the_same_every_time(form: str) -> None:
    """No clock, no path."""
    assert report_bytes(REPORT, form) == report_bytes(REPORT, form)
