"""Results as text: which are numbers, how they are written, and with which sign before them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_NUMBER = re.compile(r"(?P<sign>[<>]=?|)\s*(?P<number>[-+]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?)")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")


@dataclass(frozen=True, slots=True)
class Result:
    """A result read: the sign before it (`<`, `>`, or none), its number (None: it is a word).

    `digits` is the number as written, but with a decimal point and without commas; of a word it is
    the word.
    """

    sign: str
    number: float | None
    digits: str


def read_result(text: str) -> Result:
    """Read one result. `1,250` has thousands, `0,85` a decimal comma, `1:160` is a text.

    A comma parts thousands only where groups of three follow a first group that does not begin with
    0; any other single comma is a decimal comma.

    >>> read_result("< 0,50"), read_result("1,250").number, read_result("1:160").number
    (Result(sign='<', number=0.5, digits='0.50'), 1250.0, None)
    """
    text = text.strip()
    match = _NUMBER.fullmatch(text)
    if match is None:
        return Result("", None, text)
    digits = match["number"]
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(digits):
        digits = digits.replace(",", ".")
    try:
        return Result(match["sign"], float(digits), digits)
    except ValueError:
        return Result("", None, text)


def read_results(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The signs and the numbers of results, each distinct one read once; a word has neither."""
    known = {text: read_result(text) for text in values.dropna().unique()}
    signs = values.map({text: result.sign for text, result in known.items()}).astype("str")
    numbers = values.map({text: result.number for text, result in known.items()})
    return signs, numbers.astype("float64")


def standard_text(text: str, factor: float) -> str:
    """A result times a factor, as text; a limit that is not converted stays as it was written.

    >>> standard_text("0,85", 88.4), standard_text("<1.00", 1), standard_text("<0.5", 10)
    ('75.14', '<1.00', '<5')
    """
    result = read_result(text)
    if result.number is None:
        return text
    if result.sign and factor == 1:
        return result.sign + result.digits
    return result.sign + shortest(result.number * factor)


def shortest(number: float) -> str:
    """A converted number as text, without the noise of binary arithmetic.

    >>> shortest(0.85 * 88.4)
    '75.14'
    """
    from clinmap.frames import decimal_text

    return decimal_text(clean(number))


def clean(number: float) -> float:
    """The number with 12 significant digits: enough for any assay, too few for binary noise."""
    return float(f"{number:.12g}")
