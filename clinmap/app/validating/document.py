"""The report as a document for machines: every finding with all of its records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from clinmap.app.validating.report import Change, Finding, Gone, Trend, ValidationReport
from clinmap.app.validating.trends import FORMAT
from clinmap.problems import Location

VERSION = 1


def report_document(report: ValidationReport) -> dict[str, Any]:
    """The report in lists and scalars only; the same report is always the same document.

    A record is a list of values in the order of `record_columns`: its row counted from 1, the keys,
    and the variables that the finding is about.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "title": report.title,
        "as_of": report.stamp or None,
        "about": dict(report.about),
        "counts": report.counts,
        "explained": len(report.findings) - len(report.open),
        "datasets": [_dataset(report, number) for number in range(len(report.datasets))],
        "rules": [_rule(report, number) for number in range(len(report.rules))],
        "findings": [_finding(report, one) for one in report.findings],
        "trend": _trend(report.trend) if report.trend else None,
    }
    return document


def _dataset(report: ValidationReport, number: int) -> dict[str, Any]:
    line = report.datasets[number]
    told: dict[str, Any] = {
        "name": line.name,
        "label": line.label,
        "file": line.file,
        "records": line.records,
        "variables": line.variables,
        "counts": dict(line.counts),
        "explained": line.explained,
        "worst": line.worst,
    }
    if report.trend:
        told["trend"] = _change(report.trend.of_dataset(line.name))
    return told


def _rule(report: ValidationReport, number: int) -> dict[str, Any]:
    line = report.rules[number]
    told: dict[str, Any] = {
        "code": line.code,
        "severity": line.severity,
        "title": line.title,
        "fix": line.fix,
        "reference": line.reference,
        "findings": line.findings,
        "records": line.records,
    }
    if report.trend:
        told["trend"] = _change(report.trend.of_code(line.code))
    return told


def _finding(report: ValidationReport, finding: Finding) -> dict[str, Any]:
    problem = finding.problem
    place = problem.location or Location("")
    told: dict[str, Any] = {
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "dataset": problem.dataset,
        "variable": problem.variable,
        "count": problem.count,
        "file": place.file,
        "line": place.line,
        "hint": problem.hint,
        "explained": problem.explained,
        "keys": list(finding.keys),
        "variables": list(finding.columns),
        **_records(report, finding),
    }
    if report.trend:
        told["state"] = finding.state
        told["new_rows"] = _new_rows(report, finding)
    return told


def _records(report: ValidationReport, finding: Finding) -> dict[str, Any]:
    names = shown_columns(finding)
    return {"record_columns": ["row", *names], "records": record_lines(report, finding)}


def shown_columns(finding: Finding) -> list[str]:
    """The variables shown of a finding's records: the keys, then those that it is about."""
    return list(dict.fromkeys([*finding.keys, *finding.columns]))


def record_lines(
    report: ValidationReport, finding: Finding, most: int | None = None
) -> list[list[Any]]:
    """The records of a finding, each with its row and the values of `shown_columns`."""
    if not len(finding.places):
        return []
    records = report.records[finding.problem.dataset]
    places = finding.places[:most]
    columns = [records.columns[name].at(places) for name in shown_columns(finding)]
    rows = records.rows[places].tolist()
    return [list(line) for line in zip(rows, *columns, strict=True)]


def _new_rows(report: ValidationReport, finding: Finding) -> list[int]:
    if finding.new is None or not len(finding.places):
        return []
    rows = report.records[finding.problem.dataset].rows[finding.places]
    found: list[int] = rows[finding.new].tolist()
    return found


def _trend(trend: Trend) -> dict[str, Any]:
    return {
        "previous": trend.title,
        **_change(trend.total),
        "gone_findings": [_gone(one) for one in trend.gone],
    }


def _gone(gone: Gone) -> dict[str, Any]:
    records: Sequence[Sequence[str | None]] = gone.records
    return {
        "code": gone.code,
        "dataset": gone.dataset,
        "variable": gone.variable,
        "count": gone.count,
        "keys": list(gone.keys),
        "records": [list(record) for record in records],
    }


def _change(change: Change) -> dict[str, int]:
    return {"new": change.new, "gone": change.gone, "staying": change.staying}


def document_text(document: Mapping[str, Any]) -> str:
    """The document as JSON: a line for each record, so that a person and a diff can read it.

    >>> print(document_text({"a": 1, "findings": [{"code": "X", "records": [[1, "b"]]}]}), end="")
    {
     "a": 1,
     "findings": [
      {"code": "X", "records": [
       [1, "b"]
      ]}
     ]
    }
    """
    parts = [
        f' "{key}": {_findings_text(value) if key == "findings" else _text(value, 1)}'
        for key, value in document.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _findings_text(findings: Sequence[Mapping[str, Any]]) -> str:
    lines = [f"  {_finding_text(one)}" for one in findings]
    return "[\n" + ",\n".join(lines) + "\n ]" if lines else "[]"


def _finding_text(finding: Mapping[str, Any]) -> str:
    head = _text({name: value for name, value in finding.items() if name != "records"})
    lines = [f"   {_text(record)}" for record in finding["records"]]
    listed = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    return f'{head[:-1]}, "records": {listed}}}'


def _text(value: object, indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return text.replace("\n", "\n ") if indent else text
