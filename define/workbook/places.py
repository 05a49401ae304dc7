"""Which variable an item is: where its dataset and its name are, for conditions and values.

Problems: none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from define.document.model import Define, RangeCheck, by_oid
from define.workbook.conditions import Ask


@dataclass(slots=True)
class Places:
    """The datasets and variables of items, both ways."""

    items: dict[tuple[str, str], str] = field(default_factory=dict)
    variables: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, dataset: str, variable: str, oid: str) -> None:
        """Note that an item is a variable of a dataset."""
        self.items.setdefault((dataset, variable), oid)
        self.variables.setdefault(oid, []).append((dataset, variable))

    def shown(self, oid: str, dataset: str) -> tuple[str, str]:
        """The dataset and variable of an item, seen from a dataset; an item of none in braces."""
        found = self.variables.get(oid, ())
        own = next((place for place in found if place[0] == dataset), None)
        place = own or next(iter(found), None)
        return place if place and self.items.get(place) == oid else (dataset, f"{{{oid}}}")

    def ask(self, check: RangeCheck, dataset: str) -> Ask:
        """A range check as a condition of a text."""
        owner, name = self.shown(check.item_oid, dataset)
        shown = name if owner == dataset else f"{owner}.{name}"
        return Ask(shown, check.comparator, check.values)

    def asks(self, checks: Iterable[RangeCheck], dataset: str) -> tuple[Ask, ...]:
        """Range checks as the conditions of a text."""
        return tuple(self.ask(check, dataset) for check in checks)


def places_of(define: Define) -> Places:
    """The places of a document's variables."""
    items = by_oid(define.items)
    places = Places()
    for group in define.item_groups:
        for ref in group.refs:
            if ref.item_oid in items:
                places.add(group.name, items[ref.item_oid].name, ref.item_oid)
    return places
