"""The same value in every row."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator

from clinmap.phrases import name_of, phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import Criterion, Description, Operation, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Constant(Operation):
    """Give every row the same value, or every row where a condition is true.

    Parameters: `constant`, the value (never read as a reference); `when`, a condition.
    Rows: none is added or dropped. Missing: the value is missing where `when` is not true.
    Problems: none. Source: Define-XML 2.1 section 5.3.11 (origin Assigned).

    Example::

        AESDTH: {constant: Y, when: ".AEOUT == 'FATAL'"}
    """

    name: ClassVar[str] = "constant"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    constant: str | bool | int | float | None
    when: Criterion | None = None

    @field_validator("constant", mode="before")
    @classmethod
    def _no_truth(cls, value: object) -> object:
        if isinstance(value, bool):
            raise ValueError(f"{str(value).lower()} is no value of a variable; write Y, N, 1 or 0")
        if isinstance(value, list | dict):
            raise ValueError(f"{value!r} is no single value; write a text or a number")
        return value

    def inputs(self) -> tuple[Ref, ...]:
        """What the condition reads."""
        return references(self.when)

    def literals(self) -> tuple[object, ...]:
        """The value."""
        return (self.constant,)

    def apply(self, rows: Rows) -> pd.Series:
        """The value, where it is due."""
        values = rows.values(self.constant)
        return values if self.when is None else values.where(rows.true(self.when))

    def describe(self) -> Description:
        """Assigned, or derived where it hangs on a condition."""
        if self.when is None:
            return Description(Origin("Assigned", "Sponsor"))
        return Description(
            Origin("Derived", "Sponsor"),
            f"{name_of(self.constant)} where {phrase(self.when)}; else missing.",
        )
