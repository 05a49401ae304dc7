"""Findings about a specification in the formats that other tools read: JSON, SARIF, GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clinmap import __version__
from clinmap.app.console import finding
from clinmap.app.places import Places
from clinmap.codes import find_code
from clinmap.problems import ClinmapError, Location, Problem

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SARIF_LEVELS = {"error": "error", "warning": "warning", "note": "note"}
GITHUB_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


@dataclass(frozen=True, slots=True)
class Finding:
    """An error or a problem, with a place that can be opened from the current folder."""

    severity: str
    code: str
    message: str
    place: Location | None
    hint: str

    @property
    def text(self) -> str:
        """The finding for a terminal."""
        return finding(self.severity, self.code, self.message, self.place, self.hint)

    @property
    def document(self) -> dict[str, object]:
        """The finding for JSON."""
        place = self.place or Location("")
        return {
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "hint": self.hint,
        }


def finding_of(what: ClinmapError | Problem, places: Places) -> Finding:
    """The finding that an error or a problem is."""
    severity = what.severity.value if isinstance(what, Problem) else "error"
    return Finding(severity, what.code, what.message, places.shown(what.location), what.hint)


def sarif(findings: Iterable[Finding]) -> dict[str, object]:
    """The findings as SARIF 2.1.0, which code hosts and editors show at their lines."""
    listed = list(findings)
    driver = {
        "name": "clinmap",
        "version": __version__,
        "rules": [_rule(code) for code in sorted({found.code for found in listed})],
    }
    run = {"tool": {"driver": driver}, "results": [_result(found) for found in listed]}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def github_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """The findings as workflow commands, which GitHub shows in the changed files."""
    for found in findings:
        place = found.place or Location("")
        parts = {"file": place.file, "line": place.line, "col": place.column, "title": found.code}
        said = ",".join(f"{k}={_property(str(v))}" for k, v in parts.items() if v)
        text = f"{found.message}\n{found.hint}".strip()
        yield f"::{GITHUB_LEVELS[found.severity]} {said}::{_data(text)}"


def _rule(code: str) -> dict[str, object]:
    known = find_code(code)
    if known is None:
        return {"id": code}
    return {"id": code, "shortDescription": {"text": known.title}, "help": {"text": known.fix}}


def _result(found: Finding) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": found.code,
        "level": SARIF_LEVELS[found.severity],
        "message": {"text": f"{found.message}. {found.hint}".removesuffix(". ")},
    }
    if found.place and found.place.file:
        region = {"startLine": max(found.place.line, 1), "startColumn": max(found.place.column, 1)}
        artifact = {"uri": found.place.file}
        result["locations"] = [
            {"physicalLocation": {"artifactLocation": artifact, "region": region}}
        ]
    return result


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
