"""Where a result lies in its reference range."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references
from sdtm.results import read_results

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class RangeIndicator(Operation):
    """Say where a result lies in its reference range: LOW, NORMAL or HIGH.

    Parameters: `range_indicator`, the standard result as text (--STRESC), which may have a sign
    such as `<0.5`; `low` and `high`, the limits in the same unit.
    Rows: none is added or dropped. Missing: where there is neither limit, and where a result with a
    sign may lie on either side of a limit.
    Problems: none. Source: SDTMIG 3.4 section 6.3.5.6 (LBNRIND), codelist NRIND.

    Example::

        LBNRIND: {range_indicator: .LBSTRESC, low: .LBSTNRLO, high: .LBSTNRHI}
    """

    name: ClassVar[str] = "range_indicator"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    range_indicator: Reference
    low: Reference
    high: Reference

    def inputs(self) -> tuple[Ref, ...]:
        """The result and its limits."""
        return references(self.range_indicator, self.low, self.high)

    def apply(self, rows: Rows) -> pd.Series:
        """The indicators."""
        signs, numbers = read_results(rows.text(self.range_indicator))
        low, high = rows.number(self.low), rows.number(self.high)
        plain = signs == ""
        is_low = (numbers < low) & (plain | signs.str.startswith("<"))
        is_low |= (signs == "<") & (numbers <= low)
        is_high = (numbers > high) & (plain | signs.str.startswith(">"))
        is_high |= (signs == ">") & (numbers >= high)
        limited = numbers.notna() & (low.notna() | high.notna())
        values = rows.values("NORMAL").where(limited & plain)
        return values.mask(is_low, "LOW").mask(is_high, "HIGH")

    def describe(self) -> Description:
        """Derived, with the rule."""
        low, high = self.low.column, self.high.column
        return Description(
            Origin("Derived", "Sponsor"),
            f"LOW below {low}, HIGH above {high}, else NORMAL; a result with < or > only where it "
            "lies wholly on one side.",
        )
