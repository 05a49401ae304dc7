"""What a document says of one thing, fact by fact, and how two such sayings are compared."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from define.difference.difference import (
    ALLOWED,
    CHANGED,
    DATA,
    DERIVATION,
    DOCUMENTS,
    ORDER,
    WORDING,
    Difference,
    Found,
)


class Fact(NamedTuple):
    """One fact: its meaning, which is compared, its words, its line, the definition it is from."""

    value: Hashable
    text: str
    line: int
    source: Hashable = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of the thing at `path`, which stands in a line of the file."""

    path: str
    line: int
    source: Hashable = None
    said: dict[str, Fact] = field(default_factory=dict)

    def put(self, what: str, value: Hashable, text: str | None = None) -> None:
        """Add a fact of the thing itself; nothing where the value is empty."""
        if bool(value):
            shown = str(value) if text is None else text
            self.said[what] = Fact(value, shown, self.line, self.source)

    def put_number(self, what: str, value: int | None) -> None:
        """Add a number; nothing where there is none."""
        if value is not None:
            self.said[what] = Fact(value, str(value), self.line, self.source)

    def flag(self, what: str, holds: bool) -> None:
        """Add a fact that holds or not."""
        self.said[what] = Fact(holds, "Yes" if holds else "No", self.line, self.source)

    def put_text(self, what: str, text: str) -> None:
        """Add a text; blanks and ends of lines mean nothing."""
        self.put(what, " ".join(text.split()), text.strip())


@dataclass(frozen=True, slots=True)
class ListUse:
    """The codelist of an item: which one, by meaning; `values` are those that it permits."""

    token: Hashable
    values: frozenset[str] | None = field(default=None, compare=False)


Rule = Callable[[Hashable, Hashable], str]
UNDEFINED = "not defined"
"""The meaning of a reference to nothing."""
HEADS = {
    "method name": "method", "method type": "method", "method code": "method",
    "method documents": "method", "comment documents": "comment", "origin description": "origin",
    "origin documents": "origin", "file title": "file", "dictionary version": "dictionary",
    "dictionary reference": "dictionary", "code context": "code", "code documents": "code",
    "condition comment": "condition", "condition comment documents": "condition comment",
}  # fmt: skip
"""Facts of a part; where one document has no such part, that is said and not what it lacks."""
ONLY_21 = frozenset({"subclasses", "no data", "non-standard", "standard", "status", "context"})
"""What Define-XML 2.0 has no place for."""
REWORDED = frozenset({"origin", "class", "name of the standard"})
"""What both versions say, in other words."""


def group_of(what: str, old: Hashable, new: Hashable) -> str:
    """The group of a changed fact.

    >>> group_of("length", 20, 8), group_of("length", 8, 20), group_of("label", "a", "b")
    ('data', 'allowed', 'wording')
    """
    known = _GROUPS.get(what) or _GROUPS.get(what.partition(" of ")[0], WORDING)
    return known if isinstance(known, str) else known(old, new)


def _size(old: Hashable, new: Hashable) -> str:
    """A size that shrinks, or that is new, asks for other data."""
    smaller = isinstance(new, int) and (not isinstance(old, int) or new < old)
    return DATA if smaller else ALLOWED


def _flag(_: Hashable, new: Hashable) -> str:
    return DATA if bool(new) else ALLOWED


def _codelist(old: Hashable, new: Hashable) -> str:
    if not isinstance(new, ListUse):
        return ALLOWED
    before = old.values if isinstance(old, ListUse) else None
    wider = before is not None and new.values is not None and new.values >= before
    return ALLOWED if wider else DATA


_GROUPS: Mapping[str, str | Rule] = {
    "length": _size,
    "significant digits": _size,
    "mandatory": _flag,
    "codelist": _codelist,
    **dict.fromkeys(
        ("type", "display format", "SAS name", "no data", "condition", "class", "subclasses",
         "structure", "purpose", "domain", "repeating", "reference data", "keys", "dictionary",
         "dictionary version"),
        DATA,
    ),
    **dict.fromkeys(
        ("origin", "origin description", "method", "method type", "method code", "datasets",
         "records", "variables", "reason", "purpose of the analysis", "parameter",
         "documentation", "code", "code context"),
        DERIVATION,
    ),
    **dict.fromkeys(
        ("non-standard", "standard", "name of the standard", "status", "context", "file",
         "file title", "version", "C-code", "extended", "dictionary reference", "used as",
         "origin documents", "method documents", "comment documents", "documents",
         "code documents", "condition comment documents"),
        DOCUMENTS,
    ),
    "rank": ORDER,
}  # fmt: skip


@dataclass(slots=True)
class Versions:
    """What differs only because one document is of Define-XML 2.0 and the other of 2.1.

    It is gathered, and said once for all places.
    """

    mixed: bool
    seen: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def takes(self, what: str, old: Fact, new: Fact, path: str) -> bool:
        """Whether it is nothing but the version; then it is noted."""
        reworded = what in REWORDED and old.value == new.value
        if not self.mixed or not (reworded or what in ONLY_21):
            return False
        if old.text != new.text:
            words = (old.text, new.text) if reworded else _saying(old, new)
            self.note(what, *words, path)
        return True

    def note(self, what: str, old: str, new: str, path: str) -> None:
        """Gather one place."""
        self.seen.setdefault((what, old, new), []).append(path)

    def told(self) -> Iterator[Found]:
        """Each way in which the versions differ, with its places."""
        for (what, old, new), places in self.seen.items():
            way = "reworded by the version" if what in REWORDED else "only 2.1 can say it"
            yield Found(
                Difference(
                    CHANGED, DOCUMENTS, "version", f"{what}: {way}", old, new, places=tuple(places)
                )
            )


def _there(facts: Facts, part: str) -> bool:
    """Whether a part is there, and defined."""
    return part in facts.said and facts.said[part].value != UNDEFINED


def _missing(facts: Facts, head: str | None) -> Fact:
    """What is not said: at the part that it would belong to."""
    part = facts.said.get(head) if head else None
    line, source = (part.line, part.source) if part else (facts.line, facts.source)
    return Fact(None, "", line, source)


def _saying(old: Fact, new: Fact) -> tuple[str, str]:
    """Which side says what the other has no place for."""
    return ("said" if bool(old.value) else "", "said" if bool(new.value) else "")


def fact_differences(
    old: Facts, new: Facts, versions: Versions, places: tuple[str, ...] = ()
) -> Iterator[Found]:
    """Where two sayings of one thing differ."""
    for what in dict.fromkeys((*old.said, *new.said)):
        before, after = old.said.get(what), new.said.get(what)
        if before and after and before[:2] == after[:2]:
            continue
        head = HEADS.get(what)
        if head and not (_there(old, head) and _there(new, head)):
            continue
        was, now = before or _missing(old, head), after or _missing(new, head)
        if versions.takes(what, was, now, new.path) or was.value == now.value:
            continue
        group = group_of(what, was.value, now.value)
        shared = was.source is not None and now.source is not None
        source = (was.source, now.source) if shared else None
        yield Found(
            Difference(CHANGED, group, new.path, what, was.text, now.text, was.line, now.line,
                       places=places),
            source,
        )  # fmt: skip


def meeting(names: Iterable[str], others: Iterable[str]) -> tuple[list[str], list[str]]:
    """Both sequences without what is only in one of them: their order can be compared.

    >>> meeting(["A", "B", "C"], ["C", "A", "D"])
    (['A', 'C'], ['C', 'A'])
    """
    first, second = list(names), list(others)
    both = set(first) & set(second)
    return [n for n in first if n in both], [n for n in second if n in both]
