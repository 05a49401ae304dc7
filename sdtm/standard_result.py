"""Results in standard units."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references
from sdtm.results import clean, read_results, shortest

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class StandardResult(Operation):
    """Give a result in the standard unit, as text (--STRESC) or as a number (--STRESN).

    Parameters: `standard_result`, the result as collected; `give`, `text` or `number`; `unit`, its unit
    and `target`, the standard unit (both left out: no conversion); `test`, the --TESTCD; `factors`, the
    raw table of conversions with the columns test, from, to, factor.
    Rows: none is added or dropped. Missing: stays missing. A sign before the number (`<0.5`) stays in
    the text, and the number is then missing. A result that is a word is text as it stands.
    Problems: RES002 where there is no conversion from the unit to the standard unit (the result is
    then missing). Source: SDTMIG 3.4 section 4.5.1 (original and standardised results).

    Example::

        LBSTRESN: {standard_result: .LBORRES, give: number, unit: .LBORRESU, target: .LBSTRESU,
                   test: .LBTESTCD, factors: unit_conv}
    """

    name: ClassVar[str] = "standard_result"
    codes: ClassVar[tuple[str, ...]] = ("RES002",)

    standard_result: Reference
    give: Literal["text", "number"] = "text"
    unit: Reference | None = None
    target: Reference | None = None
    test: Reference | None = None
    factors: str = ""

    def inputs(self) -> tuple[Ref, ...]:
        """The result, its units and its test."""
        columns = ("test", "from", "to", "factor") if self.factors else ()
        table = [Ref("table", name, self.factors) for name in columns]
        return references(self.standard_result, self.unit, self.target, self.test, table)

    def apply(self, rows: Rows) -> pd.Series:
        """The standard results."""
        values = rows.text(self.standard_result)
        signs, numbers = read_results(values)
        converted = numbers * self._factor(rows, numbers)
        cleaned = converted.map({n: clean(n) for n in converted.dropna().unique()})
        if self.give == "number":
            return cleaned.where(signs.fillna("") == "").astype("float64")
        known = {number: shortest(number) for number in cleaned.dropna().unique()}
        text = signs.str.cat(cleaned.map(known).astype("str"))
        return text.where(numbers.notna(), values)

    def _factor(self, rows: Rows, numbers: pd.Series) -> pd.Series:
        """What to multiply with; 1 where the unit is the standard one or there is no unit."""
        import pandas as pd

        one = pd.Series(1.0, index=rows.index)
        if self.unit is None or self.target is None:
            return one
        unit, target = rows.text(self.unit), rows.text(self.target)
        change = ((unit != target) & numbers.notna() & unit.notna()).to_numpy(dtype=bool)
        if not change.any():
            return one
        test = rows.text(self.test) if self.test else unit
        known = self._table(rows)
        triples = pd.MultiIndex.from_arrays([test[change], unit[change], target[change]])
        factors = pd.Series(
            [known.get(key, known.get(("", *key[1:]))) for key in triples], dtype="float64"
        )
        one[change] = factors.to_numpy()
        if self.give == "text":
            rows.report(
                "RES002",
                f"results of {self.standard_result} whose unit has no conversion",
                one.isna().to_numpy(),
                hint=f"Add test, unit and factor to the table {self.factors}.",
            )
        return one

    def _table(self, rows: Rows) -> dict[tuple[str, str, str], float]:
        table = rows.table(self.factors)
        columns = [table.column(name).fillna("") for name in ("test", "from", "to")]
        factors = table.column("factor").astype("float64")
        keys = zip(*(column.tolist() for column in columns), strict=True)
        return dict(zip(keys, factors.tolist(), strict=True))

    def describe(self) -> Description:
        """Derived, with the rule."""
        source = self.standard_result.column
        if self.target is None:
            return Description(Origin("Derived", "Sponsor"), f"{source} in standard form.")
        return Description(
            Origin("Derived", "Sponsor"),
            f"{source} converted to {self.target.column} by the study's table of unit conversions.",
        )
