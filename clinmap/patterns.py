"""Regular expressions of a specification: those that need no end of time are refused.

A pattern is matched against every distinct text of a column, and texts come from outside. Where a
text can be taken apart in very many ways (`(a+)+b`), each further character doubles the time: forty
keep a computer busy for hours. Such patterns can be told by their form; `safe_pattern` is the only
way in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from re import _constants as kind  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

LONGEST = 1_000
"""The longest pattern, in characters."""
WIDE = 3
"""How many parts without limit (`.*`) a pattern may have: the time grows with their number."""
_MANY = 10
"""A repeat of more than this is as good as one without limit."""
_REPEATS = (kind.MAX_REPEAT, kind.MIN_REPEAT)
_ALPHABET = frozenset(range(256))
_WORD = {n for n in _ALPHABET if chr(n).isalnum() or n == ord("_")}
_CLASSES = {
    kind.CATEGORY_DIGIT: {n for n in _ALPHABET if chr(n).isdigit()},
    kind.CATEGORY_SPACE: {n for n in _ALPHABET if chr(n).isspace()},
    kind.CATEGORY_WORD: _WORD,
}

Item = tuple[Any, Any]


def safe_pattern(text: str) -> re.Pattern[str]:
    """The compiled pattern; a ValueError says why it is none, or which part takes too long.

    >>> safe_pattern("([0-9]+) mg").groups
    1
    >>> safe_pattern("(a+)+b")
    Traceback (most recent call last):
    ValueError: '(a+)+b' repeats what is itself repeated: a text may take for ever; write one repeat
    """
    if len(text) > LONGEST:
        raise ValueError(f"the pattern has {len(text):,} characters; at most {LONGEST:,} are read")
    try:
        compiled = re.compile(text)
        tree: Sequence[Item] = parser.parse(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None
    if said := next(_faults(tree, repeated=False), ""):
        raise ValueError(f"{text!r} {said}")
    if sum(_is_wide(item) for item in _items(tree)) > WIDE:
        raise ValueError(f"{text!r} has more than {WIDE} parts such as `.*`: say what stands there")
    return compiled


def _faults(tree: Sequence[Item], *, repeated: bool) -> Iterator[str]:
    """What makes a text be tried in too many ways."""
    for what, held in tree:
        unlimited = what in _REPEATS and held[1] > _MANY
        if unlimited and repeated:
            yield ("repeats what is itself repeated: a text may take for ever; write one repeat")
        if unlimited and held[-1].getwidth()[0] == 0:
            yield "repeats what may be empty, which may take for ever; leave one of the two out"
        if what in (kind.GROUPREF, kind.GROUPREF_EXISTS):
            yield "refers back to a group, which may take for ever; write the text out"
        if what is kind.BRANCH and repeated and _ambiguous(held[1]):
            yield "repeats a choice whose parts begin alike: a text may take for ever"
        for inner in _inner(what, held):
            yield from _faults(inner, repeated=repeated or unlimited)


def _items(tree: Sequence[Item]) -> Iterator[Item]:
    for what, held in tree:
        yield what, held
        for inner in _inner(what, held):
            yield from _items(inner)


def _inner(what: Any, held: Any) -> list[Sequence[Item]]:
    """The parts that stand inside a part of a pattern."""
    if what is kind.BRANCH:
        return list(held[1])
    if what in (*_REPEATS, kind.SUBPATTERN):
        return [held[-1]]
    if what in (kind.ASSERT, kind.ASSERT_NOT):
        return [held[1]]
    possessive = getattr(kind, "POSSESSIVE_REPEAT", None), getattr(kind, "ATOMIC_GROUP", None)
    if what in possessive:
        return [held[-1] if what is possessive[0] else held]
    return []


def _is_wide(item: Item) -> bool:
    """Whether a part takes any number of nearly any character."""
    what, held = item
    if what not in _REPEATS or held[1] <= _MANY:
        return False
    return any(len(_first(inner)) > len(_ALPHABET) // 2 for inner in held[-1])


def _ambiguous(branches: Sequence[Sequence[Item]]) -> bool:
    """Whether two parts of a choice can begin with the same character, or one with nothing.

    Words that begin alike are told apart later, unless one is the beginning of another.
    """
    if any(not branch for branch in branches):
        return True
    for one, other in combinations(branches, 2):
        words = all(what is kind.LITERAL for what, _ in (*one, *other))
        if not words and _first(one[0]) & _first(other[0]):
            return True
    spelled = [tuple(held for _, held in branch) for branch in branches]
    return any(a is not b and b[: len(a)] == a for a in spelled for b in spelled)


def _first(item: Item) -> set[int]:
    """The characters (of the first 256) that a part can begin with."""
    what, held = item
    if what is kind.AT:
        return set()
    if what is kind.LITERAL:
        return {held}
    if what is kind.NOT_LITERAL:
        return set(_ALPHABET - {held})
    if what is kind.IN:
        found = {n for part in held for n in _members(*part)}
        return set(_ALPHABET - found) if held[0][0] is kind.NEGATE else found
    if what in (*_REPEATS, kind.SUBPATTERN) and held[-1]:
        return _first(held[-1][0])
    return set(_ALPHABET)


def _members(what: Any, held: Any) -> set[int]:
    if what is kind.LITERAL:
        return {held}
    if what is kind.RANGE:
        return set(range(held[0], min(held[1], 255) + 1))
    if what is kind.CATEGORY:
        return _CLASSES.get(held, set(_ALPHABET))
    return set()
