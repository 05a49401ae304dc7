"""What can be wrong: a `Problem` of the data, or an error of a specification, a file or ourselves.

Bad *data* becomes a `Problem`: it has a code, it is counted, it points at rows, and the build goes
on. Bad *specifications and files* become an error, with file, line and the way to mend it::

    ClinmapError                 exit code 2
    ├── SpecificationError       a study's YAML is wrong
    │   └── SpecificationErrors  several at once, so that one run shows all
    ├── InputError               a file that we were given cannot be used
    └── OutputError              the place that we should write to cannot be used

Every code is explained in `clinmap.codes`; the page of codes in the docs is made from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinmap.fixes import Fix

ANY = "*"
"""What problems.yaml writes for every dataset, or for every variable of one."""

LONGEST_SHOWN = 60
"""The longest text of the data that a message shows."""

_TELLING = re.compile(
    r"""\d{3} | @ | \d\s*[-_/#]\s*\d | \d\s+\d | \d\.\d+\.\d  # 101, 01-01, 01 01, 1.01.01
      | ^[A-Za-z]{1,4}[-_ ]?0\d+$                              # S01, PT-07""",
    re.VERBOSE,
)
_OF_PERSONS = re.compile(
    r"""subj | patient | pat_?(id|no|nr|num) | person | participant | initials
      | (screen|screening|rand|randomi[sz]ation|enrol|enroll?ment)[ _.-]?(id|no|nr|num)
      | ^(pt|pt_?id|pid|id|mrn|name|first_?name|last_?name|surname|dob)$""",
    re.VERBOSE | re.IGNORECASE,
)
"""How columns are named that say who somebody is."""


class Severity(StrEnum):
    """How bad a problem is: a `note` counts, a `warning` wants a look, an `error` fails."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a note, 1 for a warning, 2 for an error."""
        return ("note", "warning", "error").index(self.value)


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file that a person can open: `sdtm/ae.yaml:12`. Line 0 is the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def precise(self) -> str:
        """The place with its column, where that is known: `sdtm/ae.yaml:12:5`."""
        return f"{self}:{self.column}" if self.line and self.column else str(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about the data: what, how bad, where, in which rows, and how to mend it.

    `rows` are identifiers such as `ae:17` (record 17 of raw table ae) or `AE:5` (row 5 of dataset
    AE), never subject identifiers. `count` is the number of rows concerned, each counted once.
    """

    code: str
    severity: Severity
    message: str
    dataset: str = ""
    variable: str = ""
    count: int = 1
    rows: tuple[str, ...] = ()
    location: Location | None = None
    hint: str = ""
    explained: str = ""
    fix: Fix | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What a declaration in problems.yaml is matched by: code, dataset, variable."""
        return (self.code, self.dataset, self.variable)


@dataclass(frozen=True, slots=True)
class Listed:
    """Texts of the data that are listed one by one where they are few.

    `said` and `hint` are what is said of them where they are many, behind their number.
    """

    texts: tuple[str, ...]
    said: str
    hint: str = ""


class ClinmapError(Exception):
    """Something that stops us: `code`, `message`, the `location` and a `hint` that mends it.

    A `fix` is what `check --fix` may write without asking.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        location: Location | None = None,
        hint: str = "",
        fix: Fix | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.location = location
        self.hint = hint
        self.fix = fix
        super().__init__(str(self))

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        mend = f"\n    {self.hint}" if self.hint else ""
        return f"{where}{self.code} {self.message}{mend}"


class SpecificationError(ClinmapError):
    """A study's specification cannot be used as it stands."""


class SpecificationErrors(SpecificationError):
    """Several specification errors, in the order of their places."""

    def __init__(self, errors: Iterable[SpecificationError]) -> None:
        self.errors: Sequence[SpecificationError] = sorted(
            errors, key=lambda e: (e.location or Location(""), e.code, e.message)
        )
        first = self.errors[0]
        super().__init__(first.code, first.message, location=first.location, hint=first.hint)

    def __str__(self) -> str:
        if not hasattr(self, "errors"):
            return ""
        return "\n".join(str(error) for error in self.errors)


class InputError(ClinmapError):
    """A file or folder that we were given cannot be used."""


class OutputError(ClinmapError):
    """The place that we should write to cannot be used."""


def quoted(text: str, *columns: str) -> str:
    """A text of the data as a message may show it: a word of a form or list in quotes, else not.

    Messages are read by more people than the data. What may stand for somebody is only described: a
    text with three digits in a row, with numbers side by side (`01-01`), like `S01`, or with an at
    sign; a long one, and one that is no plain line. So is every text of a column that by its name
    says who somebody is; `columns` are where it comes from and where it goes to.

    >>> quoted("Mal"), quoted("101-001"), quoted("01-01")
    ("'Mal'", 'a text of 7 characters, not shown', 'a text of 5 characters, not shown')
    >>> quoted("Mal", "SUBJID")
    'a text of 3 characters, not shown'
    """
    if may_be_shown(text) and not any(map(says_who, columns)):
        return repr(text)
    return f"a text of {len(text):,} characters, not shown"


def may_be_shown(text: str) -> bool:
    """Whether a text of a file may stand in a message: see `quoted`.

    >>> [may_be_shown(text) for text in ("AETERM", "101-001", "a\\nb")]
    [True, False, False]
    """
    plain = len(text) <= LONGEST_SHOWN and text.isprintable()
    return plain and _TELLING.search(text) is None


def says_who(column: str) -> bool:
    """Whether a column, by its name, says who somebody is.

    >>> [says_who(column) for column in ("USUBJID", "Patient No", "PATNUM", "PATHRES")]
    [True, True, True, False]
    """
    return _OF_PERSONS.search(column) is not None


def near_match(word: str, known: Iterable[str], prefix: str = "Did you mean ") -> str:
    """A hint with the known words nearest to `word`, or an empty text when none is near.

    >>> near_match("recod", ["recode", "assign"])
    'Did you mean recode?'
    """
    import difflib

    by_fold = {name.casefold(): name for name in known}
    hits = difflib.get_close_matches(word.casefold(), list(by_fold), n=3, cutoff=0.6)
    return f"{prefix}{' or '.join(by_fold[hit] for hit in hits)}?" if hits else ""


@dataclass(slots=True)
class Findings:
    """The problems of one run, gathered; the order of adding does not matter to readers."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Add one problem, unless it concerns no row."""
        if problem.count > 0:
            self.problems.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add several problems."""
        for problem in problems:
            self.add(problem)
