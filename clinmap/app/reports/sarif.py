"""Findings as SARIF 2.1.0, which code hosts and editors show at their lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from urllib.parse import quote

from clinmap import __version__
from clinmap.app.reports.findings import Finding
from clinmap.codes import Code, find_code

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "note": "note"}
PAGE = "docs/reference/rules.md"
"""The page that explains each rule, in the project's documentation."""
Document = dict[str, object]


def sarif(findings: Iterable[Finding], explained: Iterable[Finding] = ()) -> Document:
    """One run; what the study explains is there as suppressed, with the reason.

    Files are named from the current folder, others as messages name them: no path of this machine
    is in it. A fingerprint does not change when lines are added above.
    """
    open_, known = list(findings), list(explained)
    listed = [*open_, *known]
    codes = sorted({found.problem.code for found in listed})
    driver = {"name": "clinmap", "version": __version__, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": _results(listed, codes),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(identifier: str) -> Document:
    code = find_code(identifier)
    return {"id": identifier} if code is None else _known_rule(code)


def _known_rule(code: Code) -> Document:
    more = f"See {PAGE}#{code.id.lower()}."
    source = f" Source: {code.reference}." if code.reference else ""
    return {
        "id": code.id,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": f"{code.title[0].upper()}{code.title[1:]}.{source}"},
        "help": {"text": f"{code.fix} {more}"},
        "defaultConfiguration": {"level": LEVELS[code.severity.value]},
    }


def _results(findings: Sequence[Finding], codes: Sequence[str]) -> list[Document]:
    """The results in order; equal findings are told apart by their number."""
    seen: Counter[str] = Counter()
    results = []
    for found in findings:
        mark = _fingerprint(found)
        seen[mark] += 1
        results.append(_result(found, codes, f"{mark}:{seen[mark]}"))
    return results


def _fingerprint(found: Finding) -> str:
    p = found.problem
    said = "\n".join((p.code, (p.location or found.place).file, p.dataset, p.variable, p.message))
    return sha256(said.encode()).hexdigest()[:32]


def _result(found: Finding, codes: Sequence[str], fingerprint: str) -> Document:
    p = found.problem
    result: Document = {
        "ruleId": p.code,
        "ruleIndex": codes.index(p.code),
        "level": LEVELS[p.severity.value],
        "message": {"text": f"{p.message}. {p.hint}".removesuffix(". ")},
        "partialFingerprints": {"clinmapFinding/v1": fingerprint},
    }
    if found.place.file:
        result["locations"] = [{"physicalLocation": _physical(found)}]
    if p.explained:
        result["suppressions"] = [{"kind": "external", "justification": p.explained}]
    return result


def _physical(found: Finding) -> Document:
    place: Document = {"artifactLocation": {"uri": quote(found.file)}}
    if found.place.line:
        column = {"startColumn": found.place.column} if found.place.column else {}
        place["region"] = {"startLine": found.place.line, **column}
    return place
