"""Taking a value over unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.plan import Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Assign(Operation):
    """Take a value over unchanged, but for blanks at its end and, if asked, its case.

    Parameters: `assign`, the reference; `case`, `upper`, `lower`, `title` (every word with a
    capital) or `as is` (the default).
    Rows: none is added or dropped. Missing: stays missing.
    Problems: TYP001 where a numeric variable gets a text that is no number.
    Source: SDTMIG 3.4 sections 4.1.8 (origin metadata) and 4.2.4 (text case).

    Example::

        AETERM: {assign: $AETERM, case: upper}
    """

    name: ClassVar[str] = "assign"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TYP001",)

    assign: Reference
    case: Literal["upper", "lower", "title", "as is"] = "as is"

    def inputs(self) -> tuple[Ref, ...]:
        """The reference."""
        return references(self.assign)

    def apply(self, rows: Rows) -> pd.Series:
        """The values."""
        if self.case == "as is":
            return rows.values(self.assign)
        text = rows.text(self.assign).str
        return {"upper": text.upper, "lower": text.lower, "title": text.title}[self.case]()

    def describe(self) -> Description:
        """As its input."""
        return Description()
