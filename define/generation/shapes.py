"""Data type, length and significant digits of items, from the Plan's type and the facts.

The rule is that metadata is true of the data: a declared integer with fractions is described as
float, a float whose values are all whole as integer. Text stays text at the level of variables; a
value-level group of text that is all numbers is described as such, unless the Plan declares a type.

Source: Define-XML 2.1, section 5.3.11 (ItemDef: DataType, Length, SignificantDigits).
"""

from __future__ import annotations

import re

from clinmap.facts import ValueFacts
from clinmap.plan import DataType, Purpose
from define.generation.drafts import Shape

MEASURED_TYPES = ("text", "integer", "float")
"""The data types for which Define-XML wants a Length."""

_LEADING_ZERO = re.compile(r"^[+-]?0[0-9]")


def variable_shape(
    declared: DataType, facts: ValueFacts, purpose: Purpose, length: int = 0, digits: int = 0
) -> Shape:
    """The shape of a variable; `length` and `digits` are declared minima (0: as measured).

    Dates and times are ISO 8601 text in tabulations (no Length) and SAS numbers in analysis data. A
    variable without any value keeps its declared type, with Length 1 and 0 significant digits.

    >>> variable_shape("float", ValueFacts(3, 4, ("1.25", "2"), True, False, 2), "Analysis")
    Shape(data_type='float', length=4, significant_digits=2)
    """
    kind = _kind(declared, purpose)
    if kind not in MEASURED_TYPES:
        return Shape(kind)
    if kind != "text" and facts.count:
        kind = "integer" if facts.integer else "float"
    return _measured(kind, facts, length, digits)


def value_shape(declared: DataType | None, character: bool, facts: ValueFacts) -> Shape:
    """The shape of a value-level item of a character variable or of a number.

    Numbers with leading zeros (`007`) are text: they are names, not amounts.

    >>> value_shape(None, True, ValueFacts(2, 3, ("4.5", "5.1"), True, False, 1))
    Shape(data_type='float', length=3, significant_digits=1)
    """
    if not character:
        return _measured("integer" if facts.integer else "float", facts)
    if declared is not None and declared not in ("integer", "float"):
        return _measured("text", facts) if declared == "text" else Shape(declared)
    numeric = facts.integer or facts.digits > 0
    if not numeric or any(_LEADING_ZERO.match(value) for value in facts.values):
        return _measured("text", facts)
    return _measured("integer" if facts.integer else "float", facts)


def _kind(declared: DataType, purpose: Purpose) -> str:
    if purpose == "Analysis" and declared in ("date", "datetime", "time"):
        return "integer"
    return declared


def _measured(kind: str, facts: ValueFacts, length: int = 0, digits: int = 0) -> Shape:
    places = max(digits, facts.digits) if kind == "float" else None
    return Shape(kind, max(length, facts.length, 1), places)
