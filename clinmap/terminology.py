"""Controlled terminology: codelists, their terms, and how a collected text finds its term.

>>> sdtm = load_packaged("SDTM")
>>> sdtm.codelist("SEX").resolve("Female").value
'F'
>>> sdtm.paired("C66741").name
'VSTEST'

A package is read lazily: its codelists stay text until they are asked for. Everything is frozen;
`Terminology.extend` and `Terminology.with_synonyms` give new objects.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from clinmap.plan import PlanCodelist, PlanTerm

Kind = Literal["SDTM", "ADaM", "Define"]

PACKAGED_DATE = "2025-03-28"
_STEMS: Mapping[str, str] = {"SDTM": "sdtmct", "ADaM": "adamct", "Define": "definect"}
_CATALOGUE = Path(__file__).with_name("standards") / "catalogue"
_HEAD = re.compile(rb'\{"code":"(C\d+)","name":"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its NCI C-code (empty for a sponsor's own), submission value and preferred term.

    `extended` says that a study added it to the published codelist (``def:ExtendedValue``).
    """

    code: str
    value: str
    decode: str = ""
    synonyms: tuple[str, ...] = ()
    extended: bool = False


@dataclass(frozen=True, slots=True)
class Codelist:
    """One codelist: C-code, short name (``SEX``), label (``Sex``), whether terms may be added."""

    code: str
    name: str
    label: str
    extensible: bool
    terms: tuple[Term, ...]
    _found: dict[str, Any] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def __reduce__(self) -> tuple[type[Codelist], tuple[object, ...]]:
        """Pickle what was stated and leave out the indexes made from it."""
        return Codelist, (self.code, self.name, self.label, self.extensible, self.terms)

    @property
    def values(self) -> tuple[str, ...]:
        """The submission values in the codelist's order."""
        return tuple(term.value for term in self.terms)

    def term(self, value: str) -> Term | None:
        """Give the term with exactly this submission value."""
        found: Term | None = self._by_value().get(value)
        return found

    def resolve(self, text: str) -> Term | None:
        """Find the one term that a collected text means, or None: a meaning is never guessed.

        The text is tried as it is written against submission values, then synonyms, then
        preferred terms; after that the same three regardless of case. (Case first: in UNIT the
        text ``G/L`` is a synonym of ``10^9/L`` and not ``g/L``.) The first of these six that the
        text occurs in decides; where it stands for several terms there, the answer is None.

        >>> load_packaged("SDTM").codelist("UNIT").resolve("G/L").value
        '10^9/L'
        """
        text = " ".join(text.split())
        for fold in (str, str.casefold):
            for index in self._indexes(fold):
                if terms := index.get(fold(text)):
                    return terms[0] if len(terms) == 1 else None
        return None

    def near(self, text: str, n: int = 3) -> tuple[str, ...]:
        """Name up to `n` submission values whose value, synonym or decode looks like `text`."""
        written: dict[str, str] = {}
        for term in self.terms:
            for name in (term.value, term.decode, *term.synonyms):
                written.setdefault(name.casefold(), term.value)
        near = [written[name] for name in _close(text.casefold(), written, 3 * n)]
        return tuple(dict.fromkeys([*self._only_one_with(text), *near]))[:n]

    def _only_one_with(self, text: str) -> list[str]:
        """The submission value that has the text among its words, where no other one has."""
        word = re.compile(rf"\b{re.escape(text.casefold())}\b")
        found = [t.value for t in self.terms if word.search(t.value.casefold())]
        return found if len(found) == 1 and len(text) > 3 else []

    def _by_value(self) -> dict[str, Term]:
        if "value" not in self._found:
            self._found["value"] = {term.value: term for term in self.terms}
        index: dict[str, Term] = self._found["value"]
        return index

    def _indexes(self, fold: Callable[[str], str]) -> list[dict[str, list[Term]]]:
        """By submission value, by synonym, by preferred term."""
        key = fold.__name__
        if key not in self._found:
            self._found[key] = [
                _index((fold(t.value), t) for t in self.terms),
                _index((fold(s), t) for t in self.terms for s in t.synonyms),
                _index((fold(t.decode), t) for t in self.terms if t.decode),
            ]
        indexes: list[dict[str, list[Term]]] = self._found[key]
        return indexes


class Codelists(Mapping[str, Codelist]):
    """Codelists by C-code; those that are still a line of a package are parsed when asked for.

    Where a codelist has no C-code (a sponsor's own) it stands under its short name.
    """

    __slots__ = ("_entries", "names")

    def __init__(self, entries: Mapping[str, Codelist | bytes], names: Mapping[str, str]) -> None:
        self._entries = dict(entries)
        self.names = dict(names)

    @classmethod
    def of(cls, codelists: Iterable[Codelist]) -> Codelists:
        """Index codelists that are all at hand."""
        entries = {codelist.code or codelist.name: codelist for codelist in codelists}
        return cls(entries, {codelist.name: code for code, codelist in entries.items()})

    def __getitem__(self, code: str) -> Codelist:
        entry = self._entries[code]
        if isinstance(entry, bytes):
            entry = self._entries[code] = _parsed(entry)
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<{len(self)} codelists>"

    def having(self, codelist: Codelist) -> Codelists:
        """These codelists with one of them replaced, or added."""
        code = codelist.code or codelist.name
        return Codelists({**self._entries, code: codelist}, {**self.names, codelist.name: code})


@dataclass(frozen=True, slots=True)
class Terminology:
    """A terminology package of one date: ``SDTM``, ``ADaM`` or ``Define`` and its codelists."""

    package: str
    date: str
    codelists: Codelists

    @classmethod
    def of(cls, package: str, date: str, codelists: Iterable[Codelist]) -> Terminology:
        """Make a package from codelists."""
        return cls(package, date, Codelists.of(codelists))

    def codelist(self, code_or_name: str) -> Codelist | None:
        """Give a codelist by its C-code (``C66731``) or its short name (``SEX``)."""
        code = self.codelists.names.get(code_or_name, code_or_name)
        return self.codelists.get(code)

    def near(self, name: str, n: int = 3) -> tuple[str, ...]:
        """Name up to `n` codelists whose short name looks like `name`."""
        return tuple(_close(name.upper(), self.codelists.names, n))

    def paired(self, code_or_name: str) -> Codelist | None:
        """Give the codelist of names beside a codelist of codes: LBTESTCD -> LBTEST.

        The two are published as one list under two names: their terms have the same C-codes, and
        their short names differ by the end only (TESTCD/TEST, PARMCD/PARM, TC/TN, PC/PN). Terms
        that a study added to either one do not matter.
        """
        codes = self.codelist(code_or_name)
        if codes is None:
            return None
        names = self.codelist(_name_list(codes.name))
        if names is None or names is codes or _published(codes) != _published(names):
            return None
        return names

    def decode(self, code_or_name: str, value: str) -> str:
        """Say what a submission value means: the paired name, else the preferred term, else "".

        >>> load_packaged("SDTM").decode("LBTESTCD", "ALB")
        'Albumin'
        """
        codelist = self.codelist(code_or_name)
        term = codelist.term(value) if codelist else None
        if term is None:
            return ""
        names = self.paired(code_or_name) if term.code else None
        if names is None:
            return term.decode
        return next((t.value for t in names.terms if t.code == term.code), term.decode)

    def extend(
        self, code_or_name: str, terms: Iterable[Term], *, exception: bool = False
    ) -> Terminology:
        """Add a study's own terms to a codelist; they are marked `extended`.

        A codelist that is not extensible takes them only as an `exception`, which the study's
        specification must justify. A term that is there already is a ValueError, as is an unknown
        codelist: the caller has checked both and said it with file and line.
        """
        codelist = self._known(code_or_name)
        added = tuple(replace(term, extended=True) for term in terms)
        if not (codelist.extensible or exception):
            raise ValueError(f"codelist {codelist.name} is not extensible")
        if twice := [term.value for term in added if codelist.term(term.value)]:
            raise ValueError(f"codelist {codelist.name} already has {', '.join(twice)}")
        return self.having(replace(codelist, terms=codelist.terms + added))

    def with_synonyms(
        self, code_or_name: str, synonyms: Mapping[str, Iterable[str]]
    ) -> Terminology:
        """Add a study's synonyms, by submission value: ``{"mmHg": ["mm Hg", "torr"]}``.

        A synonym given here is taken away from the other terms of the codelist, so that it
        resolves even where the published synonym was ambiguous.
        """
        codelist = self._known(code_or_name)
        if unknown := [value for value in synonyms if codelist.term(value) is None]:
            raise ValueError(f"codelist {codelist.name} has no {', '.join(unknown)}")
        own = {value: tuple(texts) for value, texts in synonyms.items()}
        claimed = {text for texts in own.values() for text in texts}
        terms = tuple(_claiming(term, own.get(term.value, ()), claimed) for term in codelist.terms)
        return self.having(replace(codelist, terms=terms))

    def having(self, codelist: Codelist) -> Terminology:
        """Add a codelist of the study's own, or replace one."""
        return replace(self, codelists=self.codelists.having(codelist))

    def _known(self, code_or_name: str) -> Codelist:
        codelist = self.codelist(code_or_name)
        if codelist is None:
            raise ValueError(f"no codelist {code_or_name} in {self.package} CT {self.date}")
        return codelist


@lru_cache(maxsize=8)
def load_packaged(kind: Kind, date: str = PACKAGED_DATE) -> Terminology:
    """Give a terminology package that is installed with clinmap, parsed only where looked at.

    Raises LookupError where no package of this kind and date is installed.

    >>> load_packaged("Define").codelist("ORIGINT").term("Collected").code
    'C170548'
    """
    place = _CATALOGUE / f"{_STEMS[kind]}-{date}.jsonl"
    if not place.is_file():
        raise LookupError(f"no {kind} terminology of {date} is installed with clinmap")
    entries: dict[str, Codelist | bytes] = {}
    names: dict[str, str] = {}
    for line in place.read_bytes().splitlines():
        if head := _HEAD.match(line):
            code, name = head[1].decode(), head[2].decode()
            entries[code] = line
            names[name] = code
    return Terminology(kind, date, Codelists(entries, names))


def planned_codelist(codelist: Codelist, package: Terminology) -> PlanCodelist:
    """A published codelist as a Plan has it: codes decoded by the codelist of their names.

    >>> sdtm = load_packaged("SDTM")
    >>> planned_codelist(sdtm.codelist("VSTESTCD"), sdtm).id
    'C66741'
    """
    paired = package.paired(codelist.name)
    names: Mapping[str, str] = {t.code: t.value for t in paired.terms if t.code} if paired else {}
    own = {t.value: t for t in codelist.terms}
    return PlanCodelist(
        id=codelist.code or codelist.name,
        name=codelist.name,
        label=codelist.label,
        code=codelist.code,
        package=package.package,
        extensible=codelist.extensible,
        terms=tuple(
            PlanTerm(value, names.get(t.code, t.decode), t.code, t.extended, t.synonyms)
            for value, t in own.items()
        ),
        resolver=codelist,
    )


def _parsed(line: bytes) -> Codelist:
    facts = json.loads(line)
    terms = tuple(
        Term(code, value, decode, tuple(*synonyms))
        for code, value, decode, *synonyms in facts["terms"]
    )
    return Codelist(facts["code"], facts["name"], facts["label"], facts["extensible"], terms)


def _close(text: str, known: Iterable[str], n: int) -> list[str]:
    from difflib import get_close_matches  # only for a hint, and slow to import

    return get_close_matches(text, list(known), n=n)


def _index(pairs: Iterable[tuple[str, Term]]) -> dict[str, list[Term]]:
    index: dict[str, list[Term]] = defaultdict(list)
    for key, term in pairs:
        if term not in index[key]:
            index[key].append(term)
    return dict(index)


def _name_list(name: str) -> str:
    """The short name of the codelist of names for a codelist of codes."""
    return name.removesuffix("CD") if name.endswith("CD") else re.sub("(?<=[TP])C$", "N", name)


def _published(codelist: Codelist) -> frozenset[str]:
    return frozenset(term.code for term in codelist.terms if not term.extended)


def _claiming(term: Term, own: tuple[str, ...], claimed: set[str]) -> Term:
    """The term with its own new synonyms and without those that others claim."""
    kept = tuple(text for text in term.synonyms if text not in claimed)
    return replace(term, synonyms=kept + own) if own or kept != term.synonyms else term
