"""A part of a text, by a pattern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator

from clinmap.plan import Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Extract(Operation):
    """Take the part of a text that stands in the parentheses of a regular expression.

    Parameters: `extract`, the reference; `pattern`, a regular expression with one group, which must
    match the whole text. Rows: none is added or dropped. Missing: a text that does not match gives
    missing. Problems: none. Source: SDTMIG 3.4 section 4.1.8 (origin metadata).

    Example::

        SUBJID: {extract: $PATNUM, pattern: "[0-9]+-([0-9]+)"}
    """

    name: ClassVar[str] = "extract"

    extract: Reference
    pattern: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        if groups != 1:
            raise ValueError(f"{pattern!r} must have one group in parentheses")
        return pattern

    def inputs(self) -> tuple[Ref, ...]:
        """The reference."""
        return references(self.extract)

    def apply(self, rows: Rows) -> pd.Series:
        """The part, on each distinct text once."""
        from clinmap.frames import on_distinct

        pattern = re.compile(self.pattern)

        def part(known: pd.Series) -> pd.Series:
            found = [pattern.fullmatch(text) for text in known]
            values = [match[1] if match else None for match in found]
            return known.__class__(values, dtype="str")

        return on_distinct(rows.text(self.extract), part)

    def describe(self) -> Description:
        """As its input: a part of a collected value is collected."""
        return Description()
