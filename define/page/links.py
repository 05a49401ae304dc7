"""Links of the page that are safe to follow, and the anchors that they lead to.

A define.xml may come from anybody: a link is made only to a file beside it, or to the web.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from define.document.model import DocumentRef, Leaf, PageRef

ANCHOR_LENGTH = 120
PAGES_LINKED = 60
SECTIONS = (
    "top content overview differences results datasets codelists dictionaries methods comments "
    "documents standards notes search found told toc contents peek peeked theme only"
)
"""Anchors of the page itself, which no definition may take."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_ODD = re.compile(r"[^A-Za-z0-9_.\-]+")


@dataclass(frozen=True, slots=True)
class Link:
    """Words, and where they lead; without `href` they lead nowhere."""

    text: str
    href: str = ""


class Anchors:
    """Gives each definition a name within the page that no other has."""

    def __init__(self) -> None:
        self._taken = set(SECTIONS.split())

    def take(self, *parts: str) -> str:
        """The parts joined by dots, odd characters replaced, numbered where the name is taken.

        >>> anchors = Anchors()
        >>> anchors.take("AE", "AE TERM"), anchors.take("AE", "AE?TERM")
        ('AE.AE_TERM', 'AE.AE_TERM-2')
        """
        wanted = _ODD.sub("_", ".".join(parts))[:ANCHOR_LENGTH]
        made, number = wanted, 1
        while made in self._taken:
            number += 1
            made = f"{wanted}-{number}"
        self._taken.add(made)
        return made


def safe_href(href: str) -> str:
    """A link as it may stand in a page: relative, or http(s); anything else becomes empty.

    Blanks and marks that cannot be seen are taken out before the scheme is looked for, as a browser
    does. A link to another machine's share (`//host`) is none either: opening it tells the other
    machine who reads.

    >>> safe_href("acrf.pdf"), safe_href(" java\\tscript:alert(1)"), safe_href("//host/x")
    ('acrf.pdf', '', '')
    """
    plain = _UNSEEN.sub("", href).replace("\\", "/")
    scheme = _SCHEME.match(plain)
    if (scheme and scheme[0].lower() not in ("http:", "https:")) or plain.startswith("//"):
        return ""
    return href.strip().replace("\\", "/") if plain else ""


def document_links(refs: Iterable[DocumentRef], leaves: Mapping[str, Leaf]) -> tuple[Link, ...]:
    """A link for each document, or for each page of it that is referred to."""
    return tuple(link for ref in refs for link in _links(ref, leaves.get(ref.leaf_id)))


def leaf_link(leaf: Leaf) -> Link:
    """The link to a file beside the define.xml, in the words of its title.

    >>> leaf_link(Leaf("LF.1", "acrf.pdf", "Annotated CRF"))
    Link(text='Annotated CRF', href='acrf.pdf')
    """
    return Link(leaf.title or leaf.href or leaf.id, safe_href(leaf.href))


def _links(ref: DocumentRef, leaf: Leaf | None) -> list[Link]:
    if leaf is None:
        return [Link(f"{ref.leaf_id} (not defined)")]
    whole = leaf_link(leaf)
    pages = [link for page in ref.pages for link in _page_links(page, whole.href)]
    return [whole, *pages]


def _page_links(page: PageRef, href: str) -> list[Link]:
    """The pages of one reference: `p. 12`, `pp. 3-5`, or a named place."""
    if page.first is not None:
        words = f"pp. {page.first}-{page.last}" if page.last is not None else f"p. {page.first}"
        return [Link(page.title or words, _at(href, f"page={page.first}"))]
    places = page.pages.split()
    named = page.type == "NamedDestination"
    made = [_place(place, named, href) for place in places[:PAGES_LINKED]]
    beyond = len(places) - len(made)
    return made + ([Link(f"and {beyond} more")] if beyond else [])


def _place(place: str, named: bool, href: str) -> Link:
    if named or not place.isdecimal():
        return Link(place, _at(href, f"nameddest={quote(place)}"))
    return Link(f"p. {place}", _at(href, f"page={place}"))


def _at(href: str, place: str) -> str:
    return f"{href.partition('#')[0]}#{place}" if href else ""
