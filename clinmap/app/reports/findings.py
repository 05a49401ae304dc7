"""A finding with the place where it can be opened, and all that is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from clinmap.app.console import finding
from clinmap.app.places import Places
from clinmap.codes import find_code
from clinmap.fixes import Rename
from clinmap.problems import ClinmapError, Location, Problem, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, with a place that can be opened from the current folder."""

    problem: Problem
    place: Location

    @property
    def text(self) -> str:
        """The finding for a terminal."""
        p = self.problem
        place = self.place if self.place.file else None
        return finding(p.severity.value, p.code, p.message, place, p.hint)

    @property
    def file(self) -> str:
        """The file for reports that travel: from the current folder, or as messages name it."""
        return portable(self.place.file, (self.problem.location or Location("")).file)

    @property
    def document(self) -> dict[str, object]:
        """The finding for JSON, every field by its name; what is not known is empty."""
        p = self.problem
        return {
            "severity": p.severity.value,
            "code": p.code,
            "message": p.message,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "dataset": p.dataset,
            "variable": p.variable,
            "count": p.count,
            "rows": list(p.rows),
            "hint": p.hint,
            "meaning": meaning(p.code),
            "explained": p.explained,
            "fix": _fix(p),
        }


def finding_of(what: ClinmapError | Problem, places: Places) -> Finding:
    """The finding that an error or a problem is."""
    problem = what if isinstance(what, Problem) else problem_of(what)
    return Finding(problem, places.shown(problem.location) or Location(""))


def portable(shown: str, named: str) -> str:
    """A file name without a path of this machine: what is elsewhere has the name of messages."""
    if not PurePath(shown).is_absolute():
        return PurePath(shown).as_posix() if shown else ""
    other = PurePath(named)
    return other.name if other.is_absolute() else other.as_posix()


def problem_of(error: ClinmapError) -> Problem:
    """An error of a specification or a file, as a problem among others."""
    return Problem(
        error.code,
        Severity.ERROR,
        error.message,
        location=error.location,
        hint=error.hint,
        fix=error.fix,
    )


def meaning(code: str) -> str:
    """What a code means, or an empty text."""
    known = find_code(code)
    return known.title if known else ""


def _fix(problem: Problem) -> dict[str, str] | None:
    """What `--fix` would write: a text, or another name of the file."""
    fix = problem.fix
    if fix is None:
        return None
    return {"rename": fix.new} if isinstance(fix, Rename) else {"old": fix.old, "new": fix.new}
