"""The forms of a report, each as bytes that can be printed or written to a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from io import BytesIO

from clinmap import __version__
from clinmap.app.reports.findings import sarif
from clinmap.app.reports.report import Report, meaning, where
from clinmap.codes import find_code
from clinmap.problems import Location, Problem

SHOWN = 20
"""How many findings of one code the text shows."""
_HEAD = ("severity", "code", "file", "line", "dataset", "variable", "finding", "times", "hint",
         "meaning")  # fmt: skip
_WIDTHS = (9, 9, 24, 7, 10, 12, 80, 7, 60, 60)
_LONGEST_CELL = 32_767


def report_bytes(report: Report, form: str) -> bytes:
    """The report in one of `FORMS`. Example: `report_bytes(report, "json")`."""
    return FORMS[form](report)


def _text(report: Report) -> bytes:
    return ("\n".join(_text_lines(report)) + "\n").encode()


def _text_lines(report: Report) -> Iterator[str]:
    yield report.title
    yield from (f"{name}: {value}" for name, value in report.about)
    for severity, code, found in report.groups:
        number = f" ({len(found)})" if len(found) > 1 else ""
        yield from ("", f"{severity} {code}: {meaning(code)}{number}", *_fix(code))
        for problem in found[:SHOWN]:
            yield from _finding_lines(report, problem)
        if len(found) > SHOWN:
            yield f"  and {len(found) - SHOWN:,} more: see --format json, html or xlsx"
    yield from ("", report.verdict)


def _finding_lines(report: Report, problem: Problem) -> Iterator[str]:
    place = report.places.shown(problem.location)
    owner = where(problem)
    said = problem.message if owner in problem.message else f"{owner}: {problem.message}"
    yield _plain(f"  {place}: {said}" if place else f"  {said}")
    if problem.hint and problem.hint not in _fix(problem.code):
        yield _plain(f"      {problem.hint}")


def _fix(code: str) -> tuple[str, ...]:
    """How a code is mended in general, said once for all of its findings."""
    known = find_code(code)
    return (known.fix,) if known else ()


def _plain(text: str) -> str:
    """The text on one line without control characters, which a file could smuggle in."""
    return "".join(c if c.isprintable() else " " for c in text)


def _json(report: Report) -> bytes:
    document = {
        "title": report.title,
        "about": dict(report.about),
        "counts": report.counts,
        "findings": [_document(problem) for problem in report.problems],
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _document(problem: Problem) -> dict[str, object]:
    """One finding, every field by its name."""
    place = problem.location or Location("")
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "file": place.file,
        "line": place.line,
        "dataset": problem.dataset,
        "variable": problem.variable,
        "count": problem.count,
        "rows": list(problem.rows),
        "hint": problem.hint,
        "meaning": meaning(problem.code),
    }


def _sarif(report: Report) -> bytes:
    return (json.dumps(sarif(report.findings), indent=1, ensure_ascii=False) + "\n").encode()


def _page(report: Report) -> bytes:
    """One page that needs no other file; every text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = files("clinmap.app.reports").joinpath("report.html.j2").read_text(encoding="utf-8")
    page = environment.from_string(template).render(
        report=report,
        findings=[_document(problem) for problem in report.problems],
        version=__version__,
    )
    return page.encode()


def _workbook(report: Report) -> bytes:
    """A sheet of the findings and one of the counts; every text is a text, never a formula."""
    import xlsxwriter

    content = BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, settings) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Findings")
        for column, (name, width) in enumerate(zip(_HEAD, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, bold)
        for row, problem in enumerate(report.problems, start=1):
            for column, value in enumerate(_cells(problem)):
                if isinstance(value, int):
                    sheet.write_number(row, column, value)
                else:
                    sheet.write_string(row, column, value[:_LONGEST_CELL])
        sheet.autofilter(0, 0, max(len(report.problems), 1), len(_HEAD) - 1)
        sheet.freeze_panes(1, 0)
        about = book.add_worksheet("About")
        lines = [(report.title, report.verdict), *report.about]
        for row, (name, said) in enumerate(lines):
            about.write_string(row, 0, name, bold)
            about.write_string(row, 1, said[:_LONGEST_CELL])
    return content.getvalue()


def _cells(problem: Problem) -> tuple[str | int, ...]:
    place = problem.location or Location("")
    return (
        problem.severity.value,
        problem.code,
        place.file,
        place.line,
        problem.dataset,
        problem.variable,
        problem.message,
        problem.count,
        problem.hint,
        meaning(problem.code),
    )


FORMS: Mapping[str, Callable[[Report], bytes]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "html": _page,
    "xlsx": _workbook,
}
"""What makes each form of a report."""
