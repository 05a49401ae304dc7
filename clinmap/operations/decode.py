"""The name that goes with a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Decode(Operation):
    """Give the name that goes with a code: --TEST for --TESTCD, by the code's own codelist.

    Parameters: `decode`, the variable with the code; `give`, its `name`, or the `c-code` of the
    term as NCI publishes it. Rows: none is added or dropped.
    Missing: a code without a name gives missing, which is listed; a term without a C-code (the
    sponsor's own) and a value outside any codelist have none, which is not.
    Problems: TRM001 where a code has no name. Source: SDTMIG 3.4 section 4.3.5 (paired codelists);
    section 7.4.2 (TSVALCD).

    Example::

        LBTEST: {decode: .LBTESTCD}
    """

    name: ClassVar[str] = "decode"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TRM001",)

    decode: Reference
    give: Literal["name", "c-code"] = "name"

    def inputs(self) -> tuple[Ref, ...]:
        """The code."""
        return references(self.decode)

    def apply(self, rows: Rows) -> pd.Series:
        """The names."""
        codes = rows.text(self.decode)
        values = rows.text(None)
        for codelist, where in rows.codelists(self.decode.column):
            wanted = "decode" if self.give == "name" else "code"
            known = {t.value: getattr(t, wanted) for t in codelist.terms if getattr(t, wanted)}
            values = values.where(~where | values.notna(), codes.map(known).astype("str"))
        if self.give == "c-code":
            return values
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
