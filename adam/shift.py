"""The shift of a category from baseline, as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.phrases import name_of, phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import Criterion, Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Shift(Operation):
    """Write the baseline category and the current one as one text, such as NORMAL to HIGH.

    Parameters: `shift`, the current category (ANRIND, ATOXGR); `base`, that of the baseline;
    `between`, what stands between them (default ` to `); `missing`, what stands for a category that
    is missing (default NULL); `where`, the condition for a record to have a shift.
    Rows: none is added or dropped. Missing: where `where` is not true; a missing category is
    written as `missing` says. Problems: none. Source: ADaMIG 1.3 section 3.3 (SHIFTy).

    Example::

        SHIFT1: {shift: .ANRIND, base: .BNRIND}
    """

    name: ClassVar[str] = "shift"
    local: ClassVar[bool] = True

    shift: Reference
    base: Reference
    between: str = " to "
    missing: str = "NULL"
    where: Criterion | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The two categories, and what the condition reads."""
        return references(self.shift, self.base, self.where)

    def apply(self, rows: Rows) -> pd.Series:
        """The texts."""
        before = rows.text(self.base).fillna(self.missing)
        after = rows.text(self.shift).fillna(self.missing)
        found = before + self.between + after
        return found if self.where is None else found.where(rows.true(self.where))

    def describe(self) -> Description:
        """Derived, with the rule."""
        where = f", where {phrase(self.where)}" if self.where else ""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{name_of(self.base)} and {name_of(self.shift)} with {self.between.strip()!r} between "
            f"them, {self.missing} for a missing one{where}.",
        )
