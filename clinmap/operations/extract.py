"""A part of a text, by a pattern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import field_validator

from clinmap.operations.listed_texts import report_texts
from clinmap.patterns import safe_pattern
from clinmap.plan import Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Extract(Operation):
    """Take the part of a text that stands in the parentheses of a regular expression.

    Parameters: `extract`, the reference; `pattern`, a regular expression with one group, which must
    match the whole text; `otherwise`, what is done about a text that does not match: it is
    `listed` (the default), or knowingly `missing`, where texts need not have such a part.
    Rows: none is added or dropped. Missing: stays missing; a text that does not match is missing.
    Problems: TXT005 for each text that does not match; one for all where they are many.
    Source: SDTMIG 3.4 section 4.1.8 (origin metadata).

    Example::

        SUBJID: {extract: $PATNUM, pattern: "[0-9]+-([0-9]+)"}
        LIMIT: {extract: $RESULT, pattern: "[<>]([0-9.]+)", otherwise: missing}
    """

    name: ClassVar[str] = "extract"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TXT005",)

    extract: Reference
    pattern: str
    otherwise: Literal["listed", "missing"] = "listed"

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        if safe_pattern(pattern).groups != 1:
            raise ValueError(f"{pattern!r} must have one group in parentheses")
        return pattern

    def inputs(self) -> tuple[Ref, ...]:
        """The reference."""
        return references(self.extract)

    def apply(self, rows: Rows) -> pd.Series:
        """The part, on each distinct text once."""
        values = rows.text(self.extract)
        pattern = re.compile(self.pattern)
        found = {text: pattern.fullmatch(text) for text in values.dropna().unique().tolist()}
        if self.otherwise == "listed":
            self._report(rows, values, [text for text, match in found.items() if match is None])
        return values.map({t: match[1] for t, match in found.items() if match}).astype("str")

    def _report(self, rows: Rows, values: pd.Series, unlike: list[str]) -> None:
        said = (
            f"in {self.extract} does not match the pattern",
            f"texts in {self.extract} do not match the pattern",
        )
        hint = "Extend the pattern; say `otherwise: missing` if such texts have no such part."
        texts = values.where(values.isin(unlike))
        report_texts(rows, "TXT005", texts, self.extract.column, said, hint)

    def describe(self) -> Description:
        """As its input: a part of a collected value is collected."""
        return Description()
