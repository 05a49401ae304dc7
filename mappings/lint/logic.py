"""What conditions say together: whether all of them can hold of one row.

A condition is brought into cases of which one must hold; a case says of each column which values it
may have. Comparisons hold only where there is a value, as when they run. What is not understood (a
pattern, two columns compared) may always be true. Where there are too many cases, nothing is said.

>>> from clinmap.expressions import parse_condition
>>> can_hold(cases(parse_condition("$A == 'X' and $A in ('Y', 'Z')").root))
False
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from clinmap.expressions import Apply, Literal, Node
from clinmap.plan import Ref

MOST_CASES = 128
OPPOSITE: Mapping[str, str] = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
    "in": "not in", "not in": "in",
}  # fmt: skip
MIRRORED: Mapping[str, str] = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
ANY = float("inf")


@dataclass(frozen=True, slots=True)
class Values:
    """The values that a column may have: texts, a range of numbers, or that it is missing."""

    missing: bool | None = None
    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()
    low: tuple[float, bool] = (-ANY, False)
    high: tuple[float, bool] = (ANY, False)

    @property
    def possible(self) -> bool:
        """Whether there is such a value; an open end (True) leaves the bound itself out."""
        if self.missing and self != Values(missing=True):
            return False
        if self.only is not None and not self.only - self.never:
            return False
        low, high = self.low, self.high
        return low[0] < high[0] or (low[0] == high[0] and not (low[1] or high[1]))

    def and_(self, other: Values) -> Values | None:
        """What both allow; None where one says missing and the other present."""
        if None not in (self.missing, other.missing) and self.missing != other.missing:
            return None
        only = [found for found in (self.only, other.only) if found is not None]
        both = Values(
            missing=self.missing if other.missing is None else other.missing,
            only=frozenset.intersection(*only) if only else None,
            never=self.never | other.never,
            low=max(self.low, other.low),
            high=min(self.high, other.high, key=lambda end: (end[0], not end[1])),
        )
        return both if both.possible else None


Case = Mapping[Node, Values | bool]
"""What one case says of each column; of what is not understood, whether it is true."""

Cases = tuple[Case, ...] | None
"""The cases of which one must hold; None where there are too many to say."""

SAID = Values(missing=False)


def cases(node: Node, *, holds: bool = True) -> Cases:
    """The cases in which a condition is true, or (`holds` False) not true: false or missing."""
    if isinstance(node, Literal):
        return ({},) if bool(node.value) is holds else ()
    if isinstance(node, Apply) and node.function in ("and", "or"):
        parts = [cases(part, holds=holds) for part in node.arguments]
        return all_of(parts) if (node.function == "and") is holds else any_of(parts)
    if isinstance(node, Apply) and node.function == "not":
        return _not(node.arguments[0], holds)
    return _atom(node, holds)


def _not(node: Node, holds: bool) -> Cases:
    """`not` of a condition is missing where the condition is: then it does not hold either."""
    if not holds:
        return any_of([cases(node), _unsure(node)])
    return _false(node)


def _false(node: Node) -> Cases:
    """The cases in which a condition is false, and not only missing."""
    if isinstance(node, Apply) and node.function in ("and", "or"):
        parts = [_false(part) for part in node.arguments]
        return all_of(parts) if node.function == "or" else any_of(parts)
    if isinstance(node, Apply) and node.function == "not":
        return cases(node.arguments[0])
    if isinstance(node, Apply) and node.function in OPPOSITE:
        return _atom(Apply(OPPOSITE[node.function], node.arguments), True)
    return cases(node, holds=False)


def _unsure(node: Node) -> Cases:
    """Where a condition may be missing: nothing is known of that."""
    compares = isinstance(node, Apply) and node.function not in ("missing", "present")
    return ({},) if compares else ()


def all_of(parts: Iterable[Cases]) -> Cases:
    """The cases in which all of several conditions hold."""
    found: tuple[Case, ...] = ({},)
    for part in parts:
        if part is None or len(found) * len(part) > MOST_CASES:
            return None
        both = (_together(one, other) for one in found for other in part)
        found = tuple(case for case in both if case is not None)
    return found


def any_of(parts: Iterable[Cases]) -> Cases:
    """The cases in which one of several conditions holds."""
    found: list[Case] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return tuple(found) if len(found) <= MOST_CASES else None


def can_hold(found: Cases) -> bool:
    """Whether there may be such a row."""
    return found is None or bool(found)


def _together(one: Case, other: Case) -> Case | None:
    found = dict(one)
    for key, said in other.items():
        known = found.get(key)
        if known is None:
            found[key] = said
        elif isinstance(known, bool) or isinstance(said, bool):
            if known != said:
                return None
        else:
            both = known.and_(said)
            if both is None:
                return None
            found[key] = both
    return found


def _atom(node: Node, holds: bool) -> Cases:
    """The cases of one comparison or question."""
    if isinstance(node, Apply) and node.function in ("missing", "present"):
        is_missing = (node.function == "missing") is holds
        return ({node.arguments[0]: Values(missing=is_missing)},)
    compared = comparison(node)
    if compared is None:
        return ({node: holds},)
    key, word, values = compared
    if holds:
        return _compared(key, word, values)
    untrue = _compared(key, OPPOSITE[word], values)
    return any_of([({key: Values(missing=True)},), untrue])


def comparison(node: Node) -> tuple[Node, str, tuple[object, ...]] | None:
    """A column, how it is compared, and with which constants; None for anything else."""
    if not isinstance(node, Apply) or node.function not in OPPOSITE:
        return None
    left, right = node.arguments
    word = node.function
    if isinstance(left, Literal):
        if word not in MIRRORED:
            return None
        left, right, word = right, left, MIRRORED[word]
    values = right.arguments if isinstance(right, Apply) and right.function == "list" else (right,)
    if not isinstance(left, Ref | Apply) or not all(isinstance(v, Literal) for v in values):
        return None
    return left, word, tuple(v.value for v in values if isinstance(v, Literal))


def _compared(key: Node, word: str, values: tuple[object, ...]) -> Cases:
    if all(isinstance(value, str) for value in values):
        texts = frozenset(str(value) for value in values)
        if word in ("==", "in"):
            return ({key: replace(SAID, only=texts)},)
        if word in ("!=", "not in"):
            return ({key: replace(SAID, never=texts)},)
        return ({key: SAID},)
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) != len(values):
        return ({key: SAID},)
    return tuple({key: said} for number in numbers for said in _numbers(word, number))


def _numbers(word: str, number: float) -> tuple[Values, ...]:
    """Ranges of numbers; that a number is not one of several is left open."""
    match word:
        case "==" | "in":
            return (replace(SAID, low=(number, False), high=(number, False)),)
        case "<" | "<=":
            return (replace(SAID, high=(number, word == "<")),)
        case ">" | ">=":
            return (replace(SAID, low=(number, word == ">")),)
        case "!=":
            below = replace(SAID, high=(number, True))
            return below, replace(SAID, low=(number, True))
    return (SAID,)
