"""What conditions say together, compared with trying every value."""

from __future__ import annotations

from itertools import product

import pytest

from clinmap.expressions import Apply, Literal, Node, parse_condition
from clinmap.plan import Ref
from mappings.lint.logic import all_of, can_hold, cases

VALUES = (None, "X", "Y", "5", "7")
"""What a column may hold; a number compares as a number."""

CONDITIONS = (
    "$A == 'X'",
    "$A != 'X'",
    "$A in ('X', 'Y')",
    "$A not in ('X', '5')",
    "missing($A)",
    "present($A)",
    "$A > 5",
    "$A <= 5",
    "$A == 7",
    "$A != 7",
    "5 < $A",
    "not ($A == 'X')",
    "not (missing($A) or $A == 'Y')",
    "not ($A > 5 and $B == 'X')",
    "$A == 'X' and $B != 'X'",
    "$A == 'X' or $B == 'Y'",
    "not (not ($A == 'X'))",
    "true",
    "false",
)


def value(node: Node, row: dict[str, str | None]) -> bool | None:
    """Three-valued truth, worked out in the plain way: the witness."""
    if isinstance(node, Literal):
        return bool(node.value)
    assert isinstance(node, Apply)
    parts = node.arguments
    if node.function in ("missing", "present"):
        assert isinstance(parts[0], Ref)
        return (row[parts[0].column] is None) is (node.function == "missing")
    if node.function == "not":
        inner = value(parts[0], row)
        return None if inner is None else not inner
    if node.function in ("and", "or"):
        found = [value(part, row) for part in parts]
        decisive = node.function == "or"
        if decisive in found:
            return decisive
        return None if None in found else not decisive
    return compared(node.function, parts[0], parts[1], row)


def compared(word: str, left: Node, right: Node, row: dict[str, str | None]) -> bool | None:
    if isinstance(left, Literal):
        mirrored = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        left, right, word = right, left, mirrored.get(word, word)
    assert isinstance(left, Ref)
    text = row[left.column]
    if text is None:
        return None
    if word in ("in", "not in"):
        assert isinstance(right, Apply)
        known = [item.value for item in right.arguments if isinstance(item, Literal)]
        return (text in known) is (word == "in")
    assert isinstance(right, Literal)
    if isinstance(right.value, str):
        return (text == right.value) is (word == "==")
    if not text.isdigit():
        return None
    number, other = float(text), float(right.value or 0)
    return {
        "==": number == other, "!=": number != other, "<": number < other,
        ">": number > other, "<=": number <= other, ">=": number >= other,
    }[word]  # fmt: skip


ROWS = [{"A": a, "B": b} for a, b in product(VALUES, repeat=2)]


@pytest.mark.parametrize(("one", "other"), list(product(CONDITIONS, repeat=2)))
def test_never_calls_impossible_what_a_row_shows(one: str, other: str) -> None:
    """Where a row makes both true, or the first true and the other not, both are possible."""
    first, second = parse_condition(one).root, parse_condition(other).root
    together = any(value(first, row) and value(second, row) for row in ROWS)
    without = any(value(first, row) and not value(second, row) for row in ROWS)
    if together:
        assert can_hold(all_of([cases(first), cases(second)]))
    if without:
        assert can_hold(all_of([cases(first), cases(second, holds=False)]))


@pytest.mark.parametrize(
    "text",
    [
        "$A == 'X' and $A == 'Y'",
        "$A == 'X' and missing($A)",
        "$A in ('X', 'Y') and $A not in ('X', 'Y')",
        "$A > 5 and $A < 5",
        "$A >= 5 and $A < 5",
        "$A == 5 and $A > 7",
        "$A == 'X' and not ($A == 'X')",
        "present($A) and missing($A)",
        "contains($A, 'X') and not contains($A, 'X')",
        "false and $A == 'X'",
    ],
)
def test_contradiction_is_seen(text: str) -> None:
    """No row can make it true."""
    assert not can_hold(cases(parse_condition(text).root))


def test_too_many_cases_are_left_open() -> None:
    """What would take long is not judged."""
    many = " and ".join(f"($A{n} == 'X' or $B{n} == 'Y')" for n in range(9))
    assert cases(parse_condition(many).root) is None
    assert can_hold(None)
