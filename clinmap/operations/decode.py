"""The name that goes with a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Decode(Operation):
    """Give the name that goes with a code: --TEST for --TESTCD, by the code's own codelist.

    Parameters: `decode`, the variable with the code. Rows: none is added or dropped.
    Missing: a code without a name gives missing, which is listed.
    Problems: TRM001 where a code has no name. Source: SDTMIG 3.4 section 4.3.5 (paired codelists).

    Example::

        LBTEST: {decode: .LBTESTCD}
    """

    name: ClassVar[str] = "decode"
    codes: ClassVar[tuple[str, ...]] = ("TRM001",)

    decode: Reference

    def inputs(self) -> tuple[Ref, ...]:
        """The code."""
        return references(self.decode)

    def apply(self, rows: Rows) -> pd.Series:
        """The names."""
        codes = rows.text(self.decode)
        names: dict[str, str] = {}
        for codelist in rows.codelists_of(self.decode.column):
            names |= {term.value: term.decode for term in codelist.terms if term.decode}
        values = codes.map(names).astype("str")
        rows.report(
            "TRM001",
            f"codes of {self.decode.column} without a name",
            (values.isna() & codes.notna()).to_numpy(),
            hint="Give the decode with the term, under `extend` or `codelists` of study.yaml.",
        )
        return values

    def describe(self) -> Description:
        """Assigned: it follows from the code."""
        return Description(Origin("Assigned", "Sponsor"))
