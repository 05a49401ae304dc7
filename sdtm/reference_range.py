"""Reference ranges of laboratory results, and where a result lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references
from sdtm.results import clean, read_results

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

BIRTH = Ref("dataset", "BRTHDTC", "DM")
SEX = Ref("dataset", "SEX", "DM")


@operation
class ReferenceRange(Operation):
    """Give a limit of the reference range in the standard unit: as reported, else from a table.

    Parameters: `reference_range`, the collected limit; `result` and `standard`, the result as collected
    and in the standard unit (their ratio converts the limit); `bound`, `low` or `high`; `table`, a raw
    table of ranges by test, sex and age (columns test, unit, sex, age_lo_d, age_hi_d, lo, hi) for what the
    laboratory did not report; `test`, `unit` and `date` of the result find the row in it.
    Rows: none is added or dropped. Missing: where there is no limit. A masked day or month of birth
    counts as the first.
    Problems: none. Source: SDTMIG 3.4 section 6.3.5.6 (LB: reference ranges).

    Example::

        LBSTNRLO: {reference_range: $LBLO, bound: low, factor: .FACTOR, table: labranges,
                   test: .LBTESTCD, unit: .LBSTRESU, date: .LBDTC}
    """

    name: ClassVar[str] = "reference_range"

    reference_range: Reference
    bound: Literal["low", "high"]
    factor: Reference | None = None
    table: str = ""
    test: Reference | None = None
    unit: Reference | None = None
    date: Reference | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The limit as reported, and what finds one in the table."""
        subject = (BIRTH, SEX) if self.table else ()
        return references(
            self.reference_range, self.factor, self.test, self.unit, self.date, subject
        )

    def apply(self, rows: Rows) -> pd.Series:
        """The limits."""
        _, reported = read_results(rows.text(self.reference_range))
        if self.factor is not None:
            reported = reported * rows.number(self.factor)
        reported = reported.map({n: clean(n) for n in reported.dropna().unique()})
        if not self.table:
            return reported.astype("float64")
        return reported.astype("float64").where(reported.notna(), self._from_table(rows))

    def _from_table(self, rows: Rows) -> pd.Series:
        import numpy as np
        import pandas as pd

        from clinmap.dates import impute_date, sas_date

        if self.test is None or self.unit is None or self.date is None:
            return pd.Series(np.nan, index=rows.index)
        ranges = rows.table(self.table)
        born = impute_date(rows.text(BIRTH), "M").date
        wanted = pd.DataFrame(
            {
                "test": rows.text(self.test),
                "unit": rows.text(self.unit),
                "sex": rows.text(SEX),
                "age": sas_date(rows.text(self.date)) - born,
                "row": np.arange(len(rows)),
            }
        )
        known = pd.DataFrame(
            {name: ranges.column(name) for name in ("test", "unit", "sex")}
            | {name: ranges.column(name).astype("float64") for name in ("age_lo_d", "age_hi_d")}
            | {"limit": ranges.column("lo" if self.bound == "low" else "hi").astype("float64")}
            | {"record": np.arange(len(ranges))}
        )
        met = wanted.merge(known, on=["test", "unit", "sex"])
        met = met[(met["age"] >= met["age_lo_d"]) & (met["age"] < met["age_hi_d"])]
        met = met.drop_duplicates("row")
        here = met["row"].to_numpy()
        rows.link(ranges, here, met["record"].to_numpy())
        found = np.full(len(rows), np.nan)
        found[here] = met["limit"].to_numpy()
        return pd.Series(found, index=rows.index)

    def describe(self) -> Description:
        """Derived, with the rule."""
        table = " or from the study's table of ranges by age and sex" if self.table else ""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self.reference_range.column} as reported{table}, in standard units.",
        )


@operation
class RangeIndicator(Operation):
    """Say where a result lies in its reference range: LOW, NORMAL or HIGH.

    Parameters: `range_indicator`, the numeric standard result; `text`, the standard result as text, for
    results such as `<0.5`; `low` and `high`, the limits.
    Rows: none is added or dropped. Missing: where there is neither limit, or where a result with a sign
    may lie on either side of a limit.
    Problems: none. Source: SDTMIG 3.4 section 6.3.5.6 (LBNRIND), codelist NRIND.

    Example::

        LBNRIND: {range_indicator: .LBSTRESN, text: .LBSTRESC, low: .LBSTNRLO, high: .LBSTNRHI}
    """

    name: ClassVar[str] = "range_indicator"

    range_indicator: Reference
    text: Reference
    low: Reference
    high: Reference

    def inputs(self) -> tuple[Ref, ...]:
        """The result and its limits."""
        return references(self.range_indicator, self.text, self.low, self.high)

    def apply(self, rows: Rows) -> pd.Series:
        """The indicators."""
        signs, numbers = read_results(rows.text(self.text))
        low, high = rows.number(self.low), rows.number(self.high)
        plain, below, above = signs == "", signs == "<", signs == ">"
        is_low = (plain & (numbers < low)) | (below & (numbers <= low))
        is_high = (plain & (numbers > high)) | (above & (numbers >= high))
        limited = numbers.notna() & (low.notna() | high.notna())
        normal = limited & plain & ~is_low & ~is_high
        values = rows.values("NORMAL").where(normal)
        return values.mask(is_low, "LOW").mask(is_high, "HIGH")

    def describe(self) -> Description:
        """Derived, with the rule."""
        low, high = self.low.column, self.high.column
        return Description(
            Origin("Derived", "Sponsor"),
            f"LOW below {low}, HIGH above {high}, else NORMAL; a result with < or > only where it "
            "lies wholly on one side.",
        )
