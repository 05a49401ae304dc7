"""How far a value is from its baseline, or from another number: amount, percent or ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.phrases import name_of, phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import Criterion, Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Change(Operation):
    """Give the change from baseline, the percent change, or the ratio of two numbers.

    Parameters: `change`, the value; `base`, what it is compared with (default BASE); `give`,
    `amount` (value - base, the default), `percent` (100 * (value - base) / base without its sign),
    `ratio` (value / base) or `log2 ratio` (how often the ratio doubled; negative: halved);
    `where`, the condition for a record to have one.
    Rows: none is added or dropped. Missing: where either number is missing, where `where` is not
    true, and, but for `amount`, where the base is 0; the log ratio where the ratio is not above 0.
    Problems: none. Source: ADaMIG 1.3 section 3.3 (CHG, PCHG, R2BASE, R2AyLO, R2AyHI).

    Example::

        CHG: {change: .AVAL, where: .AVISITN > 0}
        PCHG: {change: .AVAL, give: percent, where: .AVISITN > 0}
        R2ANRLO: {change: .AVAL, base: .ANRLO, give: ratio}
        LOG2R2B: {change: .AVAL, give: log2 ratio}
    """

    name: ClassVar[str] = "change"
    local: ClassVar[bool] = True

    change: Reference
    base: Reference = Ref("own", "BASE")
    give: Literal["amount", "percent", "ratio", "log2 ratio"] = "amount"
    where: Criterion | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The two numbers, and what the condition reads."""
        return references(self.change, self.base, self.where)

    def apply(self, rows: Rows) -> pd.Series:
        """The numbers."""
        import numpy as np

        value, base = rows.number(self.change), rows.number(self.base)
        divisor = base.where(base != 0)
        if self.give == "amount":
            found = value - base
        elif self.give == "percent":
            found = 100 * (value - base) / divisor.abs()
        else:
            found = value / divisor
        if self.give == "log2 ratio":
            found = found.where(found > 0).transform(np.log2)
        return found if self.where is None else found.where(rows.true(self.where))

    def describe(self) -> Description:
        """Derived, with the formula."""
        value, base = name_of(self.change), name_of(self.base)
        formula = {
            "amount": f"{value} - {base}",
            "percent": f"100 * ({value} - {base}) / |{base}|",
            "ratio": f"{value} / {base}",
            "log2 ratio": f"log2({value} / {base})",
        }[self.give]
        where = f" where {phrase(self.where)}" if self.where else ""
        return Description(Origin("Derived", "Sponsor"), f"{formula}{where}.")
