"""What was changed in a document, made in a copy of the file that it was read from.

Three trees: `kept`, the file as it was read; `original`, all that the model held of it; `now`, what
the model holds today. Only where `now` differs from `original` is `kept` changed, so that whatever
the model does not hold stays as it was. Problems: none.
"""

from __future__ import annotations

import copy
from collections.abc import Hashable, Sequence

from lxml import etree

from define.document.matching import identity, kind, partners, same
from define.document.model import Define
from define.document.placing import insert_after, permute, remove
from define.document.read import define_of, version_of
from define.document.texts import translated
from define.document.tree import define_tree
from define.document.xml_names import ODM

_STUDY = f"{{{ODM}}}Study"
_VERSION = f"{{{ODM}}}MetaDataVersion"
_TRANSLATED = f"{{{ODM}}}TranslatedText"


def merged_root(define: Define) -> etree._Element | None:
    """The root of the file that the document was read from, with what has changed since.

    None for a document that was not read from a file, or that is of another version now.

    Example: `merged_root(read_define(path))` is the root of the file itself.
    """
    kept = define.kept
    if not isinstance(kept, etree._Element):
        return None
    original = define.original or define_of(kept)
    if original.namespace != define.namespace:
        return None
    if original == define:
        return kept
    root = copy.deepcopy(kept.getroottree()).getroot()
    before, after = define_tree(original, complete=True), define_tree(define, complete=True)
    _Merge(original.language, root).element(root, before, after)
    return root


class _Merge:
    """Changes a file element by element; `language` is that in which its texts were read."""

    def __init__(self, language: str, root: etree._Element) -> None:
        self.language = language
        version = version_of(root)
        study = None if version is None else version.getparent()
        self.chosen = {_STUDY: study, _VERSION: version}
        if study is root:
            self.chosen[_STUDY] = root

    def element(self, kept: etree._Element, original: etree._Element, now: etree._Element) -> None:
        """Make the differences of one element and of all that is in it."""
        if same(original, now):
            return
        outside = original.tag == _STUDY and kept.tag != _STUDY
        if not outside:
            _set_attributes(kept, original, now)
        if not len(now) and (original.text or "") != (now.text or ""):
            _set_text(kept, now.text or "")
        if len(original) or len(now):
            self.children(kept, original, now)

    def children(self, kept: etree._Element, original: etree._Element, now: etree._Element) -> None:
        """Remove, move, change and add children."""
        olds, news = list(original), list(now)
        found = self.counterparts(kept, olds)
        olds_of = partners(olds, news)
        for place in set(range(len(olds))) - set(olds_of):
            gone = found[place]
            if gone is not None:
                remove(gone)
        _reorder(olds, found, olds_of)
        before: etree._Element | None = None
        for new, partner in zip(news, olds_of, strict=True):
            there = None if partner is None else found[partner]
            if there is not None and partner is not None:
                self.element(there, olds[partner], new)
            elif partner is None or not same(olds[partner], new):
                there = insert_after(kept, before, new)
            before = before if there is None else there

    def counterparts(
        self, kept: etree._Element, olds: Sequence[etree._Element]
    ) -> list[etree._Element | None]:
        """The element of the file that each child was read from."""
        waiting: dict[Hashable, list[etree._Element]] = {}
        for child in kept.iterchildren(tag=etree.Element, reversed=True):
            waiting.setdefault(identity(child), []).append(child)
        found: list[etree._Element | None] = []
        for old in olds:
            if old.tag in self.chosen:
                found.append(self.chosen[old.tag])
            elif old.tag == _TRANSLATED:
                found.append(translated(kept, self.language))
            else:
                there = waiting.get(identity(old))
                found.append(there.pop() if there else None)
        return found


def _set_attributes(kept: etree._Element, original: etree._Element, now: etree._Element) -> None:
    """Set, change and remove attributes."""
    for name in {**original.attrib, **now.attrib}:
        value = now.get(name)
        if value == original.get(name):
            continue
        if value is None:
            kept.attrib.pop(name, None)
        else:
            kept.set(name, value)


def _set_text(kept: etree._Element, text: str) -> None:
    """Set the text of an element, which may hold comments."""
    kept.text = text
    for child in kept:
        child.tail = None


def _reorder(
    olds: Sequence[etree._Element],
    found: Sequence[etree._Element | None],
    olds_of: Sequence[int | None],
) -> None:
    """Put what stays into the new order, each kind of element among the places of its own."""
    wanted: dict[Hashable, list[int]] = {}
    for place in olds_of:
        if place is not None and found[place] is not None:
            wanted.setdefault(kind(olds[place]), []).append(place)
    for places in wanted.values():
        if places != sorted(places):
            now = [element for place in places if (element := found[place]) is not None]
            before = [element for place in sorted(places) if (element := found[place]) is not None]
            permute(before, now)
