"""One finding of a rule: its severity is the catalogue's, its place a line of the specification."""

from __future__ import annotations

from clinmap.codes import severity_of
from clinmap.fixes import Fix
from clinmap.problems import Location, Problem


def finding(
    code: str,
    message: str,
    place: Location,
    hint: str = "",
    *,
    of: str = "",
    variable: str = "",
    fix: Fix | None = None,
) -> Problem:
    """What a rule found; `of` is the dataset or raw table, `fix` what `--fix` may write."""
    return Problem(
        code,
        severity_of(code),
        message,
        dataset=of,
        variable=variable,
        location=place,
        hint=hint,
        fix=fix,
    )
