"""Writing a report to files: what a file is called says which form it has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from clinmap.app.reports.forms import report_bytes
from clinmap.app.reports.report import Report
from clinmap.problems import OutputError, SpecificationError

ENDINGS = {
    ".sarif.json": "sarif",
    ".sarif": "sarif",
    ".json": "json",
    ".xml": "junit",
    ".html": "html",
    ".xlsx": "xlsx",
    ".txt": "text",
}
"""The form of a report by the ending of its file; the first that fits counts."""


def form_of_file(path: Path) -> str:
    """The form that a file's name asks for; SPC004 where it tells none.

    >>> form_of_file(Path("check.sarif"))
    'sarif'
    """
    name = path.name.lower()
    form = next((form for ending, form in ENDINGS.items() if name.endswith(ending)), None)
    if form is None:
        raise SpecificationError(
            "SPC004",
            f"the name {path.name} does not tell the form of the report",
            hint=f"Let it end in {', '.join(ENDINGS)}.",
        )
    return form


def write_reports(report: Report, paths: Iterable[Path]) -> None:
    """Write the report to each file, in the form that its name asks for.

    Problems: SPC004 (no known ending), OUT002 (cannot be written).
    """
    forms = [(path, form_of_file(path)) for path in paths]
    for path, form in forms:
        write_report(path, report_bytes(report, form))


def write_report(path: Path, content: bytes) -> None:
    """Write one report; folders above it are made. Problems: OUT002 (cannot be written)."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise OutputError("OUT002", f"{path.name} cannot be written: {error.strerror}") from None
