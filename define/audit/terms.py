"""Codelists beside the controlled terminology that they say they are of.

Source: Define-XML 2.1, section 4.4 (controlled terminology), 5.3.13 (CodeList); Define-XML 2.0,
section 5.3.12. Problems: DEF037 to DEF044, DEF058.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clinmap.problems import Problem, Severity, quoted
from clinmap.terminology import Codelist, Terminology, load_packaged
from clinmap.terminology import Term as Published
from define.audit.document import NUMBERS, Document, c_code
from define.document.model import CodeList, Standard, Term

GUIDE_TERMS = {"C74457": frozenset({"MULTIPLE"})}
"""Terms that an implementation guide asks for, though the codelist may not be extended.

RACE of a subject with several races is MULTIPLE (SDTMIG 3.4, section 5.2, DM).
"""
_PACKAGES = {"DEFINE-XML": "DEFINE"}


@dataclass(frozen=True, slots=True)
class Packages:
    """Terminology packages at hand; `given` ones a person chose, the others are our own."""

    given: Sequence[Terminology] = ()

    def own(self) -> tuple[Terminology, ...]:
        """The packages that are installed with clinmap."""
        return (load_packaged("SDTM"), load_packaged("ADaM"), load_packaged("Define"))

    def all(self) -> tuple[Terminology, ...]:
        """Those given, then ours."""
        return (*self.given, *self.own())

    def exactly(self, publishing_set: str, date: str) -> Terminology | None:
        """The package of that set and date."""
        wanted = _package(publishing_set)
        found = (p for p in self.all() if _package(p.package) == wanted and p.date == date)
        return next(found, None)

    def having(self, code: str) -> Terminology | None:
        """The first package with a codelist of that C-code."""
        return next((p for p in self.all() if p.codelist(code)), None)


def term_problems(document: Document, packages: Packages) -> Iterator[Problem]:
    """C-codes, terms, decodes and extended values of every codelist of a CDISC terminology.

    A codelist is compared with the package of the name and date that its standard says. Define-XML
    2.0 names none: there it is compared with the packages given, if any. Where the package is not
    at hand, that is said, and only what no other date can explain: C-codes keep their meaning.
    """
    absent: Counter[str] = Counter()
    standards = {s.oid: s for s in document.define.standards if s.oid}
    for codelist in document.define.codelists:
        if codelist.external or codelist.non_standard:
            continue
        standard = standards.get(codelist.standard_oid)
        package = _package_of(codelist, standard, packages)
        if package:
            yield from _codelist_problems(document, codelist, package, packages)
            continue
        yield from _certain_problems(document, codelist, packages)
        if standard and standard.type == "CT" and standard.publishing_set:
            absent[standard.oid] += 1
    for oid, count in absent.items():
        yield _absent(document, standards[oid], count)


def _package(name: str) -> str:
    return _PACKAGES.get(name.upper(), name.upper())


def _package_of(
    codelist: CodeList, standard: Standard | None, packages: Packages
) -> Terminology | None:
    """The package to compare with: the one that is named, or a given one that knows the C-code."""
    if standard and standard.type == "CT":
        return packages.exactly(standard.publishing_set, standard.version)
    code = c_code(codelist.aliases)
    if standard is None and not codelist.standard_oid and code:
        return next((p for p in packages.given if p.codelist(code)), None)
    return None


def _certain_problems(
    document: Document, codelist: CodeList, packages: Packages
) -> Iterator[Problem]:
    """C-codes of other things, as any package tells: that of another codelist or another term."""
    code = c_code(codelist.aliases)
    package = packages.having(code) if code else None
    known = package.codelist(code) if package else None
    coded = [term for term in codelist.terms if c_code(term.aliases)]
    if package is None or known is None or not coded:
        return
    values = {found.code: found.value for found in known.terms}
    if not any(c_code(term.aliases) in values or known.term(term.value) for term in coded):
        message = f"codelist {codelist.oid} has the C-code of {known.name}, but none of its terms"
        near = _codelist_like(codelist, package)
        hint = f"{near.name} has {near.code}." if near else ""
        yield document.problem("DEF037", message, codelist.line, hint=hint)
        return
    for term in coded:
        own, found = c_code(term.aliases), known.term(term.value)
        if found and own in values and own != found.code and values[own] != term.value:
            message = f"codelist {codelist.oid}: {quoted(term.value)} has the C-code of "
            message += f"{quoted(values[own])}, {own}"
            yield document.problem("DEF038", message, term.line, hint=f"Write {found.code}.")


def _absent(document: Document, standard: Standard, count: int) -> Problem:
    name = f"{standard.publishing_set} {standard.version}".strip()
    message = f"the terminology {name} is not at hand: {count} codelists were not compared with it"
    hint = "Give the published package with --ct."
    return document.problem("DEF044", message, standard.line, hint=hint, count=count)


def _codelist_problems(
    document: Document, codelist: CodeList, package: Terminology, packages: Packages
) -> Iterator[Problem]:
    code = c_code(codelist.aliases)
    if not code:
        message = f"codelist {codelist.oid} is of {_said(package)}, but has no C-code"
        severity = document.wanted("DEF043")
        yield document.problem("DEF043", message, codelist.line, severity=severity)
        return
    published = package.codelist(code) if code.startswith("C") else None
    if published is None:
        yield _unknown_code(document, codelist, code, package, packages)
    elif codelist.data_type not in NUMBERS:
        for term in codelist.terms:
            yield from _term_problems(document, codelist, term, published, package)
        yield from _decode_problems(document, codelist, published, package)


def _unknown_code(
    document: Document, codelist: CodeList, code: str, package: Terminology, packages: Packages
) -> Problem:
    other = packages.having(code)
    if other and _package(other.package) != _package(package.package):
        message = f"codelist {codelist.oid} says that it is of {package.package} terminology, "
        message += f"but {code} is of {other.package} terminology"
        hint = f"Name the standard of {other.package} terminology."
        return document.problem("DEF058", message, codelist.line, hint=hint)
    message = f"codelist {codelist.oid} has the C-code {code}, which {_said(package)} has not"
    near = _codelist_like(codelist, package)
    hint = f"{near.name} has {near.code}." if near else "Correct the C-code, or the standard."
    return document.problem("DEF037", message, codelist.line, hint=hint)


def _codelist_like(codelist: CodeList, package: Terminology) -> Codelist | None:
    """The published codelist that has the name, or the end of the OID, of one in the file."""
    words = (codelist.name, codelist.oid.rpartition(".")[2])
    return next((found for word in words if (found := package.codelist(word))), None)


def _term_problems(
    document: Document, codelist: CodeList, term: Term, known: Codelist, package: Terminology
) -> Iterator[Problem]:
    published = known.term(term.value)
    if published is None:
        yield from _unknown_term(document, codelist, term, known, package)
        return
    named = f"codelist {codelist.oid}: {quoted(term.value)}"
    if term.extended:
        message = f"{named} is marked as extended, but is a term of {known.name}"
        yield document.problem("DEF041", message, term.line)
    code = c_code(term.aliases)
    if not code and not term.extended:
        severity = document.wanted("DEF043")
        message = f"{named} is a term of {known.name}, but has no C-code"
        hint = f"Its C-code is {published.code}."
        yield document.problem("DEF043", message, term.line, severity=severity, hint=hint)
    elif code and code != published.code:
        message = f"{named} has the C-code {code}, but {known.name} gives {published.code}"
        yield document.problem("DEF038", message, term.line, hint=f"Write {published.code}.")


def _decode_problems(
    document: Document, codelist: CodeList, known: Codelist, package: Terminology
) -> Iterator[Problem]:
    """Other words for a term are noted; the words for another term make it a wrong one."""
    unlike = [
        (term, published)
        for term in codelist.terms
        if term.decode and (published := known.term(term.value))
        if not _means(term.decode, published, known, package)
    ]
    terms = known.terms if unlike else ()
    meant = {name: term.value for term in terms for name in _names(term, known, package)}
    for term, published in unlike:
        other = meant.get(_folded(term.decode or ""), "")
        message = f"codelist {codelist.oid}: {quoted(term.value)} has "
        message += f"the decode of {quoted(other)}" if other else "another decode than "
        message += "" if other else f"{_said(package)} gives"
        decode = package.decode(known.code, term.value) or published.decode
        severity = Severity.ERROR if other else None
        hint = f"It gives {decode!r}."
        yield document.problem("DEF042", message, term.line, hint=hint, severity=severity)


def _unknown_term(
    document: Document, codelist: CodeList, term: Term, known: Codelist, package: Terminology
) -> Iterator[Problem]:
    unread = (term.line, "def:ExtendedValue") in document.faulty
    if not term.value or (known.extensible and (term.extended or unread)):
        return
    if not known.extensible and term.value in GUIDE_TERMS.get(known.code, ()):
        return
    named = f"codelist {codelist.oid}: {quoted(term.value)}"
    near = document.near(term.value, lambda: _near(known, term.value))
    if known.extensible:
        message = f"{named} is no term of {known.name} in {_said(package)}"
        hint = near or "Set def:ExtendedValue to Yes, or use a published term."
        yield document.problem("DEF039", message, term.line, hint=hint)
    else:
        message = f"{named} is no term of {known.name}, which may not be extended"
        yield document.problem("DEF040", message, term.line, hint=near or "Use a term of it.")


def _near(known: Codelist, value: str) -> str:
    near = known.near(value)
    return f"Did you mean {' or '.join(near)}?" if near else ""


def _means(decode: str, published: Published, known: Codelist, package: Terminology) -> bool:
    """Whether a decode is the published name, a synonym of it, or the paired name."""
    return _folded(decode) in _names(published, known, package)


def _names(published: Published, known: Codelist, package: Terminology) -> set[str]:
    """What a published term is called, in lower case."""
    names: Iterable[str] = (
        package.decode(known.code, published.value),
        published.decode,
        published.value,
        *published.synonyms,
    )
    return {_folded(name) for name in names if name}


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _said(package: Terminology) -> str:
    return f"{package.package} terminology {package.date}".strip()
