"""Results in standard form and in standard units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import field_validator, model_validator

from clinmap.patterns import safe_pattern
from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operand, Operation, Reference, operation, references
from clinmap.units import SAME
from sdtm.conversions import LACKS, Conversions, by_factor, by_units, unchanged
from sdtm.results import (
    Mark,
    Notation,
    Result,
    beyond,
    read_result,
    read_results,
    read_titer,
    standard_text,
)

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Mask, Positions, Rows


@operation
class StandardResult(Operation):
    """Give a result in standard form, as text (--STRESC) or as a number (--STRESN).

    Parameters: `standard_result`, the result as collected (for --STRESN: --STRESC); `give`, `text`
    or `number`.

    Units: `unit`, the collected unit (--ORRESU), and `to`, the standard one (--STRESU): the factor
    between them is worked out; `substance`, the LBTESTCD of what is measured, where a mass becomes
    an amount or IU become U, and `per`, that of what stands below the line (`CREAT`); or `factor`,
    the study's own number that brings the result to the standard unit, often a column of a joined
    table, beside which `unit` tells a result that has no unit (and needs no factor) from one whose
    unit has no factor. `decimals`, to how many a converted number is rounded (default: not).

    How results are written: `decimal`, the mark before the decimals, `point`, `comma` or `either`
    (default); `thousands`, whether the other mark may part thousands (default true); `strip`, a
    regular expression for what is taken away at the begin or the end (`[*]`, ` - low beads`);
    `titer`, whether `1:160` is a result whose number is 160; `below` and `above`, the limits that
    words like BLQ and OOR < stand for, unless they name one themselves as `BLQ(<1.00)` does (a raw
    column's `1.00` gives `<1.00`; --LLOQ is a number, and 1 gives `<1`); `words`, other words and
    what they become (null: knowingly nothing).
    Rows: none is added or dropped. Missing: stays missing. A sign before the number (`<0.5`) stays
    in the text, and the number is then missing. A word that no rule explains is brought to a term
    of the variable's codelist; one that no term explains is listed and missing, and stays in the
    result as collected. Where `decimal` is `either`, a comma parts thousands where groups of three
    digits follow, else it is the decimal point. Converted numbers are exact, then cut to 12
    significant digits, and written without zeros at the end; a half is rounded away from zero.
    Problems: RES002 where a number's unit cannot be converted, in a message for each cause (no
    unit, no standard unit, a unit that is not known or cannot become the standard one, no factor);
    RES001 for words that nothing explains, RES004 for numbers written with a comma that might be
    either; for the text only, so that no row is listed twice.
    Source: SDTMIG 3.4 section 4.5.1 (original and standardised results).

    Example::

        VSSTRESC: {standard_result: .VSORRES, unit: .VSORRESU, to: .VSSTRESU, decimals: 1}
        LBSTRESC: {standard_result: .LBORRES, unit: $LBUNIT, factor: $unit_conv/factor}
        PCSTRESC: {standard_result: .PCORRES, below: $LLOQ, words: {NR: null}}
        LBSTRESN: {standard_result: .LBSTRESC, give: number}
    """

    name: ClassVar[str] = "standard_result"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("RES001", "RES002", "RES004")

    standard_result: Reference
    give: Literal["text", "number"] = "text"
    factor: Reference | None = None
    unit: Reference | None = None
    to: Operand = None
    substance: Operand = None
    per: Operand = None
    decimals: int | None = None
    decimal: Mark = "either"
    thousands: bool = True
    strip: str = ""
    titer: bool = False
    below: Operand = None
    above: Operand = None
    words: Mapping[str, str | None] = field(default_factory=dict)

    @field_validator("strip")
    @classmethod
    def _pattern(cls, pattern: str) -> str:
        safe_pattern(pattern)
        return pattern

    @field_validator("words", mode="before")
    @classmethod
    def _as_text(cls, entries: object) -> object:
        if not isinstance(entries, Mapping):
            return entries
        return {str(key): None if said is None else str(said) for key, said in entries.items()}

    @model_validator(mode="after")
    def _whole(self) -> StandardResult:
        if self.to is not None and self.factor is not None:
            raise ValueError("`factor` and `to` both say how to convert; write one of them")
        if self.to is not None and self.unit is None:
            raise ValueError("`to` needs `unit`, the unit of the result as collected")
        if self.to is None and (self.substance is not None or self.per is not None):
            raise ValueError("`substance` and `per` need `to`, the standard unit")
        return self

    def inputs(self) -> tuple[Ref, ...]:
        """The result, its units or factor, and its limits."""
        return references(
            self.standard_result, self.factor, self.unit, self.to, self.substance, self.per,
            self.below, self.above,
        )  # fmt: skip

    def literals(self) -> tuple[object, ...]:
        """What the words become."""
        return tuple(self.words.values())

    def apply(self, rows: Rows) -> pd.Series:
        """The standard results."""
        collected = rows.text(self.standard_result).str.strip()
        values, explained = self._by_rule(rows, self._stripped(collected))
        conversions = self._conversions(rows)
        texts, is_number = self._converted(values, conversions)
        if self.give == "number":
            return self._numbers(texts.where(is_number))
        for lack in LACKS:
            message = f"results of {self.standard_result} {lack.said}"
            lost = is_number & conversions.lacking(lack)
            rows.report("RES002", message, lost, hint=lack.hint)
        commas = values.str.contains(",", regex=False).fillna(False).to_numpy(dtype=bool)
        if self.decimal == "either":
            message = f"results of {self.standard_result} with a comma"
            rows.report("RES004", message, is_number & commas)
        words = self._terms(rows, values.where(~(is_number | explained)))
        return texts.where(is_number, values.where(explained, words))

    def _stripped(self, values: pd.Series) -> pd.Series:
        """The results without what `strip` takes from their begin or end."""
        if not self.strip:
            return values
        pattern = rf"\A(?:{self.strip})|(?:{self.strip})\Z"
        known = {text: re.sub(pattern, "", text).strip() for text in values.dropna().unique()}
        return values.map(known).replace("", None).astype("str")

    def _by_rule(self, rows: Rows, values: pd.Series) -> tuple[pd.Series, Mask]:
        """The results with words and limits put in, and where a word is what it shall be."""
        folded = {word.casefold(): said for word, said in self.words.items()}
        words = values.str.casefold() if folded else values
        explained = words.isin(list(folded)).to_numpy(dtype=bool)
        if explained.any():
            values = values.where(~explained, words.map(folded).astype("str"))
        for sign, limit in (("<", self.below), (">", self.above)):
            if limit is None:
                continue
            own = {text: found for text in values.dropna().unique() if (found := beyond(text))}
            here = values.isin([text for text, found in own.items() if found[0] == sign])
            named = {text: _limit(sign, found[1]) for text, found in own.items() if found[1]}
            limits = values.map(named).astype("str")
            limits = limits.where(limits.notna(), sign + rows.text(limit))
            values = values.where(~here | limits.isna(), limits)
        return values, explained

    def _conversions(self, rows: Rows) -> Conversions:
        if self.to is not None:
            return by_units(rows, self.unit, self.to, self.substance, self.per)
        return by_factor(rows, self.factor, self.unit) if self.factor else unchanged(rows)

    def _converted(self, values: pd.Series, by: Conversions) -> tuple[pd.Series, Mask]:
        """The numbers as standard text, and where there is a number.

        Each distinct pair of a result and a conversion is written once.
        """
        import numpy as np
        import pandas as pd

        from clinmap.coded_text import recoded

        codes, distinct = pd.factorize(values)
        read = [self._read(text) for text in distinct]
        titer = _flags(codes, [result.titer for result in read])
        is_number = _flags(codes, [result.number is not None for result in read])
        ways = (*by.distinct, SAME)
        way = np.where(titer, len(by.distinct), by.number)
        converted = is_number & (way >= 0)
        which = np.full(len(values), -1, dtype=np.int64)
        which[converted], pairs = pd.factorize(codes[converted] * len(ways) + way[converted])
        made = [
            standard_text(read[pair // len(ways)], ways[pair % len(ways)], self.decimals)
            for pair in pairs.tolist()
        ]
        texts = recoded(which, pd.array(made, dtype="str"))
        return pd.Series(texts, index=values.index, copy=False), is_number

    def _read(self, text: str) -> Result:
        found = read_titer(text) if self.titer else None
        return found or read_result(text, Notation(self.decimal, self.thousands))

    def _numbers(self, texts: pd.Series) -> pd.Series:
        """The numbers of standard texts; one with a sign has none."""
        signs, numbers = read_results(texts, Notation("point", thousands=False), titer=self.titer)
        return numbers.where(signs == "")

    def _terms(self, rows: Rows, words: pd.Series) -> pd.Series:
        """Words as terms of the codelist; what is none is listed and missing."""
        terms = rows.text(None)
        known = words.isna().to_numpy(copy=True)
        for codelist, where in rows.codelists():
            if codelist.resolver is None:
                continue
            found = {
                text: codelist.resolver.resolve(text) for text in words[where].dropna().unique()
            }
            here = words.map({text: term.value for text, term in found.items() if term})
            terms = terms.where(~where | known, here.astype("str"))
            self._report(rows, words, ~known & where & here.isna().to_numpy(), codelist.name)
            known |= where
        self._report(rows, words, ~known, "")
        return terms

    def _report(self, rows: Rows, words: pd.Series, where: Mask, codelist: str) -> None:
        near = f"terms of {codelist}" if codelist else "words of the rule"
        rows.report(
            "RES001",
            f"results of {self.standard_result} that are neither numbers nor {near}",
            where & words.notna().to_numpy(),
            hint="Say under `words` what they become, or see `strip`, `below`, `titer`, `decimal`.",
        )

    def describe(self) -> Description:
        """Derived, with the rule."""
        source = self.standard_result.column
        if self.give == "number":
            return _derived(f"The number that {source} is.")
        if self.to is not None:
            rounded = f", rounded to {self.decimals} decimals" if self.decimals is not None else ""
            unit = name_of(self.unit)
            return _derived(f"{source} converted from {unit} to {name_of(self.to)}{rounded}.")
        if self.factor is None:
            return _derived(f"{source} in standard form.")
        return _derived(
            f"{source} converted to the standard unit by the study's table of unit conversions."
        )


def _derived(method: str) -> Description:
    return Description(Origin("Derived", "Sponsor"), method)


def _limit(sign: str, written: str) -> str:
    """The limit that a word names itself, with the sign before it once."""
    return written if written[:1] in "<>≤≥" else sign + written


def _flags(codes: Positions, known: list[bool]) -> Mask:
    """What is known of each distinct value, for each row; a missing value (-1) is false."""
    import numpy as np

    return np.array([*known, False], dtype=bool)[codes]
