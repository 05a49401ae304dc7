"""Findings as JUnit XML, which Jenkins, GitLab and others show among the tests.

A suite for each file, a test case for each code in it: their names stay the same from run to run,
so that a server can tell what is new. A file without a finding is a test case that passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import replace
from typing import TYPE_CHECKING

from clinmap.app.reports.findings import Finding, meaning, portable
from clinmap.app.reports.report import Report

if TYPE_CHECKING:
    from lxml import etree

NOWHERE = "no file"


def junit(report: Report) -> bytes:
    """The report as JUnit XML: what fails the run is a failure, what is explained is skipped."""
    from lxml import etree

    root = etree.Element("testsuites", name=_clean(report.title))
    for file, findings in _by_file(report).items():
        _add_suite(root, _clean(file), findings, report)
    cases = list(root.iter("testcase"))
    _count(root, {"tests": cases, "failures": root.findall(".//failure"), "errors": ()})
    etree.indent(root, " ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _by_file(report: Report) -> Mapping[str, list[Finding]]:
    """The findings of each file, those of files that were looked at and are clean too."""
    found: dict[str, list[Finding]] = {}
    for finding in (*report.findings, *report.explained):
        found.setdefault(finding.file or NOWHERE, []).append(finding)
    shown = (portable(report.places.shown_file(file), file) for file in report.files)
    clean = {file: list[Finding]() for file in shown if file not in found}
    return dict(sorted({**found, **clean}.items()))


def _add_suite(
    root: etree._Element, file: str, findings: Sequence[Finding], report: Report
) -> None:
    """Add the suite of a file: a case for each code, those that are explained apart."""
    from lxml import etree

    cases: dict[tuple[str, bool], list[Finding]] = {}
    for finding in findings:
        problem = finding.problem
        cases.setdefault((problem.code, bool(problem.explained)), []).append(finding)
    suite = etree.SubElement(root, "testsuite", name=file)
    for (code, explained), held in sorted(cases.items(), key=lambda entry: entry[0]):
        name = _clean(f"{code} {meaning(code)}{' (explained)' * explained}")
        case = etree.SubElement(suite, "testcase", name=name, classname=file, file=file)
        _add_outcome(case, held, any(report.fails(finding.problem) for finding in held))
    if not cases:
        etree.SubElement(suite, "testcase", name="no finding", classname=file, file=file)
    outcomes = ("failures", "failure"), ("skipped", "skipped")
    counted = {key: suite.findall(f".//{tag}") for key, tag in outcomes}
    _count(suite, {"tests": list(suite), "errors": (), **counted})


def _add_outcome(case: etree._Element, findings: Sequence[Finding], fails: bool) -> None:
    """What came of a case, with all of its findings as text."""
    from lxml import etree

    first = findings[0].problem
    kind = "skipped" if first.explained else "failure" if fails else "system-out"
    part = etree.SubElement(case, kind)
    part.text = _clean("\n".join(_lines(findings)))
    if kind != "system-out":
        part.set("message", _clean(first.explained or first.message))
    if kind == "failure":
        part.set("type", first.severity.value)


def _count(element: etree._Element, held: Mapping[str, Sized]) -> None:
    for key, items in held.items():
        element.set(key, str(len(items)))


def _lines(findings: Iterable[Finding]) -> Iterable[str]:
    for finding in findings:
        yield replace(finding, place=replace(finding.place, file=finding.file)).text
        if finding.problem.explained:
            yield f"    explained: {finding.problem.explained}"


def _clean(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(c for c in text if c in "\n\t" or (c.isprintable() or c == "\xa0"))
