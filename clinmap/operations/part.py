"""One item of a list that was collected in one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator

from clinmap.plan import Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Part(Operation):
    """Give one item of a list that stands in one text, such as `White;Asian`.

    Parameters: `part`, the reference; `number`, which item, 1 for the first; `separator`, what
    stands between the items (default `;`); `of_several`, whether a text with only one item gives
    nothing (default false); `last`, whether no further item is kept anywhere (default false).
    Rows: none is added or dropped. Missing: a text with fewer items gives missing; blanks around
    items, and items without text, do not count.
    Problems: TXT003 for texts that go on beyond the last item.
    Source: SDTMIG 3.4 section 4.2.8 (multiple values for a variable).

    Example::

        RACE2: {part: $RACES, number: 2}
    """

    name: ClassVar[str] = "part"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TXT003",)

    part: Reference
    number: int = 1
    separator: str = ";"
    of_several: bool = False
    last: bool = False

    @field_validator("number")
    @classmethod
    def _from_one(cls, number: int) -> int:
        if number < 1:
            raise ValueError("items are counted from 1")
        return number

    @field_validator("separator")
    @classmethod
    def _something(cls, separator: str) -> str:
        if not separator:
            raise ValueError("a separator has at least one character")
        return separator

    def inputs(self) -> tuple[Ref, ...]:
        """The reference."""
        return references(self.part)

    def apply(self, rows: Rows) -> pd.Series:
        """The item of each text; each distinct text is split once."""
        values = rows.text(self.part)
        split = {text: self._items(text) for text in values.dropna().unique().tolist()}
        if self.last:
            beyond = [text for text, items in split.items() if len(items) > self.number]
            rows.report(
                "TXT003",
                f"lists of {self.part} that go on beyond item {self.number}",
                values.isin(beyond).to_numpy(dtype=bool),
                hint="Make a variable for the next item.",
            )
        return values.map({text: self._item(items) for text, items in split.items()}).astype("str")

    def _items(self, text: str) -> list[str]:
        return [item.strip() for item in text.split(self.separator) if item.strip()]

    def _item(self, items: list[str]) -> str | None:
        enough = len(items) >= max(self.number, 2 if self.of_several else 1)
        return items[self.number - 1] if enough else None

    def describe(self) -> Description:
        """As its input."""
        return Description()
