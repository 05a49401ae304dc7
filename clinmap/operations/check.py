"""A check on the values, whose failures are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.plan import Ref
from clinmap.registry import Criterion, Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

CODES = {"warning": "CHK001", "note": "CHK002", "error": "CHK003"}


@operation
class Check(Operation):
    """List the rows where a condition is true; the values stay as they are.

    Parameters: `check`, the condition for a finding; `of`, the value to give back (usually the
    variable itself); `says`, what is wrong, in words for the data manager; `level`, how bad it is:
    note, warning (the default) or error.
    Rows: none is added or dropped. Missing: a missing condition is no finding.
    Problems: CHK001 (warning), CHK002 (note), CHK003 (error).
    Source: Define-XML 2.1 section 5.3.11; the study's data review plan.

    Example::

        EXDOSE:
          - {compute: "number($LENMG) / number($BSA)"}
          - check: "absolute(.EXDOSE - number($LENMGM2)) > 0.1 * number($LENMGM2)"
            of: .EXDOSE
            says: mg and mg/m2 disagree by more than 10%
    """

    name: ClassVar[str] = "check"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("CHK001", "CHK002", "CHK003")

    check: Criterion
    of: Reference
    says: str
    level: Literal["note", "warning", "error"] = "warning"

    def inputs(self) -> tuple[Ref, ...]:
        """The value, and what the condition reads."""
        return references(self.of, self.check)

    def apply(self, rows: Rows) -> pd.Series:
        """The value, as it was."""
        rows.report(CODES[self.level], self.says, rows.true(self.check))
        return rows.values(self.of)

    def describe(self) -> Description:
        """As its input."""
        return Description()
