"""Expressions in words."""

from __future__ import annotations

import pytest

from clinmap.expressions import FUNCTIONS, parse_expression
from clinmap.phrases import _SAID, name_of, phrase
from clinmap.plan import Ref


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("$EXDOSE > 0 or contains($EXTRT, 'PLACEBO')", 'EXDOSE > 0 or EXTRT contains "PLACEBO"'),
        ("(.A == 1 or .B == 2) and missing(.C)", "(A is 1 or B is 2) and C is missing"),
        (".AENDT - .ASTDT + 1", "AENDT - ASTDT + 1"),
        ("(.A + .B) * 2", "(A + B) * 2"),
        (".A - (.B - .C)", "A - (B - C)"),
        (".A - .B - .C", "A - B - C"),
        ("floor(.TRTSDTM / 86400)", "the whole part of TRTSDTM / 86400"),
        (".COUNTRY in ('CAN', 'USA')", 'COUNTRY is one of "CAN", "USA"'),
        ("not present(DM.RFSTDTC)", "not (DM.RFSTDTC is not missing)"),
        ("round($course/BSADOSE, 2)", "BSADOSE of course rounded to 2 decimals"),
    ],
)
def test_in_words(written: str, said: str) -> None:
    assert phrase(parse_expression(written)) == said


def test_every_function_has_words() -> None:
    assert set(_SAID) == set(FUNCTIONS)


def test_references_lose_their_marks() -> None:
    assert name_of(Ref("own", "AGE")) == name_of(Ref("source", "AGE")) == "AGE"
    assert name_of(Ref("dataset", "AGE", "DM")) == "DM.AGE"
