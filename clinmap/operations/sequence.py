"""The sequence number of a subject's records."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, References, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

SUBJECT = Ref("own", "USUBJID")


@operation
class Sequence(Operation):
    """Number a subject's records 1, 2, 3 … in the order of the given variables.

    Parameters: `sequence`, the variables that order the records; `within`, the variables of which
    each combination is numbered for itself (default USUBJID); `ties`, `apart` (the default: no two
    records have the same number) or `together` (records that agree in the order share a number).
    Rows: none is added or dropped. Missing: sorts first. The order is total: ties are broken by a
    hash of the raw row, so the numbers do not hang on the order of the rows in the raw files.
    Problems: none. Source: SDTM 2.0 section 3.1.4 (--SEQ).

    Example::

        AESEQ: {sequence: [.AESTDTC, .AETERM]}
    """

    name: ClassVar[str] = "sequence"

    sequence: References
    within: References = (SUBJECT,)
    ties: Literal["apart", "together"] = "apart"

    def inputs(self) -> tuple[Ref, ...]:
        """What orders and what groups."""
        return references(self.sequence, self.within)

    def apply(self, rows: Rows) -> pd.Series:
        """The numbers."""
        import pandas as pd

        from clinmap.ordering import positions_in_group, ranks_in_group

        keys = [rows.values(reference) for reference in self.sequence]
        groups = [rows.values(reference) for reference in self.within]
        if self.ties == "together":
            numbers = ranks_in_group(groups, keys)
        else:
            numbers = positions_in_group(groups, keys, rows.hashes)
        return pd.Series(numbers, index=rows.index, dtype="float64")

    def is_local(self) -> bool:
        """Whether each subject's records are numbered for themselves."""
        return SUBJECT in self.within

    def describe(self) -> Description:
        """Derived, with the order."""
        order = ", ".join(reference.column for reference in self.sequence)
        within = ", ".join(reference.column for reference in self.within)
        return Description(
            Origin("Derived", "Sponsor"), f"Consecutive number within {within}, ordered by {order}."
        )
