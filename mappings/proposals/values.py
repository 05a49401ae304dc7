"""Clues from values: terms of a codelist, numbers, yes and no, and how texts find their terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from clinmap.problems import may_be_shown
from clinmap.profiling import ColumnProfile
from clinmap.profiling.profiles import DATED, NUMERIC
from clinmap.standards import VariableStandard
from clinmap.terminology import Codelist, Term, Terminology, load_packaged
from clinmap.units import CODELISTS, spelled
from mappings.proposals.models import Clue

YES_NO = "NY"
LOOKED_AT = 60
_SMALL = 400
_DENIALS = frozenset({"not", "no", "non", "never", "un", "without"})


@dataclass(slots=True)
class Terms:
    """Looks up the terms that texts mean; each question is answered once."""

    terminology: Terminology = field(default_factory=lambda: load_packaged("SDTM"))
    known: dict[tuple[str, str], Term | None] = field(default_factory=dict)

    def codelist(self, code: str) -> Codelist | None:
        """The codelist of a C-code or short name."""
        return self.terminology.codelist(code)

    def best(self, codes: Sequence[str], column: ColumnProfile) -> Codelist | None:
        """Of the codelists of a variable, the one that most of a column's values are terms of."""
        known = [found for code in codes if (found := self.codelist(code)) is not None]
        if len(known) < 2:
            return known[0] if known else None
        return max(known, key=lambda codelist: self.share(codelist, column)[0])

    def resolve(self, codelist: Codelist, text: str) -> Term | None:
        """The one term that a text means as it stands, or None."""
        key = (codelist.code, text)
        if key not in self.known:
            found = codelist.resolve(text)
            if found is None and codelist.name in CODELISTS:
                found = codelist.resolve(spelled(text))
            self.known[key] = found
        return self.known[key]

    def share(self, codelist: Codelist, column: ColumnProfile) -> tuple[int, int]:
        """How many of a column's distinct texts are terms, and of how many."""
        texts = column.texts[:LOOKED_AT]
        return sum(self.resolve(codelist, text) is not None for text in texts), len(texts)

    def likely(self, codelist: Codelist, text: str) -> Term | None:
        """The one term whose words a text holds all of (`Mild Adverse Event`: MILD), or None."""
        if len(codelist.terms) > _SMALL or not may_be_shown(text):
            return None
        words = set(text.casefold().replace("/", " ").split())
        held = [
            term for term in codelist.terms
            if set(term.value.casefold().replace("/", " ").split()) <= words
        ]  # fmt: skip
        if len(held) == 1:
            return held[0]
        if held or len(text) <= 3:
            return None
        within = [t for t in codelist.terms if words <= set(t.value.casefold().split())]
        denied = within and (set(within[0].value.casefold().split()) - words) & _DENIALS
        return within[0] if len(within) == 1 and not denied else None


def value_factor(
    column: ColumnProfile, facts: VariableStandard, terms: Terms
) -> tuple[float, Clue | None]:
    """How far the values bear out what the name says: a factor, and a sign of their own."""
    if column.kind == "empty":
        return 0.92, None
    if column.kind in (*DATED, "time"):
        return 0.0, None
    if facts.type == "Num":
        if column.kind in NUMERIC:
            return 1.0, None
        some = any(text.replace(".", "", 1).isdigit() for text in column.texts[:20])
        return (0.6 if some else 0.35), None
    codelist = terms.best(facts.codelists, column)
    if codelist is not None:
        return _coded(column, codelist, terms)
    if facts.role == "Topic" and column.kind in (*NUMERIC, "yes/no"):
        return 0.4, None
    return 1.0, None


def _coded(column: ColumnProfile, codelist: Codelist, terms: Terms) -> tuple[float, Clue | None]:
    if codelist.name == YES_NO:
        if column.kind == "yes/no":
            return 1.0, Clue(0.1, "its values are yes and no")
        return 0.5, None
    met, of = terms.share(codelist, column)
    if met:
        likely = 0
    else:
        likely = sum(terms.likely(codelist, text) is not None for text in column.texts[:20])
    if of and met / of >= 0.5:
        said = f"{met} of {of} values are terms of codelist {codelist.name}"
        return 1.0, Clue(round(0.45 * met / of, 2), said)
    if likely >= 2 or (met and codelist.extensible):
        return 1.0, Clue(0.1, f"some values are like terms of codelist {codelist.name}")
    weak = 0.9 if codelist.extensible else 0.7
    return (weak if column.kind not in NUMERIC else 0.6), None
