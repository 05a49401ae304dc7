"""Origins of items and the methods of derived ones.

Source: Define-XML 2.1, sections 5.3.11.3 (def:Origin) and 5.3.13 (MethodDef).
"""

from __future__ import annotations

from collections.abc import Iterable

from clinmap.plan import Origin, VariablePlan
from define.document.model import ItemOrigin

_USUAL_SOURCE = {"Derived": "Sponsor", "Assigned": "Sponsor", "Protocol": "Sponsor"}


def item_origins(origins: Iterable[Origin]) -> tuple[ItemOrigin, ...]:
    """The distinct origins; a Predecessor is described by the variable that it copies.

    What is derived, assigned or planned comes from the sponsor, unless the Plan says otherwise; who
    collected a value is never assumed.

    >>> item_origins([Origin("Predecessor", "", "DM.AGE")])[0].description
    'DM.AGE'
    """
    made = (
        ItemOrigin(o.type, o.source or _USUAL_SOURCE.get(o.type, ""), o.predecessor)
        for o in origins
        if o.type
    )
    return tuple(dict.fromkeys(made))


def variable_origins(variable: VariablePlan) -> tuple[ItemOrigin, ...]:
    """The origins of a variable: those of its sources where they differ, else its own."""
    per_source = item_origins(source.origin for source in variable.per_source)
    return per_source if len(per_source) > 1 else item_origins((variable.origin,))


def variable_method(variable: VariablePlan) -> str:
    """The method of a derived variable: its own text, else the texts of its derived sources."""
    if not is_derived(variable_origins(variable)):
        return ""
    texts = dict.fromkeys(s.method for s in variable.per_source if s.origin.type == "Derived")
    return variable.method or " ".join(text for text in texts if text)


def is_derived(origins: Iterable[ItemOrigin]) -> bool:
    """Whether one of the origins is Derived; only then Define-XML wants a method."""
    return any(origin.type == "Derived" for origin in origins)
