"""Findings as workflow commands, which GitHub shows in the changed files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clinmap.app.reports.findings import Finding

LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def github_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """A line for each finding; control characters are written as GitHub reads them."""
    for found in findings:
        place, problem = found.place, found.problem
        parts = {
            "file": place.file, "line": place.line, "col": place.column, "title": problem.code,
        }  # fmt: skip
        said = ",".join(f"{key}={_property(str(value))}" for key, value in parts.items() if value)
        text = f"{problem.message}\n{problem.hint}".strip()
        yield f"::{LEVELS[problem.severity.value]} {said}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
