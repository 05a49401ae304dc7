"""How each dataset came out: its size, its problems, and whether it failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from clinmap.app.expected import EXPECTATIONS
from clinmap.app.needs import needs_of
from clinmap.codes import severity_of
from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Problem, Severity

State = Literal["ok", "warnings", "FAILED"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many problems there are: unexplained ones by severity, and those that are explained."""

    errors: int = 0
    warnings: int = 0
    notes: int = 0
    explained: int = 0

    @property
    def text(self) -> str:
        """The tally in a few words."""
        parts = (
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.notes, "note"),
        )
        said = [f"{n} {word}{'s' * (n != 1)}" for n, word in parts if n]
        if self.explained:
            said.append(f"{self.explained} explained")
        return ", ".join(said) or "none"


@dataclass(frozen=True, slots=True)
class Status:
    """A dataset in the summary; `written` is False for one that no file was made of."""

    name: str
    label: str
    rows: int
    variables: int
    tally: Tally
    state: State
    written: bool = True


def tally(problems: Iterable[Problem]) -> Tally:
    """Count problems."""
    counts = dict.fromkeys((*Severity, "explained"), 0)
    for problem in problems:
        counts["explained" if problem.explained else problem.severity] += 1
    return Tally(
        counts[Severity.ERROR], counts[Severity.WARNING], counts[Severity.NOTE], counts["explained"]
    )


def failed_datasets(problems: Iterable[Problem]) -> frozenset[str]:
    """The datasets with an error that nobody explained; a wrong expectation fails no dataset."""
    return frozenset(
        problem.dataset
        for problem in problems
        if problem.severity is Severity.ERROR
        and not problem.explained
        and problem.code not in EXPECTATIONS
    )


def made_from_failed(
    plan: Plan, datasets: Sequence[DatasetPlan], failed: frozenset[str]
) -> list[Problem]:
    """DEP001 for each dataset that was made, directly or not, from one that failed."""
    needs = {d.name: frozenset(needs_of(plan, d)) for d in datasets}
    problems = []
    for dataset in datasets:
        causes = sorted((_all_needs(dataset.name, needs) - {dataset.name}) & failed)
        if causes:
            problems.append(
                Problem(
                    "DEP001",
                    plan.severities.get("DEP001", severity_of("DEP001")),
                    f"made from {', '.join(causes)}, which failed",
                    dataset=dataset.name,
                    location=dataset.location,
                )
            )
    return problems


def _all_needs(name: str, needs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    wanted, found = [name], set[str]()
    while wanted:
        for need in needs.get(wanted.pop(), frozenset()):
            if need not in found:
                found.add(need)
                wanted.append(need)
    return frozenset(found)


def state_of(counted: Tally, failed: bool) -> State:
    """The state that a tally makes."""
    if failed:
        return "FAILED"
    return "warnings" if counted.errors or counted.warnings else "ok"
