"""The element, epoch or order of the element in which a date lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Rows

SUBJECT = Ref("own", "USUBJID")
SPAN = 1e11


@operation
class ElementAt(Operation):
    """Give EPOCH, TAETORD or ETCD of the subject's element in which a date lies, from SE.

    Parameters: `element_at`, the --DTC; `give`, the variable of SE (default EPOCH).
    Rows: none is added or dropped. The element is the last one that began at or before the date; a
    date without a time belongs to an element that began on that day. Missing: a partial date gets a
    value only where all the days that it may be lie in elements with the same value.
    Problems: none. Source: SDTMIG 3.4 section 4.1.3 (EPOCH), section 5.3 (SE).

    Example::

        EPOCH: {element_at: .AESTDTC}
    """

    name: ClassVar[str] = "element_at"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    element_at: Reference
    give: Literal["EPOCH", "TAETORD", "ETCD"] = "EPOCH"

    def inputs(self) -> tuple[Ref, ...]:
        """The date, and the elements of SE."""
        se = [Ref("dataset", name, "SE") for name in ("USUBJID", "SESTDTC", self.give)]
        return references(SUBJECT, self.element_at, se)

    def apply(self, rows: Rows) -> pd.Series:
        """The values."""
        import numpy as np

        from clinmap.coded_text import shared_codes
        from clinmap.dates import impute_datetime, sas_datetime

        elements = rows.table("SE")
        dates = rows.text(self.element_at)
        starts = sas_datetime(elements.column("SESTDTC"), time="00:00:00")
        own, subject = (
            np.where(codes < 0, np.nan, codes)
            for codes in shared_codes(rows.text(SUBJECT), elements.column("USUBJID"))
        )
        begins = subject * SPAN + starts.to_numpy()
        order = np.argsort(begins, kind="stable")
        order = order[~np.isnan(begins[order])]
        found = []
        for rule in ("first", "last"):
            made = impute_datetime(dates, "M", date_rule=rule, time_rule="last")
            found.append(_element(begins, subject, order, own, made.datetime.to_numpy()))
        values = elements.column(self.give)
        first, last = (values.reindex(where).reset_index(drop=True) for where in found)
        agreed = (first == last).fillna(False).to_numpy(dtype=bool)
        met = np.flatnonzero(agreed)
        rows.link(elements, met, found[1][met])
        return last.where(agreed)

    def describe(self) -> Description:
        """Derived, with the rule."""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self.give} of the element of SE in which {self.element_at.column} lies.",
        )


def _element(
    begins: npt.NDArray[np.float64],
    subject: npt.NDArray[np.float64],
    order: npt.NDArray[np.int64],
    own: npt.NDArray[np.float64],
    when: npt.NDArray[np.float64],
) -> npt.NDArray[np.int64]:
    """The last element of the same subject that began at or before each moment, or -1."""
    import numpy as np

    if len(order) == 0:
        return np.full(len(when), -1, dtype=np.int64)
    moment = own * SPAN + when
    place = np.searchsorted(begins[order], moment, side="right") - 1
    there = (place >= 0) & ~np.isnan(moment)
    element = np.where(there, order[np.where(there, place, 0)], -1)
    same = there & (subject[element] == own)
    return np.where(same, element, -1).astype(np.int64)
