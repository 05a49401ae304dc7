"""Comparing numbers that differ in their last binary digits only."""

from __future__ import annotations

import math
import operator

import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

from adam.tolerance import COMPARISONS

EXACT = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip
NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False)


def compared(word: str, left: float, right: float) -> bool:
    return bool(COMPARISONS[word](pd.Series([left]), pd.Series([right]))[0])


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(EXACT)))
def test_numbers_that_are_truly_apart_compare_as_they_do(a: float, b: float, word: str) -> None:
    assume(a == b or abs(a - b) > 1e-12 * max(abs(a), abs(b)))
    assert compared(word, a, b) == EXACT[word](a, b)


@given(st.floats(1e-6, 1e6), st.sampled_from([1.5, 2.5, 3.0, 0.1, 1 / 3]))
def test_a_multiple_is_the_same_however_it_was_worked_out(number: float, factor: float) -> None:
    there_and_back = number * factor / factor
    assert compared("==", there_and_back, number)
    assert not compared("<", there_and_back, number)
    assert not compared(">", there_and_back, number)


def test_a_limit_that_was_converted_is_the_limit() -> None:
    assert compared("<=", 0.2, 0.19999999999999998)
    assert not compared("<", 0.3, 3 * 0.1)


def test_a_missing_number_is_never_the_same_less_or_more() -> None:
    for word in ("==", "<", "<=", ">", ">="):
        assert not compared(word, math.nan, 1.0)
