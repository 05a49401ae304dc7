"""A flag on the first (or last) of the records that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.phrases import phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import (
    Criterion,
    Description,
    Operation,
    Reference,
    References,
    operation,
    references,
)

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

SUBJECT = Ref("own", "USUBJID")


@operation
class FirstFlag(Operation):
    """Flag the first (or last) record in an order, of those where a condition is true.

    Parameters: `first_flag`, the variables of which each combination gets one flag; `order`, the
    variables that order the records; `descending`, those of them that run from high to low; `take`,
    `first` or `last`; `where`, the condition for a record to count; `value`, the flag (default Y).
    Rows: none is added or dropped. Missing: an order value that is missing sorts first; the flag is
    missing on all other records. Ties are broken by a hash of the raw row.
    Problems: none. Source: OCCDS 1.1 section 3.2.3 (occurrence flags); SDTMIG 3.4 section 4.5.9.

    Example::

        AOCCPFL:
          first_flag: [.USUBJID, .AEDECOD]
          order: [.ASTDT, .AESEQ]
          where: ".TRTEMFL == 'Y'"
    """

    name: ClassVar[str] = "first_flag"

    first_flag: References
    order: References
    descending: References = ()
    take: Literal["first", "last"] = "first"
    where: Criterion | None = None
    value: str = "Y"

    def inputs(self) -> tuple[Ref, ...]:
        """What groups, orders and chooses."""
        return references(self.first_flag, self.order, self.where)

    def apply(self, rows: Rows) -> pd.Series:
        """The flags."""
        import numpy as np

        from clinmap.ordering import positions_in_group

        chosen = np.ones(len(rows), dtype=bool) if self.where is None else rows.true(self.where)
        positions = np.flatnonzero(chosen)

        def narrowed(reference: Reference) -> pd.Series:
            values = rows.values(reference)
            return values.iloc[positions].reset_index(drop=True)

        groups = [narrowed(reference) for reference in self.first_flag]
        keys = [narrowed(reference) for reference in self.order]
        high = [reference in self.descending for reference in self.order]
        numbers = positions_in_group(
            groups, keys, rows.hashes[positions], high, last_first=self.take == "last"
        )
        flags = np.zeros(len(rows), dtype=bool)
        flags[positions[numbers == 1]] = True
        return rows.values(self.value).where(flags)

    def is_local(self) -> bool:
        """Whether each subject has flags of its own."""
        return SUBJECT in self.first_flag

    def describe(self) -> Description:
        """Derived, with the rule."""
        order = ", ".join(
            f"{r.column} (descending)" if r in self.descending else r.column for r in self.order
        )
        within = ", ".join(reference.column for reference in self.first_flag)
        where = f" where {phrase(self.where)}" if self.where else ""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self.value} on the {self.take} record of each {within}{where}, ordered by {order}.",
        )
