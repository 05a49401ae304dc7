"""The report for a terminal: datasets, findings by rule, the verdict. No value of a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from clinmap.app.console import plain_table
from clinmap.app.validating.report import DatasetLine, Finding, ValidationReport
from clinmap.problems import Problem

SHOWN = 12
"""How many findings of one rule the text shows."""
_HEAD = ("dataset", "records", "errors", "warnings", "notes", "explained", "worst rule", "file")
_RIGHT = {1, 2, 3, 4, 5}


def report_text(report: ValidationReport) -> str:
    """The whole text; it names rows by number only, and no subject."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: ValidationReport) -> Iterator[str]:
    yield report.title + (f", as of {report.stamp}" if report.stamp else "")
    yield from (_plain(f"{name}: {value}") for name, value in report.about)
    yield ""
    yield from map(_plain, plain_table(_HEAD, map(_row, report.datasets), _RIGHT))
    yield from _by_rule(report.open)
    yield from _explained(report)
    yield from _trend(report)
    yield from ("", report.verdict)


def _row(line: DatasetLine) -> tuple[str, ...]:
    counts = (line.counts[name] for name in ("error", "warning", "note"))
    numbers = (line.records, *counts, line.explained)
    return (line.name, *(f"{number:,}" for number in numbers), line.worst, line.file)


def _by_rule(findings: Sequence[Finding]) -> Iterator[str]:
    ordered = sorted(findings, key=_rank)
    for code, group in groupby(ordered, key=lambda one: one.problem.code):
        own = list(group)
        yield from _rule(code, own)
        hint = ""
        for one in own[:SHOWN]:
            yield from _said(one, hint)
            hint = one.problem.hint
        if len(own) > SHOWN:
            yield f"  and {len(own) - SHOWN:,} more: see --format html, xlsx or json"


def _rank(finding: Finding) -> tuple[int, str, str, str]:
    problem = finding.problem
    return -problem.severity.rank, problem.code, problem.dataset, problem.variable


def _rule(code: str, own: Sequence[Finding]) -> Iterator[str]:
    from clinmap.app.reports.report import meaning
    from clinmap.codes import find_code

    number = f" ({len(own):,} findings)" if len(own) > 1 else ""
    yield from ("", f"{own[0].problem.severity.value} {code}: {meaning(code)}{number}")
    known = find_code(code)
    if known:
        yield known.fix


def _said(finding: Finding, before: str) -> Iterator[str]:
    """A finding, and its hint where that is not the one before."""
    problem = finding.problem
    new = {"new": " [new]", "mixed": " [some new]"}.get(finding.state, "")
    yield _plain(f"  {_where(problem)}: {problem.message}{_times(finding)}{new}")
    if problem.hint and problem.hint != before:
        yield _plain(f"      {problem.hint}")


def _where(problem: Problem) -> str:
    return ".".join(filter(None, (problem.dataset, problem.variable))) or "all"


def _times(finding: Finding) -> str:
    """How many records, and the rows of the first few."""
    if not len(finding.places):
        return ""
    first = [row.rpartition(":")[2] for row in finding.problem.rows[:3]]
    count = finding.problem.count
    more = ", …" if count > len(first) else ""
    rows = f": row{'s' * (count != 1)} {', '.join(first)}{more}" if first else ""
    return f" ({count:,} record{'s' * (count != 1)}{rows})"


def _explained(report: ValidationReport) -> Iterator[str]:
    own = [one.problem for one in report.findings if one.problem.explained]
    if own:
        yield from ("", f"explained ({len(own):,})")
        for problem in own[: 2 * SHOWN]:
            yield _plain(f"  {problem.code} {_where(problem)}: {problem.explained}")
        if len(own) > 2 * SHOWN:
            yield f"  and {len(own) - 2 * SHOWN:,} more"


def _trend(report: ValidationReport) -> Iterator[str]:
    if report.trend is None:
        return
    yield from ("", f"since {report.trend.title}")
    rows: Iterable[tuple[str, ...]] = (
        (dataset or "all", code, *map(str, (change.new, change.gone, change.staying)))
        for (dataset, code), change in report.trend.changes.items()
        if change.new or change.gone
    )
    listed = list(rows)
    if listed:
        yield from plain_table(("dataset", "rule", "new", "gone", "staying"), listed, {2, 3, 4})
    yield report.trend.total.said


def _plain(text: str) -> str:
    """The text on one line without control characters, which a file could smuggle in."""
    return "".join(c if c.isprintable() else " " for c in text)
