"""The forms of a report, each as bytes that can be printed or written to a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files
from io import BytesIO

from clinmap import __version__
from clinmap.app.reports.annotations import github_lines
from clinmap.app.reports.findings import Finding, meaning
from clinmap.app.reports.junit import junit
from clinmap.app.reports.report import Report, where
from clinmap.app.reports.sarif import sarif
from clinmap.codes import find_code
from clinmap.problems import Problem

SHOWN = 20
"""How many findings of one code the text shows."""
_HEAD = ("severity", "code", "file", "line", "dataset", "variable", "finding", "times", "hint",
         "meaning", "explained")  # fmt: skip
_WIDTHS = (9, 9, 24, 7, 10, 12, 80, 7, 60, 60, 60)
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
    if explained := report.explained:
        yield from ("", f"explained ({len(explained)})")
        yield from (_plain(line) for line in explained_lines(explained))
    yield from ("", report.verdict)


def explained_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Each explained finding on a line, and its reason on the next."""
    for found in findings:
        problem = found.problem
        place = f"{found.place.precise}: " if found.place.file else ""
        yield f"  {place}{problem.code} {problem.message}"
        yield f"      {problem.explained}"


def _finding_lines(report: Report, problem: Problem) -> Iterator[str]:
    shown = report.places.shown(problem.location)
    place = shown.precise if shown else ""
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
        **report.more,
        "findings": [found.document for found in report.findings],
        "explained": [found.document for found in report.explained],
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _sarif(report: Report) -> bytes:
    document = sarif(report.findings, report.explained)
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _github(report: Report) -> bytes:
    return "".join(f"{line}\n" for line in github_lines(report.findings)).encode()


def _page(report: Report) -> bytes:
    """One page that needs no other file; every text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = files("clinmap.app.reports").joinpath("report.html.j2").read_text(encoding="utf-8")
    page = environment.from_string(template).render(
        report=report,
        findings=[found.document for found in (*report.findings, *report.explained)],
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
        shown = [*report.findings, *report.explained]
        for row, found in enumerate(shown, start=1):
            for column, value in enumerate(_cells(found)):
                if isinstance(value, int):
                    sheet.write_number(row, column, value)
                else:
                    sheet.write_string(row, column, value[:_LONGEST_CELL])
        sheet.autofilter(0, 0, max(len(shown), 1), len(_HEAD) - 1)
        sheet.freeze_panes(1, 0)
        about = book.add_worksheet("About")
        lines = [(report.title, report.verdict), *report.about]
        for row, (name, said) in enumerate(lines):
            about.write_string(row, 0, name, bold)
            about.write_string(row, 1, said[:_LONGEST_CELL])
    return content.getvalue()


def _cells(found: Finding) -> tuple[str | int, ...]:
    problem, place = found.problem, found.place
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
        problem.explained,
    )


FORMS: Mapping[str, Callable[[Report], bytes]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "junit": junit,
    "github": _github,
    "html": _page,
    "xlsx": _workbook,
}
"""What makes each form of a report."""
