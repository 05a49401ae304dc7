"""What a report shows: a title, what was looked at, and the findings, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from clinmap.app.places import Places
from clinmap.app.reports.findings import Finding, finding_of, meaning
from clinmap.problems import Location, Problem, Severity

__all__ = ["Report", "in_order", "meaning", "where"]


@dataclass(frozen=True, slots=True)
class Report:
    """Findings of one run; `about` are facts to show above them, as name and value.

    `problems` may hold explained ones: they are counted apart and shown with their reasons. `files`
    are those that were looked at, `fail_on` is the severity from which a finding fails a run
    (`never`: none does), and `more` stands in the JSON besides.

    >>> Report("Audit of define.xml", ()).verdict
    'no finding'
    """

    title: str
    problems: Sequence[Problem]
    about: Sequence[tuple[str, str]] = ()
    places: Places = field(default_factory=Places)
    files: Sequence[str] = ()
    fail_on: str = "error"
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def open(self) -> list[Problem]:
        """The problems that nobody has explained."""
        return [problem for problem in self.problems if not problem.explained]

    @property
    def counts(self) -> dict[str, int]:
        """How many unexplained findings there are of each severity, the worst first."""
        found = [problem.severity for problem in self.open]
        return {severity.value: found.count(severity) for severity in reversed(Severity)}

    @property
    def verdict(self) -> str:
        """The counts in words."""
        said = [f"{n:,} {name}{'s' * (n != 1)}" for name, n in self.counts.items() if n]
        explained = len(self.problems) - len(self.open)
        words = ", ".join(said) or "no finding"
        return f"{words}, {explained:,} explained" if explained else words

    @property
    def groups(self) -> Iterator[tuple[str, str, list[Problem]]]:
        """Severity, code and the unexplained findings of both, in order."""
        for (severity, code), found in groupby(self.open, lambda p: (p.severity.value, p.code)):
            yield severity, code, list(found)

    @property
    def findings(self) -> list[Finding]:
        """The unexplained findings with places that can be opened from the current folder."""
        return [finding_of(problem, self.places) for problem in self.open]

    @property
    def explained(self) -> list[Finding]:
        """The findings that the study explains, each with its reason."""
        return [finding_of(problem, self.places) for problem in self.problems if problem.explained]

    def fails(self, problem: Problem) -> bool:
        """Whether a finding fails the run."""
        if self.fail_on == "never" or problem.explained:
            return False
        return problem.severity.rank >= Severity(self.fail_on).rank


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems by severity, the worst first, then by code and place; doubles left out."""
    return sorted(dict.fromkeys(problems), key=_rank)


def _rank(problem: Problem) -> tuple[int, str, Location, str]:
    place = problem.location or Location("")
    return (-problem.severity.rank, problem.code, place, problem.message)


def where(problem: Problem) -> str:
    """The dataset and variable of a problem, as in `AE.AETERM`."""
    return ".".join(filter(None, (problem.dataset, problem.variable)))
