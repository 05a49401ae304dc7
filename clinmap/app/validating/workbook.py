"""The report as an Excel workbook: summary, findings, records, rules. No cell is a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from clinmap.app.reports.report import meaning
from clinmap.app.validating.document import record_lines, shown_columns
from clinmap.app.validating.report import Finding, ValidationReport
from clinmap.problems import Location

Cell = str | int | None
MOST_ROWS = 1_048_575
"""How many lines below the header a sheet of Excel holds."""
_LONGEST_CELL = 32_767
_WHEN = (1980, 1, 1)
_FINDINGS = (
    ("no", 6), ("severity", 9), ("code", 9), ("dataset", 10), ("variable", 12), ("finding", 70),
    ("records", 9), ("state", 9), ("explained", 40), ("hint", 50), ("meaning", 50), ("file", 24),
    ("line", 7),
)  # fmt: skip
_RECORDS = (
    ("finding no", 10), ("severity", 9), ("code", 9), ("dataset", 10), ("variable", 12),
    ("row", 9), ("subject", 20), ("new", 6), ("keys", 50), ("values", 60),
)  # fmt: skip
_RULES = (
    ("code", 9), ("severity", 9), ("meaning", 60), ("how to mend it", 80), ("reference", 32),
    ("findings", 9), ("records", 9),
)  # fmt: skip
_DATASETS = (
    "dataset", "label", "file", "records", "variables", "errors", "warnings", "notes", "explained",
    "worst rule", "new", "gone", "staying",
)  # fmt: skip


def report_workbook(report: ValidationReport, most_rows: int = MOST_ROWS) -> bytes:
    """The workbook; the same report gives the same bytes.

    Texts are texts, whatever they begin with. Records beyond `most_rows` are left out, and the
    summary says how many.
    """
    from datetime import datetime

    import xlsxwriter

    content = BytesIO()
    settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                "strings_to_numbers": False}  # fmt: skip
    records = sum(max(len(one.places), 0) for one in report.findings)
    with xlsxwriter.Workbook(content, settings) as book:
        book.set_properties({"created": datetime(*_WHEN)})
        sheets = [book.add_worksheet(n) for n in ("Summary", "Findings", "Records", "Rules")]
        bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        _summary(sheets[0], report, max(records - most_rows, 0), bold)
        _listed(sheets[1], _FINDINGS, _finding_rows(report), bold)
        _listed(sheets[2], _RECORDS, _record_rows(report, most_rows), bold)
        _listed(sheets[3], _RULES, _rule_rows(report), bold)
    return content.getvalue()


def _summary(sheet: Any, report: ValidationReport, left_out: int, bold: Any) -> None:
    lines: list[Sequence[Cell]] = [(report.title, report.verdict)]
    lines += [("as of", report.stamp)] if report.stamp else []
    lines += list(report.about)
    if report.trend:
        lines.append((f"since {report.trend.title}", report.trend.total.said))
    if left_out:
        lines.append(("left out", f"{left_out:,} records: a sheet holds no more. The report as "
                      "JSON has all of them."))  # fmt: skip
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, str(line[0]), bold)
        _write(sheet, number, (None, *line[1:]))
    top = len(lines) + 1
    _write(sheet, top, _DATASETS, bold)
    for number, line in enumerate(_dataset_rows(report), start=top + 1):
        _write(sheet, number, line)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 2, 36)
    sheet.set_column(3, len(_DATASETS), 10)
    sheet.autofilter(top, 0, top + max(len(report.datasets), 1), len(_DATASETS) - 1)


def _dataset_rows(report: ValidationReport) -> Iterator[Sequence[Cell]]:
    for line in report.datasets:
        change = report.trend.of_dataset(line.name) if report.trend else None
        told = (change.new, change.gone, change.staying) if change else (None, None, None)
        yield (
            line.name, line.label, line.file, line.records, line.variables, *line.counts.values(),
            line.explained, line.worst, *told,
        )  # fmt: skip


def _finding_rows(report: ValidationReport) -> Iterator[Sequence[Cell]]:
    for number, one in enumerate(report.findings, start=1):
        problem = one.problem
        place = problem.location or Location("")
        yield (
            number, problem.severity.value, problem.code, problem.dataset, problem.variable,
            problem.message, problem.count, one.state, problem.explained, problem.hint,
            meaning(problem.code), place.file, place.line or None,
        )  # fmt: skip


def _record_rows(report: ValidationReport, most: int) -> Iterator[Sequence[Cell]]:
    left = most
    for number, one in enumerate(report.findings, start=1):
        if left <= 0:
            return
        yield from _of_finding(report, number, one, left)
        left -= len(one.places)


def _of_finding(
    report: ValidationReport, number: int, finding: Finding, most: int
) -> Iterator[Sequence[Cell]]:
    problem, names = finding.problem, shown_columns(finding)
    own = (number, problem.severity.value, problem.code, problem.dataset, problem.variable)
    new = finding.new if finding.new is not None else [None] * len(finding.places)
    for line, is_new in zip(record_lines(report, finding, most), new, strict=False):
        row, *values = line
        told = dict(zip(names, values, strict=True))
        keys = _pairs(told, (key for key in finding.keys if key != "USUBJID"))
        state = None if is_new is None else "new" if is_new else ""
        subject = told.get("USUBJID")
        yield (*own, row, subject, state, keys, _pairs(told, finding.columns))


def _pairs(told: dict[str, str | None], names: Iterable[str]) -> str:
    return "; ".join(f"{n}={'' if told[n] is None else told[n]}" for n in names if n in told)


def _rule_rows(report: ValidationReport) -> Iterator[Sequence[Cell]]:
    for line in report.rules:
        yield (
            line.code, line.severity, line.title, line.fix, line.reference, line.findings,
            line.records,
        )  # fmt: skip


def _listed(
    sheet: Any, head: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]], bold: Any
) -> None:
    for column, (name, width) in enumerate(head):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    number = 0
    for number, row in enumerate(rows, start=1):
        _write(sheet, number, row)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(number, 1), len(head) - 1)


def _write(sheet: Any, number: int, row: Sequence[Cell], form: Any = None) -> None:
    for column, value in enumerate(row):
        if isinstance(value, int):
            sheet.write_number(number, column, value, form)
        elif value:
            sheet.write_string(number, column, value[:_LONGEST_CELL], form)
