"""What the boxes of a group say of which any number may be checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator, model_validator

from clinmap.plan import Ref, parse_reference
from clinmap.registry import Description, Operand, Operation, Words, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Mask, Rows

CHECKED = ("1", "Y", "YES", "TRUE", "X", "CHECKED")
UNCHECKED = ("0", "N", "NO", "FALSE", "UNCHECKED")


@operation
class Checked(Operation):
    """Give the term of the box that is checked in a group of check boxes.

    Parameters: `checked`, each box (a reference) with its term, in the order of the form;
    `several`, the value where more than one is checked, or `separator`, to give all their terms
    with this text between them; `none`, a literal or reference for rows without a checked box
    (default: missing); `marks` and `unmarked`, what stands in a box that is checked and in one that
    is not, in any case (defaults: 1, Y, YES, TRUE, X, CHECKED and 0, N, NO, FALSE, UNCHECKED; an
    empty box is not checked).
    Rows: none is added or dropped. Missing: see `none`.
    Problems: TRM002 for boxes with another mark (the box counts as not checked), TRM003 for rows
    with several checked boxes where neither `several` nor `separator` says what they become.
    Source: SDTMIG 3.4 section 5.2 (DM, multiple races).

    Example::

        RACE: {checked: {$RACE1: ASIAN, $RACE2: WHITE}, several: MULTIPLE}
        RACES: {checked: {$RACE1: ASIAN, $RACE2: WHITE}, separator: "|"}
    """

    name: ClassVar[str] = "checked"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TRM002", "TRM003")

    checked: Mapping[str, str]
    several: str | None = None
    separator: str = ""
    none: Operand = None
    marks: Words = CHECKED
    unmarked: Words = UNCHECKED

    @field_validator("checked")
    @classmethod
    def _boxes(cls, boxes: Mapping[str, str]) -> Mapping[str, str]:
        if not boxes:
            raise ValueError("name the boxes with their terms, such as {$RACE1: ASIAN}")
        for box in boxes:
            if parse_reference(box) is None:
                raise ValueError(f"{box!r} is not a reference to a box; write $COLUMN: TERM")
        return boxes

    @model_validator(mode="after")
    def _one_way(self) -> Checked:
        if self.several is not None and self.separator:
            raise ValueError("`several` and `separator` both say what several boxes become")
        return self

    def inputs(self) -> tuple[Ref, ...]:
        """The boxes, and the value without any."""
        return references([parse_reference(box) for box in self.checked], self.none)

    def literals(self) -> tuple[object, ...]:
        """The terms; those of a list with a separator are none of a codelist."""
        if self.separator:
            return ()
        rest = None if isinstance(self.none, Ref) else self.none
        return (*self.checked.values(), self.several, rest)

    def apply(self, rows: Rows) -> pd.Series:
        """The terms of the boxes that are checked."""
        import numpy as np

        count = np.zeros(len(rows), dtype=np.int64)
        strange = np.zeros(len(rows), dtype=bool)
        terms = rows.text(None)
        for box, term in self.checked.items():
            values = rows.text(parse_reference(box)).str.strip().str.casefold()
            here = values.isin(_folded(self.marks)).to_numpy(dtype=bool)
            known = _folded((*self.marks, *self.unmarked, ""))
            strange |= values.notna().to_numpy() & ~values.isin(known).to_numpy(dtype=bool)
            later = terms + self.separator + term if self.separator else terms
            terms = terms.mask(here & (count > 0), later).mask(here & (count == 0), term)
            count += here
        self._report(rows, count > 1, strange)
        if not self.separator:
            terms = terms.mask(count > 1, self.several)
        return terms.where(count > 0, rows.text(self.none))

    def _report(self, rows: Rows, several: Mask, strange: Mask) -> None:
        boxes = ", ".join(self.checked)
        rows.report("TRM002", f"boxes of {boxes} with a mark that nobody declared", strange)
        if self.several is None and not self.separator:
            rows.report("TRM003", f"several of the boxes {boxes} are checked", several)

    def describe(self) -> Description:
        """As its input: what is checked was collected."""
        return Description()


def _folded(words: tuple[str, ...]) -> list[str]:
    return [word.casefold() for word in words]
