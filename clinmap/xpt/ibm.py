"""Numbers of transport files: IBM's floating point of base 16, to and from IEEE doubles.

An IBM double has a sign, an exponent of 16 in excess of 64 in 7 bits, and a fraction of 56 bits
whose first hexadecimal digit is not 0. Every IEEE double from 2**-260 up to 2**252 has exactly one
such form. A number of a length below 8 lacks its last bytes. A missing number is its letter
(`.`, `_`, `A` to `Z`) before zeros.

Source: TS-140, Numeric Data Fields and Missing Values.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]

LARGEST: Final = 2.0**252
"""The first power of two that is too large."""
SMALLEST: Final = 2.0**-260
"""The smallest number that has a first hexadecimal digit."""
SHORTEST, LONGEST = 2, 8
"""The bytes that a number may have; SAS makes 2 on mainframes only."""

_U = np.uint64
_SIGN, _FRACTION = _U(1 << 63), _U((1 << 56) - 1)
_EXPONENT = _U(0x7FF << 52)
_MANTISSA, _FIRST = _U((1 << 52) - 1), _U(1 << 52)
_PAYLOAD = _U((1 << 51) - 1)
_NAN = _U(0x7FF8 << 48)
_DOT = _U(ord(".") << 56)
_LETTERS = np.zeros(256, dtype=bool)
_LETTERS[[ord(letter) for letter in "_ABCDEFGHIJKLMNOPQRSTUVWXYZ"]] = True
_LOWEST, _HIGHEST = np.array([SMALLEST, LARGEST]).view(_U)
_SPAN = _HIGHEST - _LOWEST
_PIECE: Final = 1 << 14
"""The numbers that are looked at at a time: they stay in the processor's caches."""
_POWERS = np.ldexp(1.0, 4 * (np.arange(128) - 64) - 56)
_SCALES = np.concatenate([_POWERS, -_POWERS])


def to_ibm(values: Floats) -> Words:
    """The IBM doubles of numbers, as 64-bit integers of this machine's byte order.

    Numbers must be 0, missing, or within the range (`out_of_range` tells). NaN is the missing
    number `.`, or the special one that `tagged` made it.

    >>> [hex(word) for word in to_ibm(np.array([1.0, -118.625, 0.0, np.nan])).tolist()]
    ['0x4110000000000000', '0xc276a00000000000', '0x0', '0x2e00000000000000']
    """
    bits = np.ascontiguousarray(values).view(_U)
    exponents = (bits & _EXPONENT) >> _U(52)
    words = ((bits & _MANTISSA) | _FIRST) << _U(3)
    # the fraction moves right until the power of 2 is a power of 16; the modulus does the borrowing
    words >>= (_U(2) - exponents) & _U(3)
    words |= ((exponents - _U(763)) >> _U(2)) << _U(56)
    words |= bits & _SIGN
    odd = (exponents == 0) | (exponents == _U(0x7FF))
    if odd.any():
        words[odd] = _without_value(bits[odd])
    return words


def _without_value(bits: Words) -> Words:
    """The words of zeros and missing numbers."""
    payload = bits & _PAYLOAD
    letters = (payload < _U(256)) & _LETTERS[(payload & _U(255)).astype(np.intp)]
    missing = np.where(letters, payload << _U(56), _DOT)
    return np.where((bits & _EXPONENT) == 0, _U(0), missing)


def from_ibm(words: Words, *, tags: bool = False) -> Floats:
    """The numbers that IBM doubles stand for, rounded to the nearest double; missing ones are NaN.

    With `tags`, NaN keeps which special missing number it is (see `missing_letters`).

    >>> from_ibm(np.array([0x4110 << 48, 0x2E << 56, 0], dtype=np.uint64)).tolist()
    [1.0, nan, 0.0]
    """
    fractions = words & _FRACTION
    values: Floats = fractions.astype(np.float64)
    values *= _SCALES[(words >> _U(56)).astype(np.intp)]
    empty = fractions == 0
    if empty.any():
        letters = words[empty] >> _U(56)
        special = _LETTERS[letters.astype(np.intp)]
        missing = special | (letters == ord("."))
        payload = np.where(special, letters, _U(0)) if tags else np.zeros_like(letters)
        values[empty] = np.where(missing, (_NAN | payload).view(np.float64), 0.0)
    return values


def tagged(letter: str) -> float:
    """A special missing number: NaN that is written as this letter.

    >>> missing_letters(np.array([tagged("A"), tagged("_"), np.nan, 1.0])).tolist()
    ['A', '_', '.', '']
    """
    if len(letter) != 1 or ord(letter) > 255 or not _LETTERS[ord(letter)]:
        raise ValueError("a special missing number has a letter from A to Z or an underscore")
    return float(np.array([_NAN | _U(ord(letter))]).view(np.float64)[0])


def missing_letters(values: Floats) -> npt.NDArray[np.str_]:
    """How each missing number is written, `.` or a letter; an empty text where there is a value."""
    words = to_ibm(np.where(np.isnan(values), values, 0.0))
    return (words >> _U(56)).astype(np.uint32).view("U1")


def out_of_range(values: Floats) -> npt.NDArray[np.bool_]:
    """Which numbers have no IBM double: infinite, too large, or too small but not 0.

    >>> out_of_range(np.array([np.inf, 2.0**252, 2.0**-261, 0.0, np.nan, -1.0])).tolist()
    [True, True, True, False, False, False]
    """
    words = np.ascontiguousarray(values).view(_U)
    found = np.zeros(len(words), dtype=bool)
    for start in range(0, len(words), _PIECE):
        bits = words[start : start + _PIECE] & ~_SIGN
        # what is below the smallest wraps to the largest integers
        bad = (bits - _LOWEST) >= _SPAN
        if bad.any():
            found[start : start + _PIECE] = bad & (bits != 0) & (bits <= _EXPONENT)
    return found


def loses_digits(values: Floats, length: int) -> npt.NDArray[np.bool_]:
    """Which numbers are not the same when a length below 8 has cut their last bytes.

    >>> loses_digits(np.array([1.0, 0.1, np.nan]), 3).tolist()
    [False, True, False]
    """
    lost: npt.NDArray[np.bool_] = (to_ibm(values) & _U((1 << 8 * (LONGEST - length)) - 1)) != 0
    return lost
