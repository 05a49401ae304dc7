"""Codelists of two documents, compared: what they say of themselves, and term by term.

A codelist that is new, or gone, is told where a variable has got another one; here only where
nothing uses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from define.difference.difference import (
    ADDED,
    ALLOWED,
    CHANGED,
    DATA,
    ORDER,
    REMOVED,
    WORDING,
    Difference,
    Found,
)
from define.difference.facts import Facts, Versions, fact_differences, meeting
from define.difference.items import in_order, order_words
from define.difference.pairs import Pairs, c_codes
from define.difference.reading import Reading
from define.document.model import NCI_CODE, CodeList, Term

Places = tuple[str, ...]


def codelist_differences(
    pairs: Pairs[CodeList], old: Reading, new: Reading, versions: Versions
) -> Iterator[Found]:
    """The differences of all codelists; their places are the variables that use them."""
    was_used, is_used = used_by(old), used_by(new)
    place = {oid: number for number, oid in enumerate(new.side.codelists)}
    for one, other in sorted(pairs.both, key=lambda pair: place[pair[1].oid]):
        path, places = f"codelist {other.name}", is_used.get(other.oid, ())
        facts = (_facts(old, one, path), _facts(new, other, path))
        yield from fact_differences(*facts, versions, places)
        if bool(one.external) == bool(other.external):
            yield from _terms(one, other, path, places, versions)
    for gone in pairs.old:
        if gone.oid not in was_used and old.marks.codelists[gone.oid] == ("old", gone.oid):
            words = f"{len(gone.terms)} terms, used by nothing"
            yield _whole(REMOVED, gone, words)
    for come in pairs.new:
        if come.oid not in is_used and new.marks.codelists[come.oid] == ("new", come.oid):
            words = f"{len(come.terms)} terms, used by nothing"
            yield _whole(ADDED, come, words)


def used_by(reading: Reading) -> Mapping[str, Places]:
    """The variables that use each codelist, by its OID."""
    found: dict[str, dict[str, None]] = {}
    for group in reading.side.define.item_groups:
        for ref in group.refs:
            item = reading.side.item(ref.item_oid)
            values = [reading.side.item(v.item_oid) for v in reading.side.values_of(item)]
            oids = {ref.role_codelist_oid, *(one.codelist_oid for one in (item, *values))}
            for oid in filter(None, oids):
                found.setdefault(oid, {})[f"{group.name}.{item.name}"] = None
    return {oid: tuple(paths) for oid, paths in found.items()}


def _whole(kind: str, codelist: CodeList, words: str) -> Found:
    path, line = f"codelist {codelist.name}", codelist.line
    if kind == ADDED:
        return Found(Difference(kind, WORDING, path, "the codelist", "", words, 0, line))
    return Found(Difference(kind, WORDING, path, "the codelist", words, "", line, 0))


def _facts(reading: Reading, codelist: CodeList, path: str) -> Facts:
    facts = Facts(path, codelist.line)
    facts.put_text("name", codelist.name)
    facts.put("type", codelist.data_type)
    facts.put("C-code", c_codes(codelist))
    others = sorted(f"{a.context}: {a.name}" for a in codelist.aliases if a.context != NCI_CODE)
    facts.put("aliases", "; ".join(others))
    facts.put("SAS format", codelist.sas_format)
    facts.put_text("description", codelist.description)
    facts.flag("non-standard", codelist.non_standard)
    reading.standard(facts, codelist.standard_oid)
    reading.comment(facts, codelist.comment_oid)
    if codelist.external:
        own = Facts(path, codelist.external.line or codelist.line)
        own.put("dictionary", codelist.external.name)
        own.put("dictionary version", codelist.external.version)
        links = filter(None, (codelist.external.href, codelist.external.ref))
        own.put("dictionary reference", " ".join(links))
        facts.said.update(own.said)
    return facts


def _terms(
    old: CodeList, new: CodeList, path: str, places: Places, versions: Versions
) -> Iterator[Found]:
    if old.terms == new.terms:
        return
    olds, news = _by_value(old.terms), _by_value(new.terms)
    for value, term in olds.items():
        if value not in news:
            yield Found(
                Difference(CHANGED, DATA, path, "term removed", _words(term), "",
                           term.line, new.line, places=places)
            )  # fmt: skip
    for value, term in news.items():
        if value not in olds:
            yield Found(
                Difference(CHANGED, ALLOWED, path, "term added", "", _words(term),
                           old.line, term.line, places=places)
            )  # fmt: skip
    for value, term in news.items():
        if value in olds and olds[value] != term:
            for found, _ in fact_differences(_said(olds[value]), _said(term), versions):
                yield Found(_of_term(found, path, value, places))
    yield from _order(old, new, path, places)


def _by_value(terms: Sequence[Term]) -> dict[str, Term]:
    found: dict[str, Term] = {}
    for term in terms:
        found.setdefault(term.value, term)
    return found


def _words(term: Term) -> str:
    return f"{term.value} = {term.decode}" if term.decode else term.value


def _said(term: Term) -> Facts:
    """What is said of a term; a term without a decode stands for itself."""
    facts = Facts("", term.line)
    facts.put_text("decode", term.decode or term.value)
    facts.flag("extended", term.extended)
    codes = sorted(a.name for a in term.aliases if a.context == NCI_CODE)
    facts.put("C-code", ", ".join(codes))
    others = sorted(f"{a.context}: {a.name}" for a in term.aliases if a.context != NCI_CODE)
    facts.put("aliases", "; ".join(others))
    facts.put("rank", _number(term.rank), term.rank)
    facts.put_text("description", term.description)
    return facts


def _number(text: str) -> float | str:
    """The number that a text is, so that 1 and 1.0 are one; another text as it is."""
    try:
        return float(text) or "0"
    except ValueError:
        return text


def _of_term(found: Difference, path: str, value: str, places: Places) -> Difference:
    return Difference(
        found.kind, found.group, path, f"{found.what} of {value}", found.old, found.new,
        found.old_line, found.new_line, places=places,
    )  # fmt: skip


def _order(old: CodeList, new: CodeList, path: str, places: Places) -> Iterator[Found]:
    orders = [
        list(_by_value(in_order(codelist.terms, lambda term: term.order)))
        for codelist in (old, new)
    ]
    was, now = meeting(*orders)
    if was != now:
        words = order_words(was, now)
        yield Found(
            Difference(CHANGED, ORDER, path, "order of the terms", *words, old.line, new.line,
                       places=places)
        )  # fmt: skip
