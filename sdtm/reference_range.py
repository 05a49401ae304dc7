"""The limits of reference ranges, as reported or from a table by age and sex."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import model_validator

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operand, Operation, Reference, operation, references
from sdtm.conversions import by_factor, by_units, converted_numbers
from sdtm.results import read_results

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows, Table

BIRTH = Ref("dataset", "BRTHDTC", "DM")
SEX = Ref("dataset", "SEX", "DM")
COLUMNS = ("sex", "age_lo_d", "age_hi_d", "lo", "hi", "eff_from", "eff_to")


@operation
class ReferenceRange(Operation):
    """Give a limit of the reference range in the standard unit: as reported, else from a table.

    Parameters: `reference_range`, the limit as reported; `bound`, `low` or `high`; `unit`,
    `to`, `substance` and `per`, the units, or `factor`, the number that brings the limit to the
    standard unit, as in `standard_result`; `table`, a raw table of ranges in the
    reported units, for limits that were not reported; `match`, its columns and what they must equal
    (laboratory, test, unit); `date`, the --DTC, for the age. The table has the columns sex,
    age_lo_d and age_hi_d (age in days, both included), lo, hi, eff_from and eff_to (ISO 8601, both
    included, empty: no bound).
    Rows: none is added or dropped. Missing: where there is no limit, no factor, or no complete
    date. A masked day or month of birth counts as the first.
    Problems: RES005 (low limit only) for the rows whose range is the table's.
    Source: SDTMIG 3.4 section 6.3.5.6 (LB: --STNRLO, --STNRHI).

    Example::

        LBSTNRLO: {reference_range: .LBORNRLO, bound: low, factor: $unit_conv/factor, date: .LBDTC,
                   table: labranges, match: {lab: $LBLAB, test: $LBTEST, unit: $LBUNIT}}
    """

    name: ClassVar[str] = "reference_range"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("RES005",)

    reference_range: Reference
    bound: Literal["low", "high"]
    factor: Reference | None = None
    unit: Reference | None = None
    to: Operand = None
    substance: Operand = None
    per: Operand = None
    table: str = ""
    match: Mapping[str, Reference] = field(default_factory=dict)
    date: Reference | None = None

    @model_validator(mode="after")
    def _whole(self) -> ReferenceRange:
        if self.table and (not self.match or self.date is None):
            raise ValueError("a table of ranges needs `match` and `date`")
        if self.to is not None and self.factor is not None:
            raise ValueError("`factor` and `to` both say how to convert; write one of them")
        if (self.to is None) != (self.unit is None):
            raise ValueError("`unit` and `to` go together: the limit's unit and the standard one")
        return self

    def inputs(self) -> tuple[Ref, ...]:
        """The limit as reported, its factor, and what finds one in the table."""
        found = references(
            self.reference_range, self.factor, self.unit, self.to, self.substance, self.per
        )
        if not self.table:
            return found
        columns = [Ref("table", name, self.table) for name in (*self.match, *COLUMNS)]
        return (*found, *references(self.match, self.date, BIRTH, SEX, columns))

    def apply(self, rows: Rows) -> pd.Series:
        """The limits."""
        _, limits = read_results(rows.text(self.reference_range))
        if self.table:
            found = self._from_table(rows, limits.isna())
            if self.bound == "low":
                where = found.notna().to_numpy()
                rows.report("RES005", f"ranges of {self.table} were used", where)
            limits = limits.where(limits.notna(), found)
        if self.factor is not None:
            return converted_numbers(limits, by_factor(rows, self.factor, None))
        if self.to is not None:
            by = by_units(rows, self.unit, self.to, self.substance, self.per)
            return converted_numbers(limits, by)
        return limits.astype("float64")

    def _from_table(self, rows: Rows, wanted: pd.Series) -> pd.Series:
        """The table's limit for the rows that are wanted; the narrowest range where several fit."""
        import numpy as np
        import pandas as pd

        ranges = rows.table(self.table)
        own = self._own(rows)[wanted].dropna()
        met = own.merge(self._ranges(ranges), on=[*self.match, "sex"])
        fits = met["age"].between(met["age_lo_d"], met["age_hi_d"])
        fits &= met["day"].between(met["eff_from"], met["eff_to"])
        met = met[fits].sort_values(["row", "width", "limit"]).drop_duplicates("row")
        here = met["row"].to_numpy(dtype=np.int64)
        rows.link(ranges, here, met["record"].to_numpy(dtype=np.int64))
        found = np.full(len(rows), np.nan)
        found[here] = met["limit"].to_numpy()
        return pd.Series(found, index=rows.index)

    def _own(self, rows: Rows) -> pd.DataFrame:
        """What finds each row's range."""
        import numpy as np
        import pandas as pd

        from clinmap.dates import impute_date, sas_date

        day = sas_date(rows.text(self.date))
        columns = {name: rows.text(reference) for name, reference in self.match.items()}
        columns |= {"sex": rows.text(SEX), "day": day, "row": pd.Series(np.arange(len(rows)))}
        born = impute_date(rows.text(BIRTH), "M").date
        return pd.DataFrame({**columns, "age": day - born})

    def _ranges(self, ranges: Table) -> pd.DataFrame:
        import numpy as np
        import pandas as pd

        from clinmap.dates import sas_date
        from clinmap.frames import as_number

        known = pd.DataFrame({name: ranges.column(name) for name in (*self.match, "sex")})
        ages = {name: as_number(ranges.column(name)) for name in ("age_lo_d", "age_hi_d")}
        limit = as_number(ranges.column("lo" if self.bound == "low" else "hi"))
        return known.assign(
            **ages,
            limit=limit,
            width=ages["age_hi_d"] - ages["age_lo_d"],
            eff_from=sas_date(ranges.column("eff_from")).fillna(-np.inf),
            eff_to=sas_date(ranges.column("eff_to")).fillna(np.inf),
            record=np.arange(len(known)),
        )

    def describe(self) -> Description:
        """Derived, with the rule."""
        table = " or from the study's table of ranges by age and sex" if self.table else ""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self.reference_range.column} as reported{table}, in standard units.",
        )
