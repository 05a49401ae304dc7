"""A value computed by an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.operations.listed_texts import report_texts
from clinmap.phrases import phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import Calculation, Description, Operation, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Lost, Rows


@operation
class Compute(Operation):
    """Compute a value by an expression (see the page on expressions).

    Parameters: `compute`, the expression; `otherwise`, what is done about a text that was to be a
    number and is none: it is `listed` (the default), or knowingly `missing`.
    Rows: none is added or dropped. Missing: an operand that is missing makes the result missing,
    but for `coalesce`, `least` and `greatest`; so do a division by zero and a text that is no
    number.
    Problems: TYP001 for each text that `number`, a function of numbers or an operator cannot read;
    one for all where they are many. What is only compared is not listed.
    Source: Define-XML 2.1 section 5.3.11 (method of derived values).

    Example::

        EXDOSE: {compute: "round(number($LENMG) / number($course/BSADOSE), 2)"}
        CTNUM: {compute: number($Ct), otherwise: missing}   # Undetermined is no number, and known
    """

    name: ClassVar[str] = "compute"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TYP001",)

    compute: Calculation
    otherwise: Literal["listed", "missing"] = "listed"

    def inputs(self) -> tuple[Ref, ...]:
        """What the expression reads."""
        return references(self.compute)

    def apply(self, rows: Rows) -> pd.Series:
        """The values; a condition gives Y or N."""
        lost: list[Lost] = []
        values = rows.evaluate(self.compute, lost)
        if self.otherwise == "listed":
            self._report(rows, lost)
        if str(values.dtype) == "boolean":
            return values.map({True: "Y", False: "N"}).astype("str")
        return values

    def _report(self, rows: Rows, lost: list[Lost]) -> None:
        """List the texts, those of a part that stands twice once."""
        for part, texts in {found.part: found.texts for found in lost}.items():
            where = str(part) if isinstance(part, Ref) else self.compute.text
            column = part.column if isinstance(part, Ref) else ""
            said = f"in {where} is no number", f"texts in {where} are no numbers"
            hint = "Correct it at its source; say `otherwise: missing` if such texts are known."
            report_texts(rows, "TYP001", texts, column, said, hint)

    def code(self) -> str:
        """The expression."""
        return self.compute.text

    def describe(self) -> Description:
        """Derived, with the expression."""
        return Description(Origin("Derived", "Sponsor"), f"{phrase(self.compute)}.")
