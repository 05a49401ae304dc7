"""Listings: records with the variables that are chosen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from clinmap.registry import Words
from clinmap.results.method import Line, Method, Part, Use, method
from clinmap.results.preparation import as_words
from clinmap.results.rounding import rounded_text
from clinmap.results.shown import Column, Records, Value

if TYPE_CHECKING:
    import pandas as pd


@method
class Listing(Method):
    """List records: the variables of `listing` as columns, under their labels, in this order.

    Records are in the order of `sort`, else in that of the dataset. `digits` are decimals of
    numbers, by variable. Missing values are empty cells.
    """

    listing: Words
    sort: Words = ()
    digits: dict[str, int] | None = None
    name: ClassVar[str] = "listing"
    shown = "listing"

    def uses(self) -> tuple[Use, ...]:
        """The columns and what they are sorted by."""
        return tuple(Use(name) for name in dict.fromkeys((*self.listing, *self.sort)))

    def columns(self, part: Part) -> tuple[Column, ...]:
        """A column for each variable."""
        return tuple(Column(name, part.label(name)) for name in self.listing)

    def lines(self, part: Part) -> Iterator[Line]:
        """A row for each record."""
        frame = part.frame
        if self.sort:
            frame = frame.sort_values(list(self.sort), kind="stable")
        words = [self._texts(part, frame, name) for name in self.listing]
        for row, texts in zip(frame.index, zip(*words, strict=True), strict=True):
            yield Line("", 0, {
                name: Value(text, None, Records(part.dataset, (int(row),), name))
                for name, text in zip(self.listing, texts, strict=True)
            })  # fmt: skip

    def _texts(self, part: Part, frame: pd.DataFrame, name: str) -> list[str]:
        digits = (self.digits or {}).get(name)
        if digits is None:
            return as_words(frame, (name,), part.described)[0].tolist()
        return ["" if math.isnan(n) else rounded_text(n, digits) for n in frame[name].tolist()]
