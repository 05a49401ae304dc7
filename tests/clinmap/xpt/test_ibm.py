"""IBM's floating point: exact both ways, special missing numbers, lengths below 8."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.xpt.ibm import (
    LARGEST,
    SMALLEST,
    from_ibm,
    loses_digits,
    missing_letters,
    out_of_range,
    tagged,
    to_ibm,
)

NUMBERS = st.one_of(
    st.just(0.0),
    st.floats(SMALLEST, LARGEST, exclude_max=True),
    st.floats(-LARGEST, -SMALLEST, exclude_min=True),
)


def exact(word: int) -> Fraction:
    """What an IBM double stands for, by the text of TS-140."""
    sign = -1 if word >> 63 else 1
    exponent, fraction = word >> 56 & 0x7F, word & (1 << 56) - 1
    return sign * Fraction(fraction, 1 << 56) * Fraction(16) ** (exponent - 64)


@given(st.lists(NUMBERS, max_size=20))
def test_every_number_in_range_is_exact(numbers: list[float]) -> None:
    """The word stands for the number, and its first digit is not 0."""
    values = np.array(numbers, dtype=float)
    words = to_ibm(values)
    assert [exact(word) for word in words.tolist()] == [Fraction(n) for n in numbers]
    assert all(word == 0 or word & (0xF << 52) for word in words.tolist())
    assert from_ibm(words).tolist() == numbers
    assert not out_of_range(values).any()


@given(st.lists(st.integers(0, (1 << 64) - 1), max_size=20))
def test_every_word_is_read_as_the_nearest_number(words: list[int]) -> None:
    """56 bits are rounded to 53; what has no fraction is 0 or missing."""
    found = from_ibm(np.array(words, dtype=np.uint64)).tolist()
    for word, value in zip(words, found, strict=True):
        if word & (1 << 56) - 1:
            assert value == float(exact(word))
        else:
            letter = chr(word >> 56)
            assert np.isnan(value) == (letter in "._" or "A" <= letter <= "Z")
            assert np.isnan(value) or value == 0


def test_edges_of_the_range() -> None:
    edge = np.nextafter(LARGEST, 0)
    values = np.array([edge, -edge, SMALLEST, -SMALLEST, 0.0, -0.0, 2.0**53 + 2, 0.1, 1 / 3, -1.0])
    assert from_ibm(to_ibm(values)).tolist() == values.tolist()
    bad = np.array([np.inf, -np.inf, LARGEST, -LARGEST, SMALLEST / 2, np.nextafter(SMALLEST, 0)])
    assert out_of_range(bad).all()
    assert not out_of_range(np.array([np.nan, tagged("Z")])).any()


def test_special_missing_numbers_keep_their_letters() -> None:
    letters = list("_ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    values = np.array([tagged(letter) for letter in letters] + [np.nan, -np.nan, 3.5, 0.0])
    assert np.isnan(values[:-2]).all()
    assert missing_letters(values).tolist() == [*letters, ".", ".", "", ""]
    words = to_ibm(values)
    assert [chr(word >> 56) for word in words[:-2].tolist()] == [*letters, ".", "."]
    assert not (words[:-2] & np.uint64((1 << 56) - 1)).any()
    assert missing_letters(from_ibm(words, tags=True)).tolist() == [*letters, ".", ".", "", ""]
    assert set(missing_letters(from_ibm(words)).tolist()) == {".", ""}
    for none in ("a", "AB", "", "1", "Ä"):
        with pytest.raises(ValueError, match="letter"):
            tagged(none)


def test_numbers_made_by_arithmetic_are_plain_missing() -> None:
    with np.errstate(invalid="ignore"):
        values = np.array([np.inf]) - np.array([np.inf])
    assert missing_letters(values).tolist() == ["."]


@pytest.mark.parametrize("length", range(2, 8))
def test_short_numbers_lose_digits_or_do_not(length: int) -> None:
    """The largest whole number that a length holds, and the next ones."""
    whole = 2.0 ** (8 * (length - 1))
    assert loses_digits(np.array([whole, -whole, 0.0, np.nan, 0.5]), length).tolist() == [False] * 5
    assert loses_digits(np.array([whole + 1, whole - 1]), length).tolist() == [True, False]
