"""Datasets, variables and value-level items of two documents, compared."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from define.difference.difference import (
    ADDED,
    CHANGED,
    DATA,
    ORDER,
    REMOVED,
    Difference,
    Found,
)
from define.difference.facts import Facts, Versions, fact_differences, meeting
from define.difference.pairs import Pairs, by_keys, by_score
from define.difference.reading import Reading
from define.difference.renames import Named, rename_hints
from define.document.model import Item, ItemGroup, ItemRef

Thing = TypeVar("Thing")
ALIKE = 0.5
"""So much of two conditions is the same where one became the other."""
LARGEST = 250_000
"""So many pairs of conditions that changed are looked at in one variable."""


@dataclass(frozen=True, slots=True)
class Items:
    """Compares what two documents say of datasets."""

    old: Reading
    new: Reading
    versions: Versions

    def differences(self) -> Iterator[Found]:
        """Those of all datasets, in the order of the new document."""
        olds, news = self.old.side.define.item_groups, self.new.side.define.item_groups
        pairs = by_keys(olds, news, lambda group: group.name or group.oid)
        hints = rename_hints(
            [_named_group(self.old, group) for group in pairs.old],
            [_named_group(self.new, group) for group in pairs.new],
        )
        for group in pairs.old:
            yield _gone(group.name, "the dataset", _group_words(group), group.line, hints)
        for group in pairs.new:
            yield _come(group.name, "the dataset", _group_words(group), group.line, hints)
        place = {id(group): number for number, group in enumerate(news)}
        for old, new in sorted(pairs.both, key=lambda pair: place[id(pair[1])]):
            yield from self._group(old, new)

    def _group(self, old: ItemGroup, new: ItemGroup) -> Iterator[Found]:
        yield from fact_differences(self.old.group(old), self.new.group(new), self.versions)
        pairs = by_keys(old.refs, new.refs, (_names(self.old), _names(self.new)))
        yield from self._keys(old, new)
        yield from self._order(old, new)
        yield from self._unpaired(old, new, pairs)
        for one, other in pairs.both:
            yield from self._variable((old, one), (new, other))

    def _unpaired(self, old: ItemGroup, new: ItemGroup, pairs: Pairs[ItemRef]) -> Iterator[Found]:
        hints = rename_hints(
            [_named(self.old, old, ref) for ref in pairs.old],
            [_named(self.new, new, ref) for ref in pairs.new],
        )
        for ref in pairs.old:
            facts, words = self.old.variable(old, ref), _item_words(self.old, ref)
            yield _gone(facts.path, "the variable", words, facts.line, hints)
        for ref in pairs.new:
            facts, words = self.new.variable(new, ref), _item_words(self.new, ref)
            yield _come(facts.path, "the variable", words, facts.line, hints)

    def _keys(self, old: ItemGroup, new: ItemGroup) -> Iterator[Found]:
        """The keys; of a variable that only one document has, its own difference tells the key."""
        names = [[self.old.side.item(ref.item_oid).name for ref in old.refs],
                 [self.new.side.item(ref.item_oid).name for ref in new.refs]]  # fmt: skip
        both = set(names[0]) & set(names[1])
        was, now = _keys(self.old, old), _keys(self.new, new)
        if [key for key in was if key in both] != [key for key in now if key in both]:
            words = (", ".join(was), ", ".join(now))
            yield Found(Difference(CHANGED, DATA, new.name, "keys", *words, old.line, new.line))

    def _order(self, old: ItemGroup, new: ItemGroup) -> Iterator[Found]:
        was, now = meeting(_ordered(self.old, old), _ordered(self.new, new))
        if was != now:
            what = "order of the variables"
            words = order_words(was, now)
            yield Found(Difference(CHANGED, ORDER, new.name, what, *words, old.line, new.line))

    def _variable(
        self, old: tuple[ItemGroup, ItemRef], new: tuple[ItemGroup, ItemRef]
    ) -> Iterator[Found]:
        was, now = self.old.variable(*old), self.new.variable(*new)
        yield from fact_differences(was, now, self.versions)
        first, second = self.old.side.item(old[1].item_oid), self.new.side.item(new[1].item_oid)
        ours, theirs = self.old.side.values_of(first), self.new.side.values_of(second)
        if bool(ours) != bool(theirs):
            was_words, now_words = (f"{len(refs)} items" if refs else "" for refs in (ours, theirs))
            whole = Difference(
                CHANGED, DATA, now.path, "value level", was_words, now_words, was.line, now.line
            )
            yield Found(whole, (first.oid, second.oid))
        elif ours:
            yield from self._values(
                [self.old.value(old[0], first, ref) for ref in ours],
                [self.new.value(new[0], second, ref) for ref in theirs],
                (first.value_list_oid, second.value_list_oid),
            )

    def _values(
        self, olds: Sequence[Facts], news: Sequence[Facts], lists: Hashable
    ) -> Iterator[Found]:
        """Value-level items meet by condition; those left by how alike their conditions are."""
        same = by_keys(olds, news, lambda facts: ("where", facts.said["condition"].value))
        changed = by_score(same.old, same.new, _alike(same.old, same.new))
        what = "the value-level item"
        for facts in changed.old:
            source = (lists, facts.said["condition"].source)
            yield _gone(facts.path, what, _facts_words(facts), facts.line, {}, source)
        for facts in changed.new:
            source = (lists, facts.said["condition"].source)
            yield _come(facts.path, what, _facts_words(facts), facts.line, {}, source)
        for was, now in (*same.both, *changed.both):
            yield from fact_differences(was, now, self.versions)


def _names(reading: Reading) -> Callable[[ItemRef], Hashable]:
    """What gives the name of the item that a reference means."""
    return lambda ref: reading.side.item(ref.item_oid).name or ref.item_oid


def order_words(was: Sequence[str], now: Sequence[str]) -> tuple[str, str]:
    """Two orders of the same names, from the first to the last place where they differ.

    >>> order_words(["A", "B", "C", "D"], ["A", "C", "B", "D"])
    ('B, C', 'C, B')
    """
    places = [n for n, (one, other) in enumerate(zip(was, now, strict=True)) if one != other]
    within = slice(places[0], places[-1] + 1)
    return ", ".join(was[within]), ", ".join(now[within])


def in_order(things: Sequence[Thing], order: Callable[[Thing], int | None]) -> list[Thing]:
    """The things by their number where all have one, else as they stand."""
    numbers = {id(thing): order(thing) for thing in things}
    if any(number is None for number in numbers.values()):
        return list(things)
    return sorted(things, key=lambda thing: numbers[id(thing)] or 0)


def _ordered(reading: Reading, group: ItemGroup) -> list[str]:
    refs = in_order(group.refs, lambda ref: ref.order)
    return [reading.side.item(ref.item_oid).name for ref in refs]


def _keys(reading: Reading, group: ItemGroup) -> list[str]:
    keyed = [(ref.key_sequence, reading.side.item(ref.item_oid).name) for ref in group.refs
             if ref.key_sequence is not None]  # fmt: skip
    return [name for _, name in sorted(keyed)]


def _gone(
    path: str, what: str, words: str, line: int, hints: Mapping[str, str], source: Hashable = None
) -> Found:
    hint = hints.get(f"-{path}", "")
    return Found(Difference(REMOVED, DATA, path, what, words, old_line=line, hint=hint), source)


def _come(
    path: str, what: str, words: str, line: int, hints: Mapping[str, str], source: Hashable = None
) -> Found:
    hint = hints.get(f"+{path}", "")
    return Found(Difference(ADDED, DATA, path, what, new=words, new_line=line, hint=hint), source)


def _group_words(group: ItemGroup) -> str:
    return f"{group.label} ({len(group.refs)} variables)".strip()


def _item_words(reading: Reading, ref: ItemRef) -> str:
    item: Item = reading.side.item(ref.item_oid)
    size = f" {item.length}" if item.length is not None else ""
    key = f", key {ref.key_sequence}" if ref.key_sequence is not None else ""
    return f"{item.label} ({item.data_type}{size}{key})".strip()


def _facts_words(facts: Facts) -> str:
    said = [facts.said[what].text for what in ("label", "type", "length") if what in facts.said]
    return ", ".join(said)


def _named_group(reading: Reading, group: ItemGroup) -> Named:
    names = frozenset(reading.side.item(ref.item_oid).name for ref in group.refs)
    return Named(group.name, group.name, group.label, names)


def _named(reading: Reading, group: ItemGroup, ref: ItemRef) -> Named:
    item = reading.side.item(ref.item_oid)
    return Named(f"{group.name}.{item.name}", item.name, item.label, frozenset())


def _alike(olds: Sequence[Facts], news: Sequence[Facts]) -> Iterator[tuple[float, int, int]]:
    """How alike the conditions of value-level items are, or that all else about them is equal."""
    if len(olds) * len(news) > LARGEST:
        return
    parts = [[_parts(facts) for facts in side] for side in (olds, news)]
    rest = [[_rest(facts) for facts in side] for side in (olds, news)]
    for old, ours in enumerate(parts[0]):
        for new, theirs in enumerate(parts[1]):
            share = len(ours & theirs) / max(len(ours | theirs), 1)
            equal = rest[0][old] == rest[1][new]
            alone = len(olds) == len(news) == 1 and equal
            if share >= ALIKE or alone:
                yield share + equal / 10, old, new


def _parts(facts: Facts) -> frozenset[Hashable]:
    """The single conditions of a value-level item: which item, how compared, with which value."""
    condition = facts.said["condition"].value
    clauses = condition if isinstance(condition, frozenset) else ()
    checks = (check for clause in clauses if isinstance(clause, frozenset) for check in clause)
    return frozenset((name, how, value) for name, how, values in checks for value in values)


def _rest(facts: Facts) -> Hashable:
    said = facts.said.items()
    return frozenset((what, fact.value) for what, fact in said if what != "condition")
