"""What is proposed for raw tables and columns: always with a score and the reasons."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from clinmap.profiling import TableProfile
from mappings.skeleton import Value

State = Literal["mapped", "asked", "explained", "open"]
"""Written as a mapping; as a comment beside a question; left out with a reason; not known."""

WRITTEN = 0.75
SHOWN = 0.45
"""From these scores on a proposal is written as a mapping, and as a comment."""


@dataclass(frozen=True, slots=True)
class Clue:
    """How likely something is by one sign alone (0 to 1), and the sign in words."""

    score: float
    words: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A variable that a raw column may feed, how it is made, and why."""

    table: str
    column: str
    dataset: str
    variable: str
    score: float
    evidence: tuple[str, ...]
    said: Value = None

    @property
    def target(self) -> str:
        """`AE.AETERM`."""
        return f"{self.dataset}.{self.variable}"


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """What is proposed for a column: the best first; `reason` where it is left out or not known."""

    table: str
    column: str
    state: State
    proposals: tuple[Proposal, ...] = ()
    reason: str = ""

    @property
    def best(self) -> Proposal | None:
        """The likeliest."""
        return self.proposals[0] if self.proposals else None


@dataclass(slots=True)
class TableProposal:
    """The domain that is proposed for a table, and what is proposed for its columns.

    `subject`, `site`, `visit` and `study` name the columns that have these roles. `tests` are the
    columns that each hold the results of one test: column, term of --TESTCD, column of the unit.
    `units` are the terms of the units that stand in the names of such columns.
    """

    profile: TableProfile
    domain: str = ""
    score: float = 0.0
    evidence: tuple[str, ...] = ()
    others: tuple[tuple[str, float], ...] = ()
    subject: str = ""
    site: str = ""
    visit: str = ""
    study: str = ""
    columns: list[ColumnProposal] = field(default_factory=list)
    tests: list[tuple[str, str, str]] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.profile.name

    @property
    def is_written(self) -> bool:
        """Whether a dataset is written for it."""
        return bool(self.domain) and self.score >= SHOWN

    def set_state(self, column: str, state: State, reason: str = "") -> None:
        """Change what becomes of a column."""
        self.columns = [
            replace(c, state=state, reason=reason or c.reason) if c.column == column else c
            for c in self.columns
        ]


@dataclass(slots=True)
class StudyProposal:
    """What is proposed for a study: its name, its tables, and the visits in order."""

    study: str
    tables: list[TableProposal]
    visits: tuple[str, ...] = ()

    @property
    def columns(self) -> list[ColumnProposal]:
        """Every column of every table."""
        return [column for table in self.tables for column in table.columns]


def together(clues: list[Clue]) -> float:
    """The score of several signs that do not depend on each other.

    >>> together([Clue(0.5, "one"), Clue(0.5, "another")])
    0.75
    """
    doubt = 1.0
    for clue in clues:
        doubt *= 1 - clue.score
    return round(1 - doubt, 3)
