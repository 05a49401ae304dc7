"""Reading results: signs, commas, words."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdtm.results import clean, read_result, read_results, shortest, standard_text


@pytest.mark.parametrize(
    ("text", "sign", "number", "digits"),
    [
        ("0.85", "", 0.85, "0.85"),
        ("0,85", "", 0.85, "0.85"),
        ("1,250", "", 1250.0, "1250"),
        ("1,234,567.5", "", 1234567.5, "1234567.5"),
        ("0,125", "", 0.125, "0.125"),
        ("<0.5", "<", 0.5, "0.5"),
        (">= 200", ">=", 200.0, "200"),
        ("-3", "", -3.0, "-3"),
        ("1e3", "", 1000.0, "1e3"),
    ],
)
def test_numbers(text: str, sign: str, number: float, digits: str) -> None:
    result = read_result(text)
    assert (result.sign, result.number, result.digits) == (sign, number, digits)


@pytest.mark.parametrize("text", ["1:160", "CLOTTED", "10-20", "1,2,3", "1.2.3", "<", "0x10"])
def test_words(text: str) -> None:
    result = read_result(text)
    assert (result.sign, result.number, result.digits) == ("", None, text)


@given(st.decimals(0, 10**6, places=3))
def test_a_decimal_comma_reads_as_the_point(number: object) -> None:
    written = f"{number:f}"
    groups_of_three = not written.startswith("0") and len(written.split(".", maxsplit=1)[0]) <= 3
    if not groups_of_three:
        assert read_result(written.replace(".", ",")).number == read_result(written).number


def test_missing_stays_missing() -> None:
    signs, numbers = read_results(pd.Series(["<1", None, "x"], dtype="str"))
    assert signs.isna().tolist() == [False, True, False]
    assert numbers.isna().tolist() == [False, True, True]


def test_a_limit_that_is_not_converted_stays_as_written() -> None:
    assert standard_text("<1.00", 1) == "<1.00"
    assert standard_text("< 0,50", 1) == "<0.50"
    assert standard_text("<0.1", 17.104) == "<1.7104"
    assert standard_text("4.20", 1) == "4.2"


@given(st.floats(1e-9, 1e9), st.floats(1e-3, 1e3))
def test_a_converted_text_reads_back_as_the_converted_number(number: float, factor: float) -> None:
    assert float(shortest(number * factor)) == clean(number * factor)
