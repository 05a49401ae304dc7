"""The forms of a validation's report, each as bytes that can be printed or written to a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clinmap.app.places import Places
from clinmap.app.reports import Report, report_bytes
from clinmap.app.validating.report import ValidationReport

TOLD_ELSEWHERE = ("sarif", "junit", "github")
"""The forms for other programs, which all reports have in common; they hold no record."""


def validation_bytes(report: ValidationReport, form: str) -> bytes:
    """The report in one of `FORMS`. Example: `validation_bytes(report, "html")`."""
    return FORMS[form](report)


def _text(report: ValidationReport) -> bytes:
    from clinmap.app.validating.text import report_text

    return report_text(report).encode()


def _json(report: ValidationReport) -> bytes:
    from clinmap.app.validating.document import document_text, report_document

    return document_text(report_document(report)).encode()


def _page(report: ValidationReport) -> bytes:
    from clinmap.app.validating.page import report_page

    return report_page(report).encode()


def _workbook(report: ValidationReport) -> bytes:
    from clinmap.app.validating.workbook import report_workbook

    return report_workbook(report)


def _elsewhere(form: str) -> Callable[[ValidationReport], bytes]:
    def made(report: ValidationReport) -> bytes:
        files = [line.file for line in report.datasets]
        places = Places(tuple(report.roots))
        told = Report(report.title, report.problems, report.about, places, files, report.fail_on)
        return report_bytes(told, form)

    return made


FORMS: Mapping[str, Callable[[ValidationReport], bytes]] = {
    "text": _text,
    "json": _json,
    "html": _page,
    "xlsx": _workbook,
    **{form: _elsewhere(form) for form in TOLD_ELSEWHERE},
}
"""What makes each form of a report."""
