"""Results in standard form and in standard units."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references
from sdtm.results import clean, read_results, standard_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Rows


@operation
class StandardResult(Operation):
    """Give a result in standard form, as text (--STRESC) or as a number (--STRESN).

    Parameters: `standard_result`, the result as collected (for --STRESN: --STRESC); `give`, `text`
    or `number`; `factor`, the number that brings the result to the standard unit, often a column of
    a joined table of conversions; `unit`, the collected unit, to tell a result that has no unit
    (and needs no factor) from one whose unit has no factor.
    Rows: none is added or dropped. Missing: stays missing. A sign before the number (`<0.5`) stays
    in the text, and the number is then missing. Commas are read as thousands where groups of three
    digits follow, else as the decimal point. A word is brought to a term of the variable's
    codelist, if it has one.
    Problems: RES002 where a number's unit has no factor, RES001 for words without a term (the
    result is missing in both cases), RES004 for numbers written with a comma; for the text only, so
    that no row is listed twice.
    Source: SDTMIG 3.4 section 4.5.1 (original and standardised results).

    Example::

        LBSTRESC: {standard_result: .LBORRES, unit: $LBUNIT, factor: $unit_conv/factor}
        LBSTRESN: {standard_result: .LBSTRESC, give: number}
    """

    name: ClassVar[str] = "standard_result"
    codes: ClassVar[tuple[str, ...]] = ("RES001", "RES002", "RES004")

    standard_result: Reference
    give: Literal["text", "number"] = "text"
    factor: Reference | None = None
    unit: Reference | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The result, its unit and the factor."""
        return references(self.standard_result, self.factor, self.unit)

    def apply(self, rows: Rows) -> pd.Series:
        """The standard results."""
        values = rows.text(self.standard_result)
        signs, numbers = read_results(values)
        factors = self._factors(rows)
        if self.give == "number":
            return (numbers * factors).map(clean, na_action="ignore").where(signs == "")
        is_number = numbers.notna().to_numpy()
        self._report(rows, values, is_number, factors)
        words = self._words(rows, values.where(~is_number))
        return self._texts(values, factors).where(is_number, words)

    def _factors(self, rows: Rows) -> pd.Series:
        """What to multiply with: 1 where no factor is stated, or where there is no unit."""
        import pandas as pd

        if self.factor is None:
            return pd.Series(1.0, index=rows.index)
        factors = rows.number(self.factor)
        if self.unit is None:
            return factors
        return factors.where(rows.text(self.unit).notna(), 1.0)

    def _report(
        self, rows: Rows, values: pd.Series, is_number: npt.NDArray[np.bool_], factors: pd.Series
    ) -> None:
        rows.report(
            "RES002",
            f"results of {self.standard_result} whose unit has no conversion",
            is_number & factors.isna().to_numpy(),
            hint="Add test, unit and factor to the study's table of conversions.",
        )
        commas = values.str.contains(",", regex=False).fillna(False).to_numpy(dtype=bool)
        rows.report("RES004", f"results of {self.standard_result} with a comma", is_number & commas)

    def _texts(self, values: pd.Series, factors: pd.Series) -> pd.Series:
        """Each distinct pair of a result and a factor, written once."""
        import pandas as pd

        pairs = pd.DataFrame({"text": values, "factor": factors}).dropna()
        known = pairs.drop_duplicates()
        written = [
            standard_text(text, factor)
            for text, factor in zip(known["text"], known["factor"], strict=True)
        ]
        made = pairs.merge(known.assign(made=written), on=["text", "factor"], how="left")["made"]
        made.index = pairs.index
        return made.reindex(values.index).astype("str")

    def _words(self, rows: Rows, words: pd.Series) -> pd.Series:
        """Results that are words, as terms of the codelist; as they stand where there is none."""
        for codelist, where in rows.codelists():
            if codelist.resolver is None:
                continue
            found = {
                text: codelist.resolver.resolve(text) for text in words[where].dropna().unique()
            }
            terms = words.map({text: term.value for text, term in found.items() if term})
            lost = (words.notna() & terms.isna()).to_numpy() & where
            rows.report(
                "RES001", f"results that are neither numbers nor terms of {codelist.name}", lost
            )
            words = words.where(~where, terms.astype("str"))
        return words

    def describe(self) -> Description:
        """Derived, with the rule."""
        source = self.standard_result.column
        if self.give == "number":
            return Description(Origin("Derived", "Sponsor"), f"The number that {source} is.")
        if self.factor is None:
            return Description(Origin("Derived", "Sponsor"), f"{source} in standard form.")
        return Description(
            Origin("Derived", "Sponsor"),
            f"{source} converted to the standard unit by the study's table of unit conversions.",
        )
