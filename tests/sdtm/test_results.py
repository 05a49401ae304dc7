"""Reading results: signs, commas, words, titers, limits."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.units import Conversion
from sdtm.results import (
    Notation,
    beyond,
    read_result,
    read_results,
    read_titer,
    standard_text,
)


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
        ("≤3", "<=", 3.0, "3"),
        (".5", "", 0.5, "0.5"),
        ("-3", "", -3.0, "-3"),
        ("1e3", "", 1000.0, "1e3"),
    ],
)
def test_numbers(text: str, sign: str, number: float, digits: str) -> None:
    result = read_result(text)
    assert (result.sign, result.number, result.digits) == (sign, number, digits)


@pytest.mark.parametrize(
    "text",
    ["1:160", "CLOTTED", "10-20", "1,2,3", "1.2.3", "<", "0x10", "10-20%", "1e999", "*12.3", "nan",
     "inf", "1" * 400],
)  # fmt: skip
def test_words(text: str) -> None:
    result = read_result(text)
    assert (result.sign, result.number, result.digits) == ("", None, text)


@pytest.mark.parametrize(
    ("text", "notation", "number"),
    [
        ("0,85", Notation("comma"), 0.85),
        ("1.250", Notation("comma"), 1250.0),
        ("1.250,75", Notation("comma"), 1250.75),
        ("0.85", Notation("comma"), None),
        ("1,250", Notation("point"), 1250.0),
        ("0,85", Notation("point"), None),
        ("1,250", Notation("point", thousands=False), None),
        ("1,250", Notation("either", thousands=False), 1.25),
        ("1.250", Notation("comma", thousands=False), None),
    ],
)
def test_the_notation_of_a_field_is_kept(
    text: str, notation: Notation, number: float | None
) -> None:
    assert read_result(text, notation).number == number


@pytest.mark.parametrize(
    ("text", "sign", "number"), [("1:160", "", 160.0), ("<1:20", "<", 20.0), ("1/40", "", 40.0)]
)
def test_titers(text: str, sign: str, number: float) -> None:
    found = read_titer(text)
    assert found is not None
    assert (found.sign, found.number) == (sign, number)


@pytest.mark.parametrize("text", ["160", "2:160", "1:0", "1:", "positive"])
def test_what_is_no_titer(text: str) -> None:
    assert read_titer(text) is None


@pytest.mark.parametrize(
    ("text", "sign"), [("BLQ", "<"), ("bloq", "<"), ("OOR <", "<"), ("OOR >", ">"), ("ALQ", ">")]
)
def test_words_beyond_a_limit(text: str, sign: str) -> None:
    assert beyond(text) == (sign, "")


@given(st.decimals(0, 10**6, places=3))
def test_a_decimal_comma_reads_as_the_point(number: object) -> None:
    written = f"{number:f}"
    groups_of_three = not written.startswith("0") and len(written.split(".", maxsplit=1)[0]) <= 3
    if not groups_of_three:
        assert read_result(written.replace(".", ",")).number == read_result(written).number


@given(st.decimals(0, 10**9, places=2))
def test_every_notation_reads_what_it_writes(number: object) -> None:
    english, german = f"{number:,.2f}", f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
    value = float(str(number))
    assert read_result(english, Notation("point")).number == value
    assert read_result(german, Notation("comma")).number == value


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_a_word(text: str) -> None:
    result = read_result(text)
    assert result.number is not None or (result.digits == text.strip() and not result.sign)


def test_missing_stays_missing() -> None:
    signs, numbers = read_results(pd.Series(["<1", None, "x"], dtype="str"))
    assert signs.isna().tolist() == [False, True, False]
    assert numbers.isna().tolist() == [False, True, True]


def test_a_limit_that_is_not_converted_stays_as_written() -> None:
    assert standard_text(read_result("<1.00")) == "<1.00"
    assert standard_text(read_result("< 0,50")) == "<0.50"
    assert standard_text(read_result("<0.1"), Conversion(Fraction("17.104"))) == "<1.7104"
    assert standard_text(read_result("4.20")) == "4.2"


@given(st.decimals(0, 1000, places=3), st.decimals("0.001", 1000, places=3))
def test_a_converted_text_is_the_exact_product(number: object, factor: object) -> None:
    text = standard_text(read_result(f"{number:f}"), Conversion(Fraction(str(factor))))
    assert Fraction(text) == Fraction(str(number)) * Fraction(str(factor))
