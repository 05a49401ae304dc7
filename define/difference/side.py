"""One of the two documents: its definitions by OID, where items stand, what conditions mean."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from define.difference.facts import UNDEFINED
from define.document.lookup import Lookup
from define.document.model import Define, Item, ItemGroup, ItemRef, ValueList, WhereClause
from define.page.words import clause_words

Condition = frozenset[Hashable]
NO_CONDITION = "no condition"
_SAME = {"EQ": "IN", "NE": "NOTIN"}


def undefined(oid: str) -> str:
    """How a reference to nothing is shown; that it leads nowhere is all that it means.

    >>> undefined("MT.X")
    'MT.X (not defined)'
    """
    return f"{oid} ({UNDEFINED})"


class Side(Lookup):
    """A document laid open for comparing.

    Names say what is meant, OIDs only what refers to what; a reference to nothing keeps its OID.
    """

    def __init__(self, define: Define) -> None:
        super().__init__(define)
        own = [group.leaf for group in define.item_groups if group.leaf]
        self.leaves = {leaf.id: leaf for leaf in (*reversed(own), *reversed(define.leaves))}
        self.places = dict(reversed(list(self._places())))
        self._within = {
            id(group): {ref.item_oid for ref in group.refs} for group in define.item_groups
        }
        self._conditions: dict[tuple[int, tuple[str, ...]], Condition] = {}
        self._meanings: dict[str, dict[str, str]] = {}

    def _places(self) -> Iterator[tuple[str, str]]:
        for group in self.define.item_groups:
            for ref in group.refs:
                yield ref.item_oid, group.name

    def item(self, oid: str) -> Item:
        """The item of that OID; one with the OID as its name where there is none."""
        return self.items.get(oid) or Item(oid, oid, "")

    def name(self, oid: str, group: ItemGroup) -> str:
        """The name of an item, with its dataset where it is not of `group`."""
        dataset = self.places.get(oid)
        here = oid in self._within.get(id(group), ()) or dataset is None
        return self.item(oid).name if here else f"{dataset}.{self.item(oid).name}"

    def condition(self, oids: Iterable[str], group: ItemGroup) -> Condition:
        """What where clauses mean: any of them, each all of its checks, each a set of values."""
        key = (id(group), tuple(oids))
        if key not in self._conditions:
            self._conditions[key] = frozenset(self._clause(oid, group) for oid in key[1])
        return self._conditions[key]

    def _clause(self, oid: str, group: ItemGroup) -> Hashable:
        clause = self.clauses.get(oid)
        if clause is None:
            return UNDEFINED
        return frozenset(
            (
                self.name(check.item_oid, group),
                _SAME.get(check.comparator, check.comparator),
                frozenset(check.values),
            )
            for check in clause.checks
        )

    def where(self, oids: Iterable[str], group: ItemGroup) -> str:
        """The where clauses in words."""
        found = [self._where(oid, group) for oid in oids]
        return " or ".join(f"({w})" if len(found) > 1 else w for w in found) or NO_CONDITION

    def _where(self, oid: str, group: ItemGroup) -> str:
        clause: WhereClause | None = self.clauses.get(oid)
        if clause is None:
            return undefined(oid)
        return clause_words(clause, lambda item: self._shown(item, group), self._decode)

    def _shown(self, oid: str, group: ItemGroup) -> str:
        """The name of an item as the page for the browser shows it: of its first dataset."""
        dataset = self.places.get(oid, group.name)
        name = self.item(oid).name
        return name if dataset == group.name else f"{dataset}.{name}"

    def _decode(self, item_oid: str, value: str) -> str:
        oid = self.item(item_oid).codelist_oid
        if oid not in self._meanings:
            terms = self.codelists[oid].terms if oid in self.codelists else ()
            self._meanings[oid] = {term.value: term.decode or "" for term in terms}
        return self._meanings[oid].get(value, "")

    def values_of(self, item: Item) -> tuple[ItemRef, ...]:
        """The value-level items of a variable."""
        found = self.value_list(item)
        return found.refs if found else ()

    def value_list(self, item: Item) -> ValueList | None:
        """The value list of a variable."""
        return self.value_lists.get(item.value_list_oid) if item.value_list_oid else None

    def users(self) -> dict[str, set[Hashable]]:
        """What uses each codelist, by its OID: variables, and value-level items by condition."""
        found: dict[str, set[Hashable]] = {}
        for group in self.define.item_groups:
            for ref in group.refs:
                item = self.item(ref.item_oid)
                here = (group.name, item.name)
                found.setdefault(ref.role_codelist_oid, set()).add((*here, "role"))
                found.setdefault(item.codelist_oid, set()).add(here)
                for value in self.values_of(item):
                    where = self.condition(value.where_oids, group)
                    oid = self.item(value.item_oid).codelist_oid
                    found.setdefault(oid, set()).add((*here, where))
        found.pop("", None)
        return found
