"""A number as text, cut to its significant digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Significant(Operation):
    """Write a number as text with so many significant digits, without zeros at the end.

    Parameters: `significant`, the number; `figures`, how many (at least 1). Digits before the
    decimal point are not cut off: 1234 with 3 digits is 1230.
    Rows: none is added or dropped. Missing: stays missing. Problems: none.
    Source: ADaMIG 1.3 section 3.3 (AVALC, AVALCATy: a value as it is reported).

    Example::

        AVALCAT1: {significant: .AVAL, figures: 3}
    """

    name: ClassVar[str] = "significant"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    significant: Reference
    figures: Annotated[int, Field(ge=1)]

    def inputs(self) -> tuple[Ref, ...]:
        """The number."""
        return references(self.significant)

    def apply(self, rows: Rows) -> pd.Series:
        """The texts."""
        from clinmap.frames import TEXT, decimal_text

        numbers = rows.number(self.significant)
        distinct = numbers.dropna().unique().tolist()
        known = {number: decimal_text(float(f"{number:.{self.figures}g}")) for number in distinct}
        return numbers.map(known).astype(TEXT)

    def describe(self) -> Description:
        """Derived, with the number of digits."""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{name_of(self.significant)} with {self.figures} significant digits.",
        )
