"""Filling a value that was expected and is not there from the subject's other records."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.phrases import name_of, phrase
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
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Rows

    Positions = npt.NDArray[np.int64]

SUBJECT = Ref("own", "USUBJID")


@operation
class CarriedForward(Operation):
    """Fill a missing value with the subject's last one before it, or the next one after it.

    Parameters: `carried_forward`, the variable; `by`, what a subject's records must agree in
    (PARAMCD); `order`, what orders them (ADT or AVISITN); `take`, `before` (the default: last
    observation carried forward) or `after` (next observation carried backward); `where`, the
    condition for a record to be filled; `of`, the condition for a value to be carried, such as
    post-baseline ones only. What is filled is not carried on.
    Rows: none is added or dropped; expected records that are not there come from a source of
    their own, with the DTYPE. Missing: stays missing where there is no value to carry, and where
    `where` is not true; an order value that is missing sorts first.
    Problems: none. Source: ADaMIG 1.3 section 3.3 (DTYPE), codelist DTYPE (LOCF).

    Example::

        AVAL: {carried_forward: .RESULT, by: [.PARAMCD], order: [.AVISITN], where: .DTYPE == 'LOCF'}
    """

    name: ClassVar[str] = "carried_forward"
    local: ClassVar[bool] = True
    of_other_row: ClassVar[bool] = True

    carried_forward: Reference
    by: References
    order: References
    take: Literal["before", "after"] = "before"
    where: Criterion | None = None
    of: Criterion | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The variable, what groups and orders, and what the conditions read."""
        return references(self.carried_forward, SUBJECT, self.by, self.order, self.where, self.of)

    def apply(self, rows: Rows) -> pd.Series:
        """The values, with what was missing filled."""
        import numpy as np

        from clinmap.ordering import group_codes, ranked

        values = rows.values(self.carried_forward)
        usable = values.notna().to_numpy(dtype=bool)
        wanted = ~usable
        if self.of is not None:
            usable = usable & rows.true(self.of)
        if self.where is not None:
            wanted = wanted & rows.true(self.where)
        groups = group_codes([rows.values(ref) for ref in (SUBJECT, *self.by)], len(rows))
        order = ranked([rows.values(ref) for ref in self.order], rows.hashes)
        order = order[:: 1 if self.take == "before" else -1]
        order = order[np.argsort(groups[order], kind="stable")]
        source = np.arange(len(rows))
        source[wanted] = _last_usable(order, groups, usable)[wanted]
        carried = np.flatnonzero(wanted & (source >= 0))
        rows.link_row(carried, source[carried])
        return values.reindex(source).set_axis(rows.index)

    def describe(self) -> Description:
        """Derived, with the rule."""
        what = name_of(self.carried_forward)
        which = "last one before" if self.take == "before" else "next one after"
        order = ", ".join(ref.column for ref in self.order)
        within = ", ".join(ref.column for ref in (SUBJECT, *self.by))
        where = f" where {phrase(self.where)}" if self.where else ""
        of = f", of those where {phrase(self.of)}" if self.of else ""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{what}; if missing{where}, the {which} it by {order} within {within}{of}.",
        )


def _last_usable(
    order: Positions, groups: Positions, usable: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """For each row the nearest usable one before it in the order, in its group; -1 for none."""
    import numpy as np

    place = np.arange(len(order))
    starts = np.r_[True, groups[order][1:] != groups[order][:-1]][: len(order)]
    begin = np.maximum.accumulate(np.where(starts, place, 0))
    last = np.maximum.accumulate(np.where(usable[order], place, -1))
    found = np.full(len(order), -1, dtype=np.int64)
    found[order] = np.where(last >= begin, order[last], -1)
    return found
