"""A group by the size of a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import model_validator

from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Category(Operation):
    """Give the group that a number falls into.

    Parameters: `category`, the reference to a number; `cuts`, the lower bounds of the second and
    further groups, ascending; `labels`, one more than there are cuts; `closed`, `left` (a number
    equal to a cut belongs to the upper group, the default) or `right` (to the lower one).
    Rows: none is added or dropped. Missing: stays missing. Problems: none.
    Source: ADaMIG 1.3 section 3.2.2 (AGEGRy).

    Example::

        AGEGR1: {category: .AGE, cuts: [18, 65], labels: ["<18", "18-64", ">=65"]}
    """

    name: ClassVar[str] = "category"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    category: Reference
    cuts: tuple[float, ...]
    labels: tuple[str | float, ...]
    closed: Literal["left", "right"] = "left"

    @model_validator(mode="after")
    def _fits(self) -> Category:
        if list(self.cuts) != sorted(set(self.cuts)):
            raise ValueError("the cuts must ascend")
        if len(self.labels) != len(self.cuts) + 1:
            raise ValueError(
                f"{len(self.cuts)} cuts make {len(self.cuts) + 1} groups, not {len(self.labels)}"
            )
        return self

    def inputs(self) -> tuple[Ref, ...]:
        """The reference."""
        return references(self.category)

    def apply(self, rows: Rows) -> pd.Series:
        """The labels."""
        import numpy as np
        import pandas as pd

        numbers = rows.number(self.category)
        side: Literal["left", "right"] = "right" if self.closed == "left" else "left"
        which = np.searchsorted(np.array(self.cuts), numbers.to_numpy(dtype=np.float64), side=side)
        text = any(isinstance(label, str) for label in self.labels)
        known = [str(label) if text else label for label in self.labels]
        values = pd.Series(known, dtype="str" if text else "float64").take(which)
        values.index = rows.index
        return values.where(numbers.notna())

    def describe(self) -> Description:
        """Derived, with the bounds."""
        low, high = (">=", "<") if self.closed == "left" else (">", "<=")
        bounds = (
            [f"{high} {self.cuts[0]:g}"]
            + [
                f"{low} {a:g} and {high} {b:g}"
                for a, b in zip(self.cuts, self.cuts[1:], strict=False)
            ]
            + [f"{low} {self.cuts[-1]:g}"]
        )
        words = [
            f"{name_of(label)} where {bound}"
            for label, bound in zip(self.labels, bounds, strict=True)
        ]
        return Description(
            Origin("Derived", "Sponsor"), f"From {self.category.column}: {'; '.join(words)}."
        )
