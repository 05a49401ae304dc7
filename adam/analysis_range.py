"""Where an analysis value lies in its reference range."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class AnalysisRange(Operation):
    """Say where a number lies in its reference range: LOW, NORMAL or HIGH.

    Parameters: `analysis_range`, the number (AVAL); `low` and `high`, the limits of the range, both
    inside it; `lowest` and `highest`, further limits, outside which it is LOW LOW or HIGH HIGH.
    Rows: none is added or dropped. Missing: where the number is missing, and where there is
    neither limit; one limit is enough. Numbers that differ in their last binary digits only are
    the same, so that converted limits count as the limits that they are.
    Problems: none. Source: ADaMIG 1.3 section 3.3 (ANRIND), codelist NRIND.

    Example::

        ANRIND: {analysis_range: .AVAL, low: .ANRLO, high: .ANRHI}
    """

    name: ClassVar[str] = "analysis_range"
    local: ClassVar[bool] = True

    analysis_range: Reference
    low: Reference
    high: Reference
    lowest: Reference | None = None
    highest: Reference | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The number and its limits."""
        return references(self.analysis_range, self.low, self.high, self.lowest, self.highest)

    def apply(self, rows: Rows) -> pd.Series:
        """The indicators."""
        from adam.tolerance import above, below

        value = rows.number(self.analysis_range)
        low, high = rows.number(self.low), rows.number(self.high)
        limited = value.notna() & (low.notna() | high.notna())
        found = rows.values("NORMAL").where(limited)
        found = found.mask(below(value, low), "LOW").mask(above(value, high), "HIGH")
        if self.lowest is not None:
            found = found.mask(below(value, rows.number(self.lowest)), "LOW LOW")
        if self.highest is not None:
            found = found.mask(above(value, rows.number(self.highest)), "HIGH HIGH")
        return found

    def describe(self) -> Description:
        """Derived, with the rule."""
        words = [f"LOW below {self.low.column}", f"HIGH above {self.high.column}"]
        words += [f"LOW LOW below {self.lowest.column}"] if self.lowest else []
        words += [f"HIGH HIGH above {self.highest.column}"] if self.highest else []
        return Description(
            Origin("Derived", "Sponsor"),
            f"From {self.analysis_range.column}: {', '.join(words)}, else NORMAL where there is a "
            "limit.",
        )
