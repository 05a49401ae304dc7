"""Origins of items and the methods of derived ones.

Source: Define-XML 2.1, sections 5.3.11.3 (def:Origin) and 5.3.13 (MethodDef).
"""

from __future__ import annotations

from collections.abc import Iterable

from clinmap.metadata import FormalCode, Pages
from clinmap.plan import Origin, VariablePlan
from define.document.model import DocumentRef, ItemOrigin, PageRef
from define.generation.drafts import oid_part

_USUAL_SOURCE = {"Derived": "Sponsor", "Assigned": "Sponsor", "Protocol": "Sponsor"}


def item_origins(origins: Iterable[Origin]) -> tuple[ItemOrigin, ...]:
    """The distinct origins; a Predecessor is described by the variable that it copies.

    What is derived, assigned or planned comes from the sponsor, unless the Plan says otherwise; who
    collected a value is never assumed.

    >>> item_origins([Origin("Predecessor", "", "DM.AGE")])[0].description
    'DM.AGE'
    """
    made = (
        ItemOrigin(
            o.type, o.source or _USUAL_SOURCE.get(o.type, ""), o.predecessor, page_refs(o.pages)
        )
        for o in origins
        if o.type
    )
    return tuple(dict.fromkeys(made))


ANNOTATED_CRF = "acrf"
"""The document that pages are of where they name none."""


def leaf_id(document: str) -> str:
    """The ID of the leaf of a document.

    >>> leaf_id("acrf")
    'LF.acrf'
    """
    return f"LF.{oid_part(document)}"


def page_refs(pages: Iterable[Pages]) -> tuple[DocumentRef, ...]:
    """The documents that are referred to, each with its pages.

    >>> page_refs([Pages("3 5"), Pages("", 7, 9)])[0].pages[1].last
    9
    """
    found: dict[str, list[PageRef]] = {}
    for page in pages:
        kind = "NamedDestination" if page.named else "PhysicalRef"
        made = PageRef(kind, page.listed, page.first, page.last)
        found.setdefault(leaf_id(page.document or ANNOTATED_CRF), []).append(made)
    return tuple(DocumentRef(leaf, tuple(refs)) for leaf, refs in found.items())


def variable_origins(variable: VariablePlan) -> tuple[ItemOrigin, ...]:
    """The origins of a variable: those of its sources where they differ, else its own."""
    if variable.further_origins:
        return item_origins((variable.origin, *variable.further_origins))
    per_source = item_origins(source.origin for source in variable.per_source)
    return per_source if len(per_source) > 1 else item_origins((variable.origin,))


def variable_method(variable: VariablePlan) -> str:
    """The method of a derived variable: its own text, else the texts of its derived sources."""
    if not is_derived(variable_origins(variable)):
        return ""
    texts = dict.fromkeys(s.method for s in variable.per_source if s.origin.type == "Derived")
    return variable.method or " ".join(text for text in texts if text)


def variable_code(variable: VariablePlan) -> tuple[FormalCode, ...]:
    """The code of the method: the variable's own, else that of its one derived source."""
    derived = {s.formal for s in variable.per_source if s.origin.type == "Derived"}
    return variable.formal or (next(iter(derived)) if len(derived) == 1 else ())


def is_derived(origins: Iterable[ItemOrigin]) -> bool:
    """Whether one of the origins is Derived; only then Define-XML wants a method."""
    return any(origin.type == "Derived" for origin in origins)
