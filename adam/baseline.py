"""The value of the baseline record, on every record of its subject and parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Origin, Ref
from clinmap.registry import (
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
class Baseline(Operation):
    """Give every record the value that the baseline record of its subject and parameter has.

    Parameters: `baseline`, the variable whose baseline is wanted (AVAL, ANRIND, ATOXGR …); `by`,
    what a subject has one baseline for (PARAMCD, and BASETYPE where there are several); `flag`, the
    variable that is Y on the baseline record (default ABLFL).
    Rows: none is added or dropped. Missing: where there is no baseline record, and where it has no
    value. Problems: BDS001 for baseline records beyond the first of a group; the first gives the
    value. Source: ADaMIG 1.3 section 3.3 (BASE, BNRIND, BTOXGR, ABLFL).

    Example::

        BASE: {baseline: .AVAL, by: [.PARAMCD, .BASETYPE]}
    """

    name: ClassVar[str] = "baseline"
    local: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("BDS001",)
    of_other_row: ClassVar[bool] = True

    baseline: Reference
    by: References
    flag: Reference = Ref("own", "ABLFL")

    def inputs(self) -> tuple[Ref, ...]:
        """The variable, what groups, and the flag."""
        return references(self.baseline, SUBJECT, self.by, self.flag)

    def apply(self, rows: Rows) -> pd.Series:
        """The values of the baseline records."""
        import numpy as np

        from clinmap.ordering import group_codes

        groups = group_codes([rows.values(ref) for ref in (SUBJECT, *self.by)], len(rows))
        flagged = np.flatnonzero((rows.text(self.flag) == "Y").to_numpy(dtype=bool))
        flagged = flagged[np.argsort(rows.hashes[flagged], kind="stable")]
        found, first = np.unique(groups[flagged], return_index=True)
        several = np.zeros(len(rows), dtype=bool)
        several[np.delete(flagged, first)] = True
        rows.report("BDS001", "more than one baseline record of a subject and parameter", several)
        record = np.full(int(groups.max(initial=-1)) + 1, -1, dtype=np.int64)
        record[found] = flagged[first]
        mine = record[groups]
        met = np.flatnonzero((mine >= 0) & (mine != np.arange(len(rows))))
        rows.link_row(met, mine[met])
        return rows.values(self.baseline).reindex(mine).set_axis(rows.index)

    def describe(self) -> Description:
        """Derived, with the rule."""
        within = ", ".join(ref.column for ref in (SUBJECT, *self.by))
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self.baseline.column} of the record with {self.flag.column} = Y within {within}.",
        )
