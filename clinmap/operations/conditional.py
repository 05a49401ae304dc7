"""One of several values, by the first condition that holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from clinmap.phrases import name_of, phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import Criterion, Description, Operand, Operation, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@dataclass(frozen=True, config=ConfigDict(extra="forbid", arbitrary_types_allowed=True))
class Case:
    """A condition and the value where it is true."""

    when: Criterion
    then: Operand


@operation
class Conditional(Operation):
    """Give the value of the first condition that is true, else the one of `otherwise`.

    Parameters: `conditional`, a list of `when` (a condition) and `then` (a literal or reference);
    `otherwise`, a literal or reference (default: missing).
    Rows: none is added or dropped. Missing: a missing condition is not true.
    Problems: none. Source: Define-XML 2.1 section 5.3.11 (method of derived values).

    Example::

        ARMNRS:
          conditional:
            - {when: "missing(DM.ARMCD)", then: SCREEN FAILURE}
            - {when: "missing(DM.RFXSTDTC)", then: "ASSIGNED, NOT TREATED"}
    """

    name: ClassVar[str] = "conditional"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    conditional: tuple[Case, ...]
    otherwise: Operand = None

    def inputs(self) -> tuple[Ref, ...]:
        """What the conditions and values read."""
        cases = [part for case in self.conditional for part in (case.when, case.then)]
        return references(cases, self.otherwise)

    def literals(self) -> tuple[object, ...]:
        """The values that are written and not referred to."""
        values = (*(case.then for case in self.conditional), self.otherwise)
        return tuple(value for value in values if not isinstance(value, Ref))

    def apply(self, rows: Rows) -> pd.Series:
        """The first value whose condition is true."""
        values = rows.values(self.otherwise)
        for case in reversed(self.conditional):
            chosen = rows.values(case.then)
            if chosen.dtype != values.dtype:
                chosen, values = _alike(chosen, values)
            values = chosen.where(rows.true(case.when), values)
        return values

    def describe(self) -> Description:
        """Derived, with the cases in order."""
        cases = [f"{name_of(case.then)} where {phrase(case.when)}" for case in self.conditional]
        rest = name_of(self.otherwise)
        return Description(Origin("Derived", "Sponsor"), f"{'; '.join(cases)}; otherwise {rest}.")


def _alike(left: pd.Series, right: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Two columns in one type: numbers where one is a number and the other only missing."""
    from clinmap.frames import as_number, as_text

    if left.isna().all() or right.isna().all():
        numeric = left if right.isna().all() else right
        if str(numeric.dtype) == "float64":
            return as_number(left), as_number(right)
    return as_text(left), as_text(right)
