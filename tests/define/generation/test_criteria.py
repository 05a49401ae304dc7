"""Criteria as conditions of where clauses: what can be said so, and what cannot."""

from __future__ import annotations

import pytest

from clinmap.expressions import parse_condition
from clinmap.metadata import Condition
from define.generation.criteria import conditions_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$A == 'x'", [Condition("A", ("x",))]),
        ("$A in ('x', 'y')", [Condition("A", ("x", "y"))]),
        ("$A != 'x'", [Condition("A", ("x", ""), "NOTIN")]),
        ("$A not in ('x', 'y')", [Condition("A", ("x", "y", ""), "NOTIN")]),
        ("$A < 3.5", [Condition("A", ("3.5",), "LT")]),
        ("missing($A)", [Condition("A", ("",))]),
        ("present($A)", [Condition("A", ("",), "NOTIN")]),
        ("$A >= 2 and $B == 'y'", [Condition("A", ("2",), "GE"), Condition("B", ("y",))]),
    ],
)
def test_said_as_conditions(text: str, wanted: list[Condition]) -> None:
    assert conditions_of(parse_condition(text)) == tuple(wanted)


@pytest.mark.parametrize(
    "text",
    ["$A == 'x' or $B == 'y'", "$A == $B", "upper($A) == 'X'", "not ($A == 'x')", "ADSL.A == 'x'"],
)
def test_left_to_words(text: str) -> None:
    assert conditions_of(parse_condition(text)) is None
