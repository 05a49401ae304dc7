"""Where values come from: origins, their methods, sources and pages.

Source: Define-XML 2.1, sections 4.3.2 and 5.3.12.3; Define-XML 2.0, section 5.3.11.3. Problems:
DEF016, DEF017, DEF045, DEF059.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinmap.problems import Problem
from clinmap.terminology import load_packaged
from define.audit.document import Document, Use
from define.document.model import Item, ItemOrigin

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
TYPES_20 = ("CRF", "Derived", "Assigned", "Protocol", "eDT", "Predecessor")
"""The types of origins that Define-XML 2.0 has; it has no sources."""
_OTHER_VERSION = {
    "CRF": "Define-XML 2.1 says Collected, with the Investigator or Subject as source.",
    "eDT": "Define-XML 2.1 says Collected, with the Vendor as source.",
    "Collected": "Define-XML 2.0 says CRF, or eDT for what came in a file.",
}
WITH_SOURCE = ("Collected", "Derived", "Assigned")
"""The types of 2.1 that say who collected, derived or assigned the value."""
ON_PAPER = ("Investigator", "Subject")
"""The sources of what was collected that write on a CRF."""


def origin_problems(document: Document) -> Iterator[Problem]:
    """Each origin by itself, then each variable's origin beside its method."""
    types, sources = _published("ORIGINT"), _published("ORIGINS")
    allowed = types if document.is_21 else TYPES_20
    for item in document.define.items:
        for origin in item.origins:
            yield from _word_problems(document, item, origin, allowed, sources)
    for oid, uses in document.uses_of.items():
        yield from _use_problems(document, document.items[oid], uses)
    yield from _page_problems(document)


def _published(name: str) -> tuple[str, ...]:
    codelist = load_packaged("Define").codelist(name)
    return codelist.values if codelist else ()


def _word_problems(
    document: Document,
    item: Item,
    origin: ItemOrigin,
    types: tuple[str, ...],
    sources: tuple[str, ...],
) -> Iterator[Problem]:
    words = (("type", origin.type, types), ("source", origin.source, sources))
    for what, word, known in words:
        if _is_wrong(document, origin, what, word, known):
            hint = document.near_match(word, known) or f"Write one of {', '.join(known)}."
            hint = _OTHER_VERSION.get(word, hint)
            message = f"the origin {what} {word!r} of {item.oid} is no term of this version"
            yield document.problem(
                "DEF045", message, origin.line or item.line, hint=hint, about=_named(document, item)
            )


def _is_wrong(
    document: Document, origin: ItemOrigin, what: str, word: str, known: tuple[str, ...]
) -> bool:
    """Whether a word is none of the known ones; a type must be there, a source need not."""
    missing = what == "type" and not word and (origin.line, "Type") not in document.faulty
    return missing or bool(word and word not in known)


def _named(document: Document, item: Item) -> tuple[str, ...]:
    """The dataset and the variable that the item is of."""
    uses = document.uses_of.get(item.oid, ())
    return (uses[0].group.name, uses[0].variable) if uses else ()


def _use_problems(document: Document, item: Item, uses: tuple[Use, ...]) -> Iterator[Problem]:
    named = _named(document, item)
    derived = any(origin.type == "Derived" for origin in item.origins)
    for use in uses:
        if derived and not _has_method(document, use):
            message = f"{item.oid} is derived, but no method says how"
            yield document.problem("DEF016", message, use.ref.line, about=named)
            break
    if not item.origins and any(_needs_origin(document, use) for use in uses):
        message = f"the origin of {item.oid} is incomplete: there is none"
        yield document.problem("DEF017", message, item.line, about=named)
    for origin in item.origins:
        for wrong in _incomplete(document, item, origin):
            message = f"the origin of {item.oid} is incomplete: {wrong}"
            yield document.problem("DEF017", message, origin.line or item.line, about=named)


def _has_method(document: Document, use: Use) -> bool:
    """Whether the item, its variable, or every value of it has a method."""
    if use.ref.method_oid:
        return True
    if use.parent:
        own = (ref for ref in use.group.refs if ref.item_oid == use.parent.oid)
        return any(ref.method_oid for ref in own)
    values = document.value_lists.get(use.item.value_list_oid)
    return values is not None and all(ref.method_oid for ref in values.refs)


def _needs_origin(document: Document, use: Use) -> bool:
    """Whether nothing else tells it: neither value-level items nor the variable of one.

    What has no data needs none.
    """
    if use.parent:
        return not use.parent.origins and not use.group.no_data
    values = document.value_lists.get(use.item.value_list_oid)
    return values is None and not use.ref.no_data and not use.group.no_data


def _incomplete(document: Document, item: Item, origin: ItemOrigin) -> Iterator[str]:
    told = origin.description or origin.documents or item.comment_oid
    if origin.type == "Predecessor" and not told:
        yield "it does not name the variable that is copied"
    elif origin.type == "Predecessor":
        yield from _unknown_predecessor(document, origin.description.strip())
    if document.is_21 and origin.type in WITH_SOURCE and not origin.source:
        yield f"{origin.type} without a source"


def _unknown_predecessor(document: Document, named: str) -> Iterator[str]:
    """A predecessor in a dataset of this document which has no such variable."""
    dataset, _, variable = named.partition(".")
    known = document.names.get(dataset)
    if known and _NAME.fullmatch(variable) and variable not in known:
        yield f"{named} is copied, but {dataset} has no {variable}"


def _page_problems(document: Document) -> Iterator[Problem]:
    """Items of the CRF without a page of it; where none has one, that is said once."""
    crf = {found.leaf_id for found in document.define.annotated_crf}
    collected = [
        (item, origin)
        for oid in document.uses_of
        for item in (document.items[oid],)
        for origin in item.origins
        if origin.type == "CRF" or (origin.type == "Collected" and origin.source in ON_PAPER)
    ]
    without = [(item, origin) for item, origin in collected if not origin.documents]
    if not crf or not without:
        return
    if len(without) == len(collected):
        message = f"{len(without)} items were collected on the CRF, but no page of it is named"
        line = document.define.annotated_crf[0].line
        yield document.problem("DEF059", message, line, count=len(without))
        return
    for item, origin in without:
        message = f"{item.oid} was collected on the CRF, but no page of it is named"
        line = origin.line or item.line
        yield document.problem("DEF059", message, line, about=_named(document, item))
