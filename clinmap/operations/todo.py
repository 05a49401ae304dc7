"""A variable that is described, and that nobody has said how to make yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator

from clinmap.plan import Ref
from clinmap.registry import Description, Operation, operation

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Todo(Operation):
    """Mark a variable that a person must still map; `clinmap define import` writes it.

    Parameters: `todo`, what is known of where the values come from. Rows: none is added or dropped.
    Missing: every value. `clinmap check` lists each (SPC029), and `clinmap build` refuses the study
    while one is left. Problems: none. Source: none.

    Example::

        AEREL: {todo: "collected on the CRF, page 7", origin: Collected Investigator}
    """

    name: ClassVar[str] = "todo"
    local: ClassVar[bool] = True

    todo: str

    @field_validator("todo", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        if not isinstance(value, str) or not value.strip():
            raise ValueError("nothing is said; write what is known of where the values come from")
        return value

    def inputs(self) -> tuple[Ref, ...]:
        """Nothing is read."""
        return ()

    def apply(self, rows: Rows) -> pd.Series:
        """Missing values."""
        return rows.values(None)

    def describe(self) -> Description:
        """No origin: nobody has said one."""
        return Description()
