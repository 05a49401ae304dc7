"""Results as text: which are numbers, how they are written, and with which sign before them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from clinmap.units import SAME, Conversion, converted

if TYPE_CHECKING:
    import pandas as pd

Mark = Literal["point", "comma", "either"]

_NUMBER = re.compile(
    r"(?P<sign>[<>]=?|[≤≥]|)\s*(?P<number>[-+]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][-+]?\d{1,2})?)"
)
_TITER = re.compile(r"(?P<sign>[<>]=?|[≤≥]|)\s*1\s*[:/]\s*(?P<number>[1-9]\d*)")
_BELOW = re.compile(r"(?i:BLQ|BLOQ|BQL|LLOQ|<\s*LLOQ|<\s*LOQ|OOR\s*<)(?:\s*\((?P<limit>.+)\))?")
_ABOVE = re.compile(r"(?i:ALQ|ALOQ|AQL|>\s*ULOQ|OOR\s*>)(?:\s*\((?P<limit>.+)\))?")
_SIGNS = {"≤": "<=", "≥": ">="}


@dataclass(frozen=True, slots=True)
class Notation:
    """How numbers are written: which mark stands before the decimals, and whether the other one may
    part thousands."""

    decimal: Mark = "either"
    thousands: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """A result read: the sign before it (`<`, `>`, or none), its number (None: it is a word).

    `digits` is the number as written, but with a decimal point and without commas; of a word it is
    the word. A `titer` is written with `1:` before its number.
    """

    sign: str
    number: float | None
    digits: str
    titer: bool = False


EITHER: Final = Notation()


def read_result(text: str, notation: Notation = EITHER) -> Result:
    """Read one result. `1,250` has thousands, `0,85` a decimal comma, `1:160` is a text.

    Where the notation does not say, a comma parts thousands only where groups of three follow a
    first group that does not begin with 0; any other single comma is a decimal comma.

    >>> read_result("< 0,50"), read_result("1,250").number, read_result("1:160").number
    (Result(sign='<', number=0.5, digits='0.50', titer=False), 1250.0, None)
    >>> read_result("1.250,5", Notation("comma")).number, read_result("0,85", Notation("point"))
    (1250.5, Result(sign='', number=None, digits='0,85', titer=False))
    """
    text = text.strip()
    match = _NUMBER.fullmatch(text)
    digits = _plain(match["number"], notation) if match else None
    if match is None or digits is None or not math.isfinite(float(digits)):
        return Result("", None, text)
    sign = match["sign"]
    return Result(_SIGNS.get(sign, sign), float(digits), digits)


def read_titer(text: str) -> Result | None:
    """Read a titer such as `1:160` or `<1:20`; None where the text is none.

    >>> read_titer("<1:20")
    Result(sign='<', number=20.0, digits='20', titer=True)
    """
    match = _TITER.fullmatch(text.strip())
    if match is None:
        return None
    sign = match["sign"]
    return Result(_SIGNS.get(sign, sign), float(match["number"]), match["number"], titer=True)


def beyond(text: str) -> tuple[str, str] | None:
    """The sign that a word for a result beyond a limit stands for, and the limit it names itself.

    >>> beyond("BLQ"), beyond("BLQ(<1.00)"), beyond("OOR >"), beyond("trace")
    (('<', ''), ('<', '<1.00'), ('>', ''), None)
    """
    for sign, pattern in (("<", _BELOW), (">", _ABOVE)):
        if match := pattern.fullmatch(text.strip()):
            return sign, (match["limit"] or "").strip()
    return None


def read_results(
    values: pd.Series, notation: Notation = EITHER, *, titer: bool = False
) -> tuple[pd.Series, pd.Series]:
    """The signs and the numbers of results, each distinct one read once; a word has neither."""
    known: dict[str, Result] = {}
    for text in values.dropna().unique():
        found = read_titer(text) if titer else None
        known[text] = found or read_result(text, notation)
    signs = values.map({text: result.sign for text, result in known.items()}).astype("str")
    numbers = values.map({text: result.number for text, result in known.items()})
    return signs, numbers.astype("float64")


def standard_text(result: Result, by: Conversion = SAME, decimals: int | None = None) -> str:
    """A result converted, as text; a limit that is not converted stays as it was written.

    >>> from fractions import Fraction
    >>> standard_text(read_result("0,85"), Conversion(Fraction("88.4")))
    '75.14'
    >>> standard_text(read_result("<1.00")), standard_text(read_result("4.20"))
    ('<1.00', '4.2')
    """
    if result.number is None:
        return result.digits
    if result.titer:
        return f"{result.sign}1:{result.digits}"
    if result.sign and not by.changes:
        return result.sign + result.digits
    return result.sign + converted(result.digits, by, decimals)


def _plain(number: str, notation: Notation) -> str | None:
    """The number with a decimal point and without marks of thousands; None where it is not so."""
    mantissa, e, exponent = number.lower().partition("e")
    if notation.decimal == "either":
        mark = "," if _is_decimal_comma(mantissa, notation) else "."
    else:
        mark = "." if notation.decimal == "point" else ","
    other = "," if mark == "." else "."
    whole, _, decimals = mantissa.partition(mark)
    groups = rf"[-+]?[1-9]\d{{0,2}}(?:{re.escape(other)}\d{{3}})+"
    if notation.thousands and re.fullmatch(groups, whole):
        whole = whole.replace(other, "")
    if not re.fullmatch(r"[-+]?\d*", whole) or not re.fullmatch(r"\d*", decimals):
        return None
    whole = whole + "0" if whole in ("", "-", "+") else whole
    return whole + (f".{decimals}" if decimals else "") + (f"e{exponent}" if e else "")


def _is_decimal_comma(number: str, notation: Notation) -> bool:
    """Whether the only comma is a decimal one: where it could part thousands it does."""
    grouped = re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+", number)
    return number.count(",") == 1 and "." not in number and not (grouped and notation.thousands)
