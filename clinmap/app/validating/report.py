"""What a validation found, ready to be shown: datasets, rules, findings and their records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.reports.report import meaning
from clinmap.codes import find_code
from clinmap.problems import Problem, Severity

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Positions = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ColumnTexts:
    """A column of the records shown: its distinct texts, and for each record which (-1: none)."""

    name: str
    texts: tuple[str, ...]
    codes: Positions

    def at(self, places: Positions) -> list[str | None]:
        """The texts at these places."""
        return [self.texts[code] if code >= 0 else None for code in self.codes[places].tolist()]


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a dataset that some finding is about; `rows` are counted from 1."""

    dataset: str
    rows: Positions
    columns: Mapping[str, ColumnTexts]


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A problem with its records, as places in `Records`; `new` marks those not met before.

    `keys` name the variables that tell the records apart, `columns` those that the finding is
    about. `state` is new, staying, mixed, or nothing where there is no former report.
    """

    problem: Problem
    places: Positions
    keys: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    new: Flags | None = None
    state: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """Code, dataset, variable."""
        return self.problem.key

    @property
    def marked(self) -> list[str]:
        """The variables to mark as wrong: not those that only tell whose record it is."""
        keys = set(self.keys) - {self.problem.variable}
        return [name for name in self.columns if name not in keys] or list(self.columns)


@dataclass(frozen=True, slots=True)
class Gone:
    """What a former report had, and this one has not: the keys of the records."""

    code: str
    dataset: str
    variable: str
    keys: tuple[str, ...]
    records: tuple[tuple[str | None, ...], ...]
    count: int


@dataclass(frozen=True, slots=True)
class Change:
    """How many findings, counted by record, are new, gone and staying."""

    new: int = 0
    gone: int = 0
    staying: int = 0

    def __add__(self, other: Change) -> Change:
        """The sum of both."""
        return Change(self.new + other.new, self.gone + other.gone, self.staying + other.staying)

    @property
    def said(self) -> str:
        """In words: `12 new, 3 gone, 40 staying`."""
        return f"{self.new:,} new, {self.gone:,} gone, {self.staying:,} staying"


@dataclass(frozen=True, slots=True)
class Trend:
    """This report against a former one, by dataset and code."""

    title: str
    changes: Mapping[tuple[str, str], Change]
    gone: tuple[Gone, ...] = ()

    @property
    def total(self) -> Change:
        """All changes together."""
        return sum(self.changes.values(), Change())

    def of_dataset(self, dataset: str) -> Change:
        """The changes in a dataset."""
        return sum((c for (name, _), c in self.changes.items() if name == dataset), Change())

    def of_code(self, code: str) -> Change:
        """The changes of a rule."""
        return sum((c for (_, known), c in self.changes.items() if known == code), Change())


@dataclass(frozen=True, slots=True)
class DatasetLine:
    """A dataset in the summary."""

    name: str
    label: str
    file: str
    records: int
    variables: int
    counts: Mapping[str, int]
    explained: int
    worst: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the summary: what it means, how it is mended, how often it was broken."""

    code: str
    severity: str
    title: str
    fix: str
    reference: str
    findings: int
    records: int


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """The whole report; `findings` are in order, the worst first, explained ones last."""

    title: str
    stamp: str
    about: Sequence[tuple[str, str]]
    datasets: Sequence[DatasetLine]
    findings: Sequence[Finding]
    records: Mapping[str, Records]
    trend: Trend | None = None
    roots: Sequence[Path] = field(default=(), repr=False)
    fail_on: str = "error"

    @property
    def problems(self) -> list[Problem]:
        """The problems of the findings."""
        return [one.problem for one in self.findings]

    @property
    def open(self) -> list[Finding]:
        """The findings that nobody explained."""
        return [one for one in self.findings if not one.problem.explained]

    @property
    def counts(self) -> dict[str, int]:
        """How many unexplained findings there are of each severity, the worst first."""
        return severity_counts(self.open)

    @property
    def verdict(self) -> str:
        """The counts in words."""
        said = [f"{n:,} {name}{'s' * (n != 1)}" for name, n in self.counts.items() if n]
        explained = len(self.findings) - len(self.open)
        told = [f"{explained:,} explained"] if explained else []
        concerned = sum(one.problem.count for one in self.open if len(one.places))
        records = f" in {concerned:,} record{'s' * (concerned != 1)}" if concerned else ""
        return (", ".join(said) or "no finding") + records + "".join(f"; {one}" for one in told)

    @property
    def rules(self) -> list[RuleLine]:
        """The rules that were broken, the worst first."""
        found: dict[str, list[Finding]] = {}
        for one in self.findings:
            found.setdefault(one.problem.code, []).append(one)
        lines = [_rule(code, own) for code, own in found.items()]
        rank = {severity.value: -severity.rank for severity in Severity}
        return sorted(lines, key=lambda line: (rank[line.severity], line.code))


def severity_counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings there are of each severity, the worst first."""
    found = [one.problem.severity for one in findings]
    return {severity.value: found.count(severity) for severity in reversed(Severity)}


def _rule(code: str, findings: Sequence[Finding]) -> RuleLine:
    known = find_code(code)
    worst = max((one.problem.severity for one in findings), key=lambda severity: severity.rank)
    return RuleLine(
        code,
        worst.value,
        meaning(code),
        known.fix if known else "",
        known.reference if known else "",
        len(findings),
        sum(one.problem.count for one in findings),
    )
