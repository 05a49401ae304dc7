"""How each dataset came out: its size, its problems, and whether it failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clinmap.app.build.expected import EXPECTATIONS
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


def state_of(counted: Tally, failed: bool) -> State:
    """The state that a tally makes."""
    if failed:
        return "FAILED"
    return "warnings" if counted.errors or counted.warnings else "ok"
