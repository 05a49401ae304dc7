"""A value from a table of study.yaml's parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from clinmap.plan import Origin, Plan, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class Lookup(Operation):
    """Give the value that goes with another one, by a table under `parameters` of study.yaml.

    Parameters: `lookup`, the value to find; `table`, the parameter, a list of entries; `key`, what
    of an entry must equal the value; `give`, what of it is wanted (numbers give numbers).
    Rows: none is added or dropped. Missing: stays missing; an entry may hold null.
    Problems: TRM001 for values that no entry has.
    Source: Define-XML 2.1 section 5.3.11 (origin Assigned); the study's protocol.

    Example::

        DOSE01P: {lookup: .ARMCD, table: dose_levels, key: armcd, give: lenalidomide}
    """

    name: ClassVar[str] = "lookup"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TRM001",)

    lookup: Reference
    table: str
    key: str
    give: str

    def inputs(self) -> tuple[Ref, ...]:
        """The value to find."""
        return references(self.lookup)

    def lacks(self, plan: Plan) -> str:
        """Whether study.yaml has the table, and its entries the keys."""
        try:
            self._entries(plan.parameters.get(self.table))
        except ValueError as error:
            return str(error)
        return ""

    def apply(self, rows: Rows) -> pd.Series:
        """The values that the table gives."""
        entries = self._entries(rows.parameter(self.table))
        values = rows.text(self.lookup)
        rows.report(
            "TRM001",
            f"values of {self.lookup} that {self.table} of study.yaml has not",
            (values.notna() & ~values.isin(list(entries))).to_numpy(dtype=bool),
            hint=f"Add an entry to `parameters: {self.table}`.",
        )
        known = {value: found for value, found in entries.items() if found is not None}
        numeric = all(isinstance(found, int | float) for found in known.values())
        return values.map(known).astype("float64" if numeric else "str")

    def _entries(self, table: object) -> dict[str, Any]:
        if not isinstance(table, Sequence) or isinstance(table, str):
            raise ValueError(f"parameter {self.table} of study.yaml must be a list of entries")
        for entry in table:
            if not isinstance(entry, Mapping) or not {self.key, self.give} <= set(entry):
                raise ValueError(f"each entry of {self.table} must have {self.key} and {self.give}")
        return {str(entry[self.key]): entry[self.give] for entry in table}

    def describe(self) -> Description:
        """Assigned by the study's table."""
        return Description(Origin("Assigned", "Sponsor"))
