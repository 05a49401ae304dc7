"""What a report shows: a title, what was looked at, and the findings, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from clinmap.app.places import Places
from clinmap.app.reports.findings import Finding, finding_of
from clinmap.codes import find_code
from clinmap.problems import Location, Problem, Severity


@dataclass(frozen=True, slots=True)
class Report:
    """Findings of one run; `about` are facts to show above them, as name and value.

    >>> Report("Audit of define.xml", ()).verdict
    'no finding'
    """

    title: str
    problems: Sequence[Problem]
    about: Sequence[tuple[str, str]] = ()
    places: Places = field(default_factory=Places)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity, the worst first."""
        found = [problem.severity for problem in self.problems]
        return {severity.value: found.count(severity) for severity in reversed(Severity)}

    @property
    def verdict(self) -> str:
        """The counts in words."""
        said = (f"{n:,} {name}{'s' * (n != 1)}" for name, n in self.counts.items() if n)
        return ", ".join(said) or "no finding"

    @property
    def groups(self) -> Iterator[tuple[str, str, list[Problem]]]:
        """Severity, code and the findings of both, in order."""
        for (severity, code), found in groupby(self.problems, lambda p: (p.severity.value, p.code)):
            yield severity, code, list(found)

    @property
    def findings(self) -> list[Finding]:
        """The findings with places that can be opened from the current folder."""
        return [finding_of(problem, self.places) for problem in self.problems]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems by severity, the worst first, then by code and place; doubles left out."""
    return sorted(dict.fromkeys(problems), key=_rank)


def _rank(problem: Problem) -> tuple[int, str, Location, str]:
    place = problem.location or Location("")
    return (-problem.severity.rank, problem.code, place, problem.message)


def meaning(code: str) -> str:
    """What a code means, or an empty text."""
    known = find_code(code)
    return known.title if known else ""


def where(problem: Problem) -> str:
    """The dataset and variable of a problem, as in `AE.AETERM`."""
    return ".".join(filter(None, (problem.dataset, problem.variable)))
