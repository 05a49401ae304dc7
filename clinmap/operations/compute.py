"""A value computed by an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.phrases import phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import Calculation, Description, Operation, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Compute(Operation):
    """Compute a value by an expression (see the page on expressions).

    Parameters: `compute`, the expression.
    Rows: none is added or dropped. Missing: an operand that is missing makes the result missing,
    but for `coalesce`, `least` and `greatest`; so does a division by zero.
    Problems: none. Source: Define-XML 2.1 section 5.3.11 (method of derived values).

    Example::

        EXDOSE: {compute: "round(number($LENMG) / number($course/BSADOSE), 2)"}
    """

    name: ClassVar[str] = "compute"

    compute: Calculation

    def inputs(self) -> tuple[Ref, ...]:
        """What the expression reads."""
        return references(self.compute)

    def apply(self, rows: Rows) -> pd.Series:
        """The values; a condition gives Y or N."""
        values = rows.evaluate(self.compute)
        if str(values.dtype) == "boolean":
            return values.map({True: "Y", False: "N"}).astype("str")
        return values

    def describe(self) -> Description:
        """Derived, with the expression."""
        return Description(Origin("Derived", "Sponsor"), f"{phrase(self.compute)}.")
