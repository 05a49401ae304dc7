"""The definitions of a document by their identifiers, who uses them, and their anchors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from define.document.lookup import Lookup
from define.document.model import (
    Alias,
    CodeList,
    Comment,
    Define,
    Item,
    ItemGroup,
    ItemRef,
    Method,
)
from define.page.links import Anchors, Link, document_links
from define.page.views import Note, Source, Terms
from define.page.words import clause_words, joined

TEXT_SHOWN = 700
TERMS_SHOWN = 6
TERM_SHOWN = 40
NO_ITEM = Item("", "", "")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: its dataset, its anchor."""

    dataset: str
    name: str
    anchor: str

    @property
    def link(self) -> Link:
        """The link to it."""
        return Link(f"{self.dataset}.{self.name}", f"#{self.anchor}")


class Index(Lookup):
    """Finds what a reference of the document means. A reference to nothing is shown as it is."""

    def __init__(self, define: Define) -> None:
        super().__init__(define)
        self.anchors = Anchors()
        self.leaves = {leaf.id: leaf for leaf in reversed(define.leaves)}
        self._meanings: dict[str, dict[str, str]] = {}
        self._terms: dict[str, Terms] = {}
        self.group_anchors = [self.anchors.take(group.name) for group in define.item_groups]
        placed = zip(define.item_groups, self.group_anchors, strict=True)
        self.group_places = {group.oid: anchor for group, anchor in reversed(list(placed))}
        self.ref_anchors = [list(self._refs(group)) for group in define.item_groups]
        self.places = {place.oid: place.place for place in reversed(list(self._places()))}
        self.codelist_anchors = self._anchored("CL", define.codelists)
        self.method_anchors = self._anchored("MT", define.methods)
        self.comment_anchors = self._anchored("COM", define.comments)
        self.users = _users(self)

    def _refs(self, group: ItemGroup) -> Iterator[str]:
        for ref in group.refs:
            yield self.anchors.take(group.name, self.item(ref).name)

    def _places(self) -> Iterator[_Placed]:
        for group, anchors in zip(self.define.item_groups, self.ref_anchors, strict=True):
            for ref, anchor in zip(group.refs, anchors, strict=True):
                yield _Placed(ref.item_oid, Place(group.name, self.item(ref).name, anchor))

    def _anchored(
        self, prefix: str, definitions: Iterable[CodeList | Method | Comment]
    ) -> dict[str, str]:
        made: dict[str, str] = {}
        for one in definitions:
            name = one.oid.removeprefix(f"{prefix}.")
            made.setdefault(one.oid, self.anchors.take(prefix, name))
        return made

    def item(self, ref: ItemRef) -> Item:
        """The item that a reference means; one with the OID as its name where there is none."""
        oid = ref.item_oid
        return self.items.get(oid) or Item(oid, oid, "")

    def name(self, oid: str, here: str = "") -> str:
        """The name of an item, with its dataset where that is not `here`."""
        place = self.places.get(oid)
        if place and place.dataset != here:
            return f"{place.dataset}.{place.name}"
        return self.items[oid].name if oid in self.items else oid

    def decode(self, item_oid: str, value: str) -> str:
        """What a value of an item stands for; empty where its codelist does not say."""
        oid = self.items.get(item_oid, NO_ITEM).codelist_oid
        if oid not in self.codelists:
            return ""
        if oid not in self._meanings:
            terms = self.codelists[oid].terms
            self._meanings[oid] = {term.value: term.decode or "" for term in terms}
        return self._meanings[oid].get(value, "")

    def where(self, oids: Iterable[str], here: str) -> str:
        """The where clauses in words; of several, one must hold."""
        found = [self._clause(oid, here) for oid in oids]
        return " or ".join(f"({words})" if len(found) > 1 else words for words in found)

    def _clause(self, oid: str, here: str) -> str:
        clause = self.clauses.get(oid)
        if clause is None:
            return f"{oid} (not defined)"
        return clause_words(clause, lambda item: self.name(item, here), self.decode)

    def comment(self, oid: str) -> Note | None:
        """A comment beside what refers to it."""
        if not oid:
            return None
        found = self.comments.get(oid)
        if found is None:
            return Note("Comment", f"{oid} (not defined)")
        links = document_links(found.documents, self.leaves)
        return _note("Comment", found.text, self.comment_anchors[oid], links)

    def method(self, oid: str) -> Note | None:
        """A method beside the variable, with a link to its code."""
        if not oid:
            return None
        found = self.methods.get(oid)
        if found is None:
            return Note("Method", f"{oid} (not defined)")
        links = document_links(found.documents, self.leaves)
        note = _note(found.type or "Method", found.text, self.method_anchors[oid], links)
        return replace(note, more="code") if found.expressions else note

    def sources(self, item: Item) -> tuple[Source, ...]:
        """Where the values of an item come from."""
        return tuple(
            Source(
                joined(origin.type, origin.source),
                origin.description,
                document_links(origin.documents, self.leaves),
            )
            for origin in item.origins
        )

    def terms(self, oid: str) -> Terms | None:
        """The codelist beside a variable."""
        if not oid:
            return None
        if oid not in self._terms:
            self._terms[oid] = self._make_terms(oid)
        return self._terms[oid]

    def _make_terms(self, oid: str) -> Terms:
        found = self.codelists.get(oid)
        if found is None:
            return Terms(f"{oid} (not defined)")
        anchor = self.codelist_anchors[oid]
        if found.external is not None:
            named = f"{found.external.name} {found.external.version}".strip()
            return Terms(named or found.name, anchor, dictionary=True)
        first = [_shortened(term.value) for term in found.terms[:TERMS_SHOWN]]
        more = " …" if len(found.terms) > TERMS_SHOWN else ""
        return Terms(found.name, anchor, ", ".join(first) + more, len(found.terms))


@dataclass(frozen=True, slots=True)
class _Placed:
    oid: str
    place: Place


def alias_code(aliases: Iterable[Alias]) -> str:
    """The C-code among the aliases; empty where there is none."""
    return next((a.name for a in aliases if a.context.lower() == "nci:extcodeid"), "")


def _note(name: str, text: str, anchor: str, links: tuple[Link, ...]) -> Note:
    if len(text) <= TEXT_SHOWN:
        return Note(name, text, anchor, "", links)
    return Note(name, text[:TEXT_SHOWN].rstrip() + " …", anchor, "whole", links)


def _shortened(text: str) -> str:
    return text if len(text) <= TERM_SHOWN else text[:TERM_SHOWN].rstrip() + "…"


def _users(index: Index) -> dict[str, tuple[Link, ...]]:
    """The variables (or datasets) that use each codelist, method and comment, by its OID."""
    found: dict[str, dict[Link, None]] = {}
    for oid, link in _uses(index):
        if oid:
            found.setdefault(oid, {})[link] = None
    return {oid: tuple(links) for oid, links in found.items()}


def _uses(index: Index) -> Iterator[tuple[str, Link]]:
    for number, group in enumerate(index.define.item_groups):
        yield group.comment_oid, Link(group.name, f"#{index.group_anchors[number]}")
        for ref, anchor in zip(group.refs, index.ref_anchors[number], strict=True):
            item = index.item(ref)
            link = Link(f"{group.name}.{item.name}", f"#{anchor}")
            yield from _item_uses(index, ref, item, link)
            values = index.value_lists.get(item.value_list_oid)
            for value in values.refs if values else ():
                yield from _item_uses(index, value, index.item(value), link)


def _item_uses(index: Index, ref: ItemRef, item: Item, link: Link) -> Iterator[tuple[str, Link]]:
    yield ref.method_oid, link
    yield item.comment_oid, link
    yield item.codelist_oid, link
    yield ref.role_codelist_oid, link
    for oid in ref.where_oids:
        clause = index.clauses.get(oid)
        yield clause.comment_oid if clause else "", link
