"""Values brought to controlled terminology."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator

from clinmap.operations.listed_texts import report_texts
from clinmap.plan import PlanCodelist, Ref
from clinmap.registry import Description, Operation, Reference, Words, operation, references
from clinmap.units import CODELISTS, spelled

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Mask, Positions, Rows
    from clinmap.terminology import Term


@operation
class Recode(Operation):
    """Bring values to terms: by the `map`, else by the variable's codelist and its synonyms.

    Parameters: `recode`, the reference; `map`, collected text to term (null: knowingly none);
    `missing`, texts that mean that nothing was collected; `terms`, whether the variable's
    codelist is asked for what the map has not (default true).
    Rows: none is added or dropped. Missing: stays missing. A value without a term becomes missing
    and is listed, never written as it stands. In the codelists of units the usual spellings are
    known as well (`x10e3/µL` is `10^3/uL`).
    Problems: TRM001 for each value without a term, with near terms; one for all where they are
    many, since a column of identifiers or free text must not stand in messages.
    Source: SDTMIG 3.4 section 4.3 (controlled terminology).

    Example::

        AESEV: {recode: $AESEV, map: {Mild Adverse Event: MILD}}
    """

    name: ClassVar[str] = "recode"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TRM001",)

    recode: Reference
    map: Mapping[str, str | None] = field(default_factory=dict)
    missing: Words = ()
    terms: bool = True

    @field_validator("map", mode="before")
    @classmethod
    def _as_text(cls, entries: object) -> object:
        if not isinstance(entries, Mapping):
            return entries
        return {key: value if value is None else str(value) for key, value in entries.items()}

    def inputs(self) -> tuple[Ref, ...]:
        """The reference."""
        return references(self.recode)

    def literals(self) -> tuple[object, ...]:
        """The terms of the map."""
        return tuple(self.map.values())

    def apply(self, rows: Rows) -> pd.Series:
        """The terms; each distinct value is resolved once for each codelist."""
        from clinmap.frames import placed

        values = rows.text(self.recode).str.strip()
        pieces: list[tuple[Positions, pd.Series]] = []
        lists = list(rows.codelists()) if self.terms else []
        covered = values.isna().to_numpy(copy=True)
        for codelist, where in lists:
            here = where & ~covered
            terms, unknown = self._resolved(values[here], codelist)
            pieces.append((here.nonzero()[0], terms))
            covered |= where
            self._report(rows, values, unknown, here, codelist)
        rest = ~covered
        if rest.any():
            terms, unknown = self._resolved(values[rest], None)
            pieces.append((rest.nonzero()[0], terms))
            self._report(rows, values, unknown, rest, None)
        return placed(pieces, len(rows)) if pieces else rows.text(None)

    def _resolved(
        self, values: pd.Series, codelist: PlanCodelist | None
    ) -> tuple[pd.Series, list[str]]:
        found: dict[str, str | None] = {}
        unknown: list[str] = []
        folded = {key.casefold(): term for key, term in self.map.items()}
        for text in values.dropna().unique().tolist():
            if text in self.missing:
                found[text] = None
            elif text in self.map or text.casefold() in folded:
                found[text] = self.map.get(text, folded.get(text.casefold()))
            else:
                term = _term(codelist, text)
                found[text] = term.value if term else None
                if term is None:
                    unknown.append(text)
        return values.map(found).astype("str"), unknown

    def _report(
        self,
        rows: Rows,
        values: pd.Series,
        unknown: list[str],
        where: Mask,
        codelist: PlanCodelist | None,
    ) -> None:
        name = f"codelist {codelist.name}" if codelist else "the map"

        def near(text: str) -> str:
            terms = codelist.resolver.near(text) if codelist and codelist.resolver else ()
            return f"Near: {', '.join(terms)}." if terms else "Add it to `map` or to the synonyms."

        said = f"has no term in {name}", f"values have no term in {name}"
        many = "Is this the right column, and a coded one?"
        texts = values.where(values.isin(unknown) & where)
        report_texts(rows, "TRM001", texts, self.recode.column, said, near, many)

    def describe(self) -> Description:
        """As its input: a collected value in the words of its codelist is collected."""
        return Description()


def _term(codelist: PlanCodelist | None, text: str) -> Term | None:
    """The term that a text means; a unit may be written as forms and laboratories write it."""
    if codelist is None or codelist.resolver is None:
        return None
    term = codelist.resolver.resolve(text)
    if term is None and codelist.name in CODELISTS:
        return codelist.resolver.resolve(spelled(text))
    return term
