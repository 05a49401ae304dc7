"""The highest of several values, by a stated order."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, References, Words, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Highest(Operation):
    """Give the highest of several values of a record, by an order that is stated.

    Parameters: `highest`, the values to choose from, brought to terms before; `order`, every value
    that may occur, the highest first.
    Rows: none is added or dropped. Missing: a value that is missing is not a candidate; a record
    without any gets missing. A value without a place in the order is listed and not a candidate.
    Problems: TRM001 for values without a place in the order.
    Source: SDTMIG 3.4 section 6.2.1 (AE: one AEACN and AEREL for several study treatments).

    Example::

        AEREL: {highest: [.AERELA, .AERELB], order: [DEFINITE, PROBABLE, POSSIBLE, UNRELATED]}
    """

    name: ClassVar[str] = "highest"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TRM001",)

    highest: References
    order: Words

    def inputs(self) -> tuple[Ref, ...]:
        """The values to choose from."""
        return references(self.highest)

    def apply(self, rows: Rows) -> pd.Series:
        """The highest values."""
        import pandas as pd

        places = {value: float(place) for place, value in enumerate(self.order)}
        ranks = []
        for reference in self.highest:
            values = rows.text(reference)
            rank = values.map(places).astype("float64")
            rows.report(
                "TRM001",
                f"values of {reference} without a place in the order",
                (values.notna() & rank.isna()).to_numpy(dtype=bool),
                hint=f"The order is {', '.join(self.order)}.",
            )
            ranks.append(rank)
        best = pd.concat(ranks, axis=1).min(axis=1)
        return best.map({place: value for value, place in places.items()}).astype("str")

    def describe(self) -> Description:
        """Derived, with the order."""
        which = ", ".join(reference.column for reference in self.highest)
        return Description(
            Origin("Derived", "Sponsor"),
            f"The highest of {which} in the order {' > '.join(self.order)}.",
        )
