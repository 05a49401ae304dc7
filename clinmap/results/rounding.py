"""Numbers as the tables print them: rounded half away from zero, and only here.

Source: the ROUND function of SAS, which takes a number within 1e-12 of a half for the half.
"""

from __future__ import annotations

import math

FUZZ = 1e-12
"""How far a number may be from a half and still count as one, for each unit of its size."""

SMALLEST_P = 0.0001


def rounded_text(number: float, digits: int = 0) -> str:
    """A number with so many decimals; a half goes away from zero.

    >>> rounded_text(2.5), rounded_text(-0.125, 2), rounded_text(1.005, 2), rounded_text(-0.001, 2)
    ('3', '-0.13', '1.01', '0.00')
    """
    scaled = abs(number) * 10**digits
    whole = math.floor(scaled + 0.5 + FUZZ * max(1.0, scaled))
    text = str(whole).rjust(digits + 1, "0")
    text = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return f"-{text}" if number < 0 and whole else text


def significant_text(number: float, figures: int = 3) -> str:
    """A number with so many figures, none of its whole part lost.

    >>> significant_text(2781.856), significant_text(0.20771), significant_text(12.4907)
    ('2782', '0.208', '12.5')
    """
    size = math.floor(math.log10(abs(number))) if number else 0
    return rounded_text(number, max(0, figures - 1 - size))


def percent_text(share: float, digits: int = 1) -> str:
    """A share as percent.

    >>> percent_text(0.125)
    '12.5'
    """
    return rounded_text(100 * share, digits)


def p_text(p_value: float) -> str:
    """A p-value with four decimals.

    >>> p_text(0.03344), p_text(0.00001)
    ('0.0334', '<0.0001')
    """
    return "<0.0001" if p_value < SMALLEST_P else rounded_text(p_value, 4)
