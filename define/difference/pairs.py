"""Which definitions of two documents are the same one, whatever their OIDs.

A codelist is known by what uses it, its C-code, its name and its terms; a file by where it is, its
title, its use; a standard by its name and type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from define.difference.side import Side
from define.document.model import NCI_CODE, CodeList, Define, Leaf, Standard

Thing = TypeVar("Thing")
Key = Callable[[Thing], Hashable]
LARGEST_BUCKET = 2_500
"""So many candidates of one name or code are looked at; more tell nothing."""


@dataclass(slots=True)
class Pairs(Generic[Thing]):
    """The things of two documents: those that are one, and those that only one has."""

    both: list[tuple[Thing, Thing]] = field(default_factory=list)
    old: list[Thing] = field(default_factory=list)
    new: list[Thing] = field(default_factory=list)

    def tokens(self, oid: Callable[[Thing], str]) -> tuple[dict[str, Hashable], ...]:
        """For each document, by OID: one mark for what is the same thing in both."""
        pairs = list(enumerate(self.both))
        old: dict[str, Hashable] = {oid(thing): ("old", oid(thing)) for thing in self.old}
        new: dict[str, Hashable] = {oid(thing): ("new", oid(thing)) for thing in self.new}
        old |= {oid(one): number for number, (one, _) in pairs}
        new |= {oid(other): number for number, (_, other) in pairs}
        return old, new


def by_keys(
    olds: Sequence[Thing], news: Sequence[Thing], *keys: Key[Thing] | tuple[Key[Thing], Key[Thing]]
) -> Pairs[Thing]:
    """Pair by the first key, what is left by the next; of several with one key, in their order.

    A key may be two: one for the old things, one for the new.

    >>> by_keys(["a1", "b"], ["b", "a2"], str, lambda text: text[0]).both
    [('b', 'b'), ('a1', 'a2')]
    """
    both: list[tuple[int, int]] = []
    left_old, left_new = list(range(len(olds))), list(range(len(news)))
    for key in keys:
        old_key, new_key = key if isinstance(key, tuple) else (key, key)
        waiting: dict[Hashable, list[int]] = {}
        for old in reversed(left_old):
            waiting.setdefault(old_key(olds[old]), []).append(old)
        for new in left_new:
            wanted = new_key(news[new])
            same = waiting.get(wanted) if bool(wanted) else None
            if same:
                both.append((same.pop(), new))
        left_old = _without(left_old, (old for old, _ in both))
        left_new = _without(left_new, (new for _, new in both))
    return Pairs(
        [(olds[old], news[new]) for old, new in both],
        [olds[old] for old in left_old],
        [news[new] for new in left_new],
    )


def _without(places: Sequence[int], taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [place for place in places if place not in gone]


def by_score(
    olds: Sequence[Thing], news: Sequence[Thing], scores: Iterable[tuple[float, int, int]]
) -> Pairs[Thing]:
    """Pair the best first; `scores` are of the places in both sequences."""
    taken: dict[int, int] = {}
    gone: set[int] = set()
    for _, old, new in sorted(scores, key=lambda score: (-score[0], *score[1:])):
        if old not in taken and new not in gone:
            taken[old] = new
            gone.add(new)
    return Pairs(
        [(olds[old], news[new]) for old, new in sorted(taken.items())],
        [thing for place, thing in enumerate(olds) if place not in taken],
        [thing for place, thing in enumerate(news) if place not in gone],
    )


def standard_name(standard: Standard) -> str:
    """The name of a standard as 2.1 writes it: SDTMIG for the SDTM-IG of 2.0.

    >>> standard_name(Standard("", "SDTM-IG", "IG", "3.1.2"))
    'SDTMIG'
    """
    return standard.name.replace("-IG", "IG")


def standard_pairs(old: Define, new: Define) -> Pairs[Standard]:
    """The standards: those of one version first, then those of one name."""

    def name(standard: Standard) -> Hashable:
        return standard_name(standard).casefold(), standard.type, standard.publishing_set

    return by_keys(old.standards, new.standards, lambda one: (name(one), one.version), name)


def leaf_pairs(old: Define, new: Define) -> Pairs[Leaf]:
    """The documents: by place, by title, and where each document has but one, by use."""
    return by_keys(
        old.leaves,
        new.leaves,
        lambda leaf: leaf.href,
        lambda leaf: " ".join(leaf.title.split()),
        (_only_use(old), _only_use(new)),
    )


def _only_use(define: Define) -> Key[Leaf]:
    """What a document is used as, where no other is used as that."""
    uses = _likely_uses(define)
    count = Counter(uses.values())

    def use(leaf: Leaf) -> str:
        found = uses.get(leaf.id, "")
        return found if count[found] == 1 else ""

    return use


def leaf_uses(define: Define) -> dict[str, str]:
    """What each document is used as, by the ID of its leaf."""
    found: dict[str, str] = {ref.leaf_id: "supplemental document"
                             for ref in define.supplemental_documents}  # fmt: skip
    return found | {ref.leaf_id: "annotated CRF" for ref in define.annotated_crf}


def _likely_uses(define: Define) -> dict[str, str]:
    """What each document is used as; what collected values point to is the annotated CRF."""
    found = {
        ref.leaf_id: "annotated CRF"
        for item in define.items
        for origin in item.origins
        if origin.type in ("CRF", "Collected")
        for ref in origin.documents
    }
    return found | leaf_uses(define)


def c_codes(codelist: CodeList) -> str:
    """The C-code of a codelist."""
    return ", ".join(sorted(a.name for a in codelist.aliases if a.context == NCI_CODE))


@dataclass(frozen=True, slots=True)
class _Known:
    """What a codelist is known by."""

    codelist: CodeList
    users: frozenset[Hashable]
    values: frozenset[str]
    content: Hashable
    code: str

    @property
    def name(self) -> str:
        return self.codelist.name.casefold()


def _known(side: Side) -> list[_Known]:
    users = side.users()
    return [_one(one, frozenset(users.get(oid, ()))) for oid, one in side.codelists.items()]


def _one(codelist: CodeList, users: frozenset[Hashable]) -> _Known:
    values = frozenset(term.value for term in codelist.terms)
    content: Hashable = frozenset((term.value, term.decode or "") for term in codelist.terms)
    if codelist.external:
        content = codelist.external.name.casefold()
        values = frozenset({f"dictionary {content}"})
    return _Known(codelist, users, values, content, c_codes(codelist))


def codelist_pairs(old: Side, new: Side) -> Pairs[CodeList]:
    """The codelists: first those that are known in every way, then the most alike."""
    certain = by_keys(
        _known(old),
        _known(new),
        lambda one: (one.users, one.content, one.name, one.code),
        lambda one: (one.users, one.content) if one.users else None,
    )
    likely = by_score(certain.old, certain.new, _scores(certain.old, certain.new))
    return Pairs(
        [(a.codelist, b.codelist) for a, b in (*certain.both, *likely.both)],
        [one.codelist for one in likely.old],
        [one.codelist for one in likely.new],
    )


def _scores(olds: Sequence[_Known], news: Sequence[_Known]) -> Iterator[tuple[float, int, int]]:
    for old, new in _candidates(olds, news):
        score = _likeness(olds[old], news[new])
        if score:
            yield score, old, new


def _candidates(olds: Sequence[_Known], news: Sequence[_Known]) -> set[tuple[int, int]]:
    """The places of codelists that have something in common."""
    found: set[tuple[int, int]] = set()
    first, second = _buckets(olds), _buckets(news)
    for key, places in first.items():
        others = second.get(key, ())
        if len(places) * len(others) <= LARGEST_BUCKET:
            found.update((old, new) for old in places for new in others)
    return found


def _buckets(known: Sequence[_Known]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for place, one in enumerate(known):
        named = {"name": one.name, "code": one.code, "content": one.content}
        known_by: list[Hashable] = [*one.users, *(key for key in named.items() if bool(key[1]))]
        for key in known_by:
            found.setdefault(key, []).append(place)
    return found


def _likeness(old: _Known, new: _Known) -> float:
    """How much two codelists are one; 0 where they are not.

    Two that nothing uses alike must agree in more than a name or a code: a list of units for one
    dataset is not that of another.
    """
    users, content = _share(old.users, new.users), _share(old.values, new.values)
    name, code = old.name == new.name, bool(old.code) and old.code == new.code
    named, apart = name or code, old.users and new.users and not users
    if old.content == new.content and (old.values or users):
        content = 1.5
    elif content < (0.5 if apart else 0 if named else 0.25) or (apart and not named):
        return 0
    return 4 * users + 4 * name + 3 * code + 3 * content


def _share(some: Set[Hashable], others: Set[Hashable]) -> float:
    return len(some & others) / len(some | others) if some and others else 0


@dataclass(frozen=True, slots=True)
class Marks:
    """For one document: what its references to codelists, files and standards mean, by OID."""

    codelists: dict[str, Hashable]
    leaves: dict[str, Hashable]
    standards: dict[str, Hashable]


def marks_of(
    codelists: Pairs[CodeList], leaves: Pairs[Leaf], standards: Pairs[Standard]
) -> tuple[Marks, Marks]:
    """The marks of both documents: equal where the references mean the same.

    A codelist without a partner that holds what one of the other document holds means the same: a
    list that two variables shared may become two lists.
    """
    old_lists, new_lists = codelists.tokens(lambda one: one.oid)
    olds = {_content(old): old_lists[old.oid] for old in (*codelists.old, *_firsts(codelists))}
    news = {_content(new): new_lists[new.oid] for new in (*codelists.new, *_seconds(codelists))}
    new_lists |= {c.oid: olds[_content(c)] for c in codelists.new if _content(c) in olds}
    old_lists |= {c.oid: news[_content(c)] for c in codelists.old if _content(c) in news}
    old_leaves, new_leaves = leaves.tokens(lambda leaf: leaf.id)
    old_standards, new_standards = standards.tokens(lambda one: one.oid)
    return (
        Marks(old_lists, old_leaves, old_standards),
        Marks(new_lists, new_leaves, new_standards),
    )


def _firsts(pairs: Pairs[Thing]) -> Iterator[Thing]:
    return (one for one, _ in pairs.both)


def _seconds(pairs: Pairs[Thing]) -> Iterator[Thing]:
    return (other for _, other in pairs.both)


def _content(codelist: CodeList) -> Hashable:
    terms = frozenset((term.value, term.decode) for term in codelist.terms)
    dictionary = codelist.external
    return terms, dictionary and (dictionary.name, dictionary.version, dictionary.ref)
