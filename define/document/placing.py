"""Elements put into a file, taken out of it and moved in it, with the white space around them."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from lxml import etree


def remove(element: etree._Element) -> None:
    """Take an element out; the indentation of the end tag stays as it was."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    last = element.getnext() is None
    parent.remove(element)
    if tail.strip():
        _append_text(parent, before, tail)
    elif last and before is not None:
        before.tail = tail
    elif last:
        parent.text = tail if (parent.text or "").strip() == "" else parent.text


def insert_after(
    parent: etree._Element, before: etree._Element | None, element: etree._Element
) -> etree._Element:
    """Put a copy of an element after a child, or before all others; gives the copy."""
    made = copy.deepcopy(element)
    place = 0 if before is None else parent.index(before) + 1
    gap = _gap(parent)
    if gap:
        etree.indent(made, space="  ", level=len(gap.rpartition("\n")[2].expandtabs(2)) // 2)
    if not len(parent) and gap:
        parent.text, made.tail = gap, gap[:-2]
    elif before is None:
        made.tail = parent.text
    elif before.getnext() is None:
        made.tail, before.tail = before.tail, gap
    else:
        made.tail = before.tail
    parent.insert(place, made)
    return made


def permute(elements: Sequence[etree._Element], wanted: Sequence[etree._Element]) -> None:
    """Put siblings, given in the order of the file, into the order that is wanted.

    What stands between them stays where it is.
    """
    if list(elements) == list(wanted):
        return
    places = []
    for element in elements:
        place = etree.Element("place")
        parent = element.getparent()
        if parent is not None:
            tail = element.tail
            parent.replace(element, place)
            place.tail = tail
        places.append(place)
    for place, element in zip(places, wanted, strict=True):
        parent = place.getparent()
        if parent is not None:
            tail = place.tail
            parent.replace(place, element)
            element.tail = tail


def _append_text(parent: etree._Element, before: etree._Element | None, text: str) -> None:
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text


def _gap(parent: etree._Element) -> str:
    """The white space before the children of an element: a new line and an indentation."""
    inside = parent.text or ""
    if len(parent) and "\n" in inside and not inside.strip():
        return inside
    outside = "" if len(parent) else _before(parent)
    return outside + "  " if "\n" in outside and not outside.strip() else ""


def _before(element: etree._Element) -> str:
    """The white space in front of an element."""
    previous, parent = element.getprevious(), element.getparent()
    text = previous.tail if previous is not None else None if parent is None else parent.text
    return text or ""
