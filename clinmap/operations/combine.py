"""Several values put together into one text."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, ClassVar

from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operand, Operation, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Combine(Operation):
    """Put values and literals together into one text.

    Parameters: `combine`, a list of references and literals; `separator` between them (default
    none); `skip_missing`, whether parts that are missing are left out (default false).
    Rows: none is added or dropped. Missing: one missing part makes the whole missing, unless
    missing parts are left out; then the whole is missing where all of them are. Problems: none.
    Source: SDTMIG 3.4 section 4.2.3 (use of subject and USUBJID).

    Example::

        USUBJID: {combine: [$STUDY, $SITE, $SUBJECT], separator: "-"}
    """

    name: ClassVar[str] = "combine"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    combine: tuple[Operand, ...]
    separator: str = ""
    skip_missing: bool = False

    def inputs(self) -> tuple[Ref, ...]:
        """The parts."""
        return references(self.combine)

    def apply(self, rows: Rows) -> pd.Series:
        """The text."""
        parts = [rows.text(part) for part in self.combine]
        return reduce(self._joined, parts)

    def _joined(self, left: pd.Series, right: pd.Series) -> pd.Series:
        from clinmap.coded_text import combined

        both = combined(left, right, self.separator)
        if not self.skip_missing:
            return both
        return both.where(left.notna() & right.notna(), left.where(left.notna(), right))

    def describe(self) -> Description:
        """Derived, with the parts."""
        words = ", ".join(name_of(part) for part in self.combine)
        by = f', separated by "{self.separator}"' if self.separator else ""
        return Description(Origin("Derived", "Sponsor"), f"Concatenation of {words}{by}.")
