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

    Parameters: `text_part`, the reference; `number`, which part, 1 for the first; `size`, the
    most characters of a part (default 200); `last`, whether no further part is kept (default
    false).
    Rows: none is added or dropped. Missing: a text with fewer parts gives missing.
    Problems: TXT003 for texts that go on beyond the last part. Source: SDTMIG 3.4 section 4.5.3
    (text strings that exceed 200 characters).

    Example::

        AETERM: {text_part: $AETERM, number: 1}
    """

    name: ClassVar[str] = "text_part"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TXT003",)

    text_part: Reference
    number: int = 1
    size: int = 200
    last: bool = False

    def inputs(self) -> tuple[Ref, ...]:
        """The reference."""
        return references(self.text_part)

    def apply(self, rows: Rows) -> pd.Series:
        """The part; only texts that are too long are split."""
        values = rows.text(self.text_part)
        long = values.str.len() > self.size
        split = {text: self._parts(text) for text in values[long.fillna(False)].unique()}
        known = {text: self._part(parts) for text, parts in split.items()}
        if self.last:
            beyond = [text for text, parts in split.items() if len(parts) > self.number]
            rows.report(
                "TXT003",
                f"texts of {self.text_part} that go on beyond part {self.number}",
                values.isin(beyond).to_numpy(dtype=bool),
            )
        short = values if self.number == 1 else rows.text(None)
        return short.where(~long.fillna(False), values.map(known).astype("str"))

    def _parts(self, text: str) -> list[str]:
        return textwrap.wrap(text, self.size, break_on_hyphens=False)

    def _part(self, parts: list[str]) -> str | None:
        return parts[self.number - 1] if self.number <= len(parts) else None

    def describe(self) -> Description:
        """As its input."""
        return Description()
