"""Which elements of two trees are the same one: by what identifies them, else by what they hold."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterable, Sequence

from lxml import etree

_IDENTITY = {
    "ItemRef": ("ItemOID",),
    "CodeListItem": ("CodedValue",),
    "EnumeratedItem": ("CodedValue",),
    "Alias": ("Context", "Name"),
    "RangeCheck": ("ItemOID", "Comparator"),
    "DocumentRef": ("leafID",),
    "WhereClauseRef": ("WhereClauseOID",),
    "SubClass": ("Name",),
    "leaf": ("ID",),
    "AnalysisDataset": ("ItemGroupOID",),
    "AnalysisVariable": ("ItemOID",),
}
_TERMS = ("CodeListItem", "EnumeratedItem")


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for a comment.

    >>> local_name(etree.fromstring("<a xmlns='urn:x'/>"))
    'a'
    """
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def identity(element: etree._Element) -> Hashable:
    """The tag and what tells an element from others of its tag; nothing more where nothing does.

    >>> identity(etree.fromstring("<ItemRef ItemOID='IT.A' OrderNumber='1'/>"))
    ('ItemRef', 'IT.A')
    """
    names = _IDENTITY.get(local_name(element), ("OID",))
    if local_name(element) != "RangeCheck":
        return (element.tag, *(element.get(name) or "" for name in names))
    items = (value for name, value in element.items() if name.endswith("}ItemOID"))
    return (element.tag, next(items, ""), element.get("Comparator") or "")


def kind(element: etree._Element) -> Hashable:
    """What a reader lists together: the tag; both sorts of terms are one list."""
    return _TERMS if local_name(element) in _TERMS else str(element.tag)


def same(one: etree._Element, other: etree._Element) -> bool:
    """Whether two elements of trees that were made alike are equal in all that they hold."""
    return _written(one) == _written(other)


def partners(olds: Sequence[etree._Element], news: Sequence[etree._Element]) -> list[int | None]:
    """For each new element the index of the old one that it is, or None for one that is new.

    Of several with one identity the equal ones belong together, then the others in their order.
    Elements that only changed their identity (an OID) and nothing else are the same one, too.
    """
    found: list[int | None] = [None] * len(news)
    open_olds = _indices(identity(old) for old in olds)
    open_news = _indices(identity(new) for new in news)
    for key, wanted in open_news.items():
        _pair(open_olds.pop(key, []), wanted, olds, news, found)
    taken = set(found)
    left = [place for place in range(len(olds)) if place not in taken]
    _pair_renamed(left, olds, news, found)
    return found


def _indices(keys: Iterable[Hashable]) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return places


def _pair(
    old_places: list[int],
    new_places: list[int],
    olds: Sequence[etree._Element],
    news: Sequence[etree._Element],
    found: list[int | None],
) -> None:
    """Pair the elements of one identity."""
    left, open_news = list(old_places), list(new_places)
    if len(left) > 1 or len(open_news) > 1:
        equal = _indices(_written(olds[place]) for place in left)
        for new in new_places:
            places = equal.get(_written(news[new]))
            if places:
                found[new] = left_place = left[places.pop(0)]
                open_news.remove(new)
                old_places = [place for place in old_places if place != left_place]
    for new, old in zip(open_news, old_places, strict=False):
        found[new] = old


def _pair_renamed(
    left: list[int],
    olds: Sequence[etree._Element],
    news: Sequence[etree._Element],
    found: list[int | None],
) -> None:
    """Pair what is equal but for its identity."""
    equal = {
        key: [left[n] for n in places]
        for key, places in _indices(_nameless(olds[place]) for place in left).items()
    }
    for new, old in enumerate(found):
        places = equal.get(_nameless(news[new])) if old is None and equal else None
        if places:
            found[new] = places.pop(0)


def _written(element: etree._Element) -> bytes:
    return etree.tostring(element, with_tail=False)


def _nameless(element: etree._Element) -> bytes:
    """What an element holds beside its identity."""
    bare = copy.copy(element)
    for name in list(bare.attrib):
        if str(name).rpartition("}")[2] in (*_IDENTITY.get(local_name(bare), ("OID",)), "Name"):
            del bare.attrib[name]
    return _written(bare)
