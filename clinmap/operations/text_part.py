"""One part of a text that is longer than a variable can be."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class TextPart(Operation):
    """Give one part of a long text, which is split between words.

    Parameters: `text_part`, the reference; `number`, which part, 1 for the first; `length`, the most
    characters of a part (default 200).
    Rows: none is added or dropped. Missing: a text with fewer parts gives missing.
    Problems: none. Source: SDTMIG 3.4 section 4.5.3 (text strings that exceed 200 characters).

    Example::

        AETERM: {text_part: $AETERM, number: 1}
    """

    name: ClassVar[str] = "text_part"

    text_part: Reference
    number: int = 1
    length: int = 200

    def inputs(self) -> tuple[Ref, ...]:
        """The reference."""
        return references(self.text_part)

    def apply(self, rows: Rows) -> pd.Series:
        """The part; only texts that are too long are split."""
        values = rows.text(self.text_part)
        long = values.str.len() > self.length
        known = {text: self._part(text) for text in values[long.fillna(False)].unique()}
        short = values if self.number == 1 else rows.text(None)
        return short.where(~long.fillna(False), values.map(known).astype("str"))

    def _part(self, text: str) -> str | None:
        parts = textwrap.wrap(text, self.length, break_on_hyphens=False)
        return parts[self.number - 1] if self.number <= len(parts) else None

    def describe(self) -> Description:
        """As its input."""
        return Description()
