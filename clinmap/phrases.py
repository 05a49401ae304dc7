"""Expressions, references and lists of names in words, for define.xml and for messages.

>>> from clinmap.expressions import parse_condition
>>> phrase(parse_condition("present(.DTHDTC) and $DSDECOD != 'SCREEN FAILURE'"))
'DTHDTC is not missing and DSDECOD is not "SCREEN FAILURE"'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clinmap.expressions import Apply, Expression, Literal, Node
from clinmap.plan import Ref

COMPARED = {
    "==": "is",
    "!=": "is not",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
JOINED = ("and", "or")
_RANK = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6}


def listed(names: Iterable[str], most: int = 6) -> str:
    """Names in a line, the first few of many.

    >>> listed(["A", "B", "C"], 2)
    'A, B and 1 more'
    """
    known = list(names)
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return f"{', '.join(known[:most])}{more}"


def phrase(expression: Expression) -> str:
    """The expression as a clinical programmer would say it."""
    return _words(expression.root)


def name_of(value: object) -> str:
    """A reference without its marks (`.VAR`, `$COLUMN`), a literal in quotes, a number as it is."""
    if isinstance(value, Ref):
        if value.kind in ("own", "source"):
            return value.column
        return f"{value.column} of {value.owner}" if value.kind == "table" else str(value)
    if isinstance(value, bool) or value is None:
        return {None: "missing", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return f"{value:g}"
    return f'"{value}"'


def _words(node: Node, above: int = 0) -> str:
    if isinstance(node, Ref):
        return name_of(node)
    if isinstance(node, Literal):
        return name_of(node.value)
    parts, word = node.arguments, node.function
    rank = _RANK.get(word, 4)
    if word in JOINED or word in ("+", "-", "*", "/"):
        text = f" {word} ".join(
            _words(part, rank + (number > 0 and word in ("-", "/")))
            for number, part in enumerate(parts)
        )
        return f"({text})" if rank < above else text
    if word == "not":
        return f"not ({_words(parts[0])})"
    if word in COMPARED:
        return f"{_words(parts[0], 4)} {COMPARED[word]} {_words(parts[1], 4)}"
    if word in ("in", "not in"):
        items = parts[1].arguments if isinstance(parts[1], Apply) else (parts[1],)
        listed = ", ".join(_words(item) for item in items)
        return f"{_words(parts[0], 4)} is {'one' if word == 'in' else 'none'} of {listed}"
    return _called(word, [_words(part) for part in parts])


def _called(word: str, parts: list[str]) -> str:
    if word in _SAID:
        return _SAID[word](parts)
    return f"{word}({', '.join(parts)})"


_SAID: dict[str, Callable[[list[str]], str]] = {
    "missing": lambda p: f"{p[0]} is missing",
    "present": lambda p: f"{p[0]} is not missing",
    "number": lambda p: p[0],
    "text": lambda p: p[0],
    "upper": lambda p: f"{p[0]} in capitals",
    "lower": lambda p: f"{p[0]} in small letters",
    "length": lambda p: f"the length of {p[0]}",
    "contains": lambda p: f"{p[0]} contains {p[1]}",
    "starts": lambda p: f"{p[0]} begins with {p[1]}",
    "matches": lambda p: f"{p[0]} matches {p[1]}",
    "round": lambda p: f"{p[0]} rounded to {p[1] if len(p) > 1 else 0} decimals",
    "floor": lambda p: f"the whole part of {p[0]}",
    "digits": lambda p: f"{p[0]} in {p[1]} digits",
    "absolute": lambda p: f"the absolute value of {p[0]}",
    "power": lambda p: f"{p[0]} to the power of {p[1]}",
    "least": lambda p: f"the least of {', '.join(p)}",
    "greatest": lambda p: f"the greatest of {', '.join(p)}",
    "coalesce": lambda p: f"the first of {', '.join(p)} that is not missing",
}
"""How each function is said."""
