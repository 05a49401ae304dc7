"""Where clauses as text: `LBTESTCD EQ GLUC and LBSPEC IN (SERUM, PLASMA)`.

Conditions are joined by `and`; clauses of which one must hold by `or`, which binds less. A value
that holds blanks, commas, brackets or quotes stands in double quotes, doubled inside. `DM.SEX` is a
variable of another dataset, `{IT.X}` an item that no dataset has.

Source: Define-XML 2.1, section 5.3.8 (comparators). Problems: ValueError, with what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

COMPARATORS = ("EQ", "NE", "LT", "LE", "GT", "GE", "IN", "NOTIN")
_SIGNS = {
    "=": "EQ",
    "==": "EQ",
    "!=": "NE",
    "<>": "NE",
    "<": "LT",
    "<=": "LE",
    ">": "GT",
    ">=": "GE",
}
_NAME = r"\{[^{}]+\}|[A-Za-z_][\w.]*"
_COMPARE = r"NOT\s*IN|(?:IN|EQ|NE|LT|LE|GT|GE)(?![\w.])|==|=|!=|<>|<=|>=|<|>"
_HEAD = re.compile(rf"\s*({_NAME})\s*({_COMPARE})\s*", re.IGNORECASE)
_QUOTED = r'"(?:[^"]|"")*"'
_ONE = re.compile(
    rf"({_QUOTED}|.*?)(?=\s+(?:and|or)\s+(?:{_NAME})\s*(?:{_COMPARE})|\s*\Z)",
    re.IGNORECASE | re.DOTALL,
)
_LISTED = re.compile(rf"\s*({_QUOTED}|[^,()\"]*?)\s*([,)])")
_JOIN = re.compile(r"\s+(and|or)\s+", re.IGNORECASE)
_PLAIN = re.compile(r"[^\s,()\"']+")


@dataclass(frozen=True, slots=True)
class Ask:
    """One condition: the variable as written, the comparator, the values."""

    name: str
    comparator: str
    values: tuple[str, ...]


def clauses_text(clauses: Iterable[Iterable[Ask]]) -> str:
    """Clauses as text.

    >>> clauses_text([[Ask("LBTESTCD", "EQ", ("GLUC",)), Ask("LBSPEC", "IN", ("SERUM", "A, B"))]])
    'LBTESTCD EQ GLUC and LBSPEC IN (SERUM, "A, B")'
    """
    return " or ".join(" and ".join(map(_ask_text, asks)) for asks in clauses)


def values_text(values: Iterable[str]) -> str:
    """Values with commas between them. Example: `values_text(("A", "B C"))` is `A, "B C"`."""
    return ", ".join(map(_value_text, values))


def parse_clauses(text: str) -> tuple[tuple[Ask, ...], ...]:
    """The clauses that a text holds: each a tuple of conditions.

    >>> parse_clauses("LBTESTCD = GLUC and LBSPEC not in (SERUM)")[0][1]
    Ask(name='LBSPEC', comparator='NOTIN', values=('SERUM',))
    """
    clauses: list[list[Ask]] = [[]]
    for joint, ask in _asks(text):
        if joint == "or":
            clauses.append([])
        clauses[-1].append(ask)
    return tuple(map(tuple, clauses))


def parse_values(text: str, several: bool = True) -> tuple[str, ...]:
    """The values of a cell; commas separate them where `several` are meant.

    >>> parse_values('A, "B, C"'), parse_values("A, B", several=False)
    (('A', 'B, C'), ('A, B',))
    """
    inside = text.strip()
    if not several:
        return (_plain_value(inside),)
    if inside.startswith("(") and inside.endswith(")"):
        inside = inside[1:-1]
    values, end = _list(f"{inside})", 0)
    if end != len(inside) + 1:
        raise ValueError(f"values are written A, B; this is {text.strip()[:60]!r}")
    return values


def comparator_of(text: str) -> str:
    """The comparator that is meant; ValueError for a text that is none.

    >>> comparator_of("not in"), comparator_of("=")
    ('NOTIN', 'EQ')
    """
    word = "".join(text.upper().split())
    found = _SIGNS.get(word, word)
    if found not in COMPARATORS:
        raise ValueError(
            f"{text.strip()[:20]!r} is no comparator: there are {', '.join(COMPARATORS)}"
        )
    return found


def _asks(text: str) -> Iterator[tuple[str, Ask]]:
    place, joint = 0, ""
    while True:
        head = _HEAD.match(text, place)
        if head is None:
            said = text[place : place + 40].strip()
            raise ValueError(f"a condition is written VARIABLE EQ VALUE; this is {said!r}")
        comparator = comparator_of(head[2])
        values, place = _values(text, head.end())
        yield joint, Ask(head[1], comparator, values)
        if not text[place:].strip():
            return
        between = _JOIN.match(text, place)
        if between is None:
            said = text[place : place + 40].strip()
            raise ValueError(f"conditions are joined by `and`; here stands {said!r}")
        joint, place = between[1].lower(), between.end()


def _values(text: str, place: int) -> tuple[tuple[str, ...], int]:
    if text[place : place + 1] == "(":
        values, end = _list(text, place + 1)
        if end:
            return values, end
    found = _ONE.match(text, place)
    if found is None or not found[1]:
        raise ValueError("a condition ends without a value")
    return (_plain_value(found[1]),), found.end()


def _list(text: str, place: int) -> tuple[tuple[str, ...], int]:
    """The values up to the closing bracket, and where they end; 0 where it is no list."""
    values: list[str] = []
    while found := _LISTED.match(text, place):
        values.append(_plain_value(found[1]))
        place = found.end()
        if found[2] == ")":
            return tuple(values), place
    return (), 0


def _plain_value(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    if len(text) > 1 and text[0] == text[-1] == "'" and "'" not in text[1:-1]:
        return text[1:-1]
    return text


def _ask_text(ask: Ask) -> str:
    several = ask.comparator in ("IN", "NOTIN") or len(ask.values) != 1
    values = f"({values_text(ask.values)})" if several else _value_text(ask.values[0])
    return f"{ask.name} {ask.comparator} {values}"


def _value_text(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else '"' + value.replace('"', '""') + '"'
