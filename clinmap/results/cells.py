"""The values of a table's cells: counts, shares with limits, numbers, and why there is none."""

from __future__ import annotations

import math

from clinmap.results.rounding import p_text, percent_text, rounded_text, significant_text
from clinmap.results.shown import Records, Value
from clinmap.statistics.proportion import Limits

NONE = "NE"
"""Not estimable: what stands where there is no estimate; the reason is a footnote."""

NO_RECORDS = "there are no records"
COMPARISON = "comparison"
"""The key of the column in which a comparison of groups stands."""


def no_estimate(why: str, records: Records | None = None) -> Value:
    """A value that says that there is none, and why."""
    return Value(NONE, None, records, why)


def count_of(count: int, total: int, records: Records) -> Value:
    """A count with its share in percent; without a share where nobody could have been counted.

    >>> count_of(3, 12, Records("ADAE", ())).text
    '3 (25.0)'
    """
    share = f" ({percent_text(count / total)})" if total and count else ""
    return Value(f"{count}{share}", float(count), records)


def number_of(number: float, records: Records, digits: int | None, why: str) -> Value:
    """A number with so many decimals (None: three figures); NE with `why` where it is none."""
    if not math.isfinite(number):
        return no_estimate(why, records)
    text = significant_text(number) if digits is None else rounded_text(number, digits)
    return Value(text, number, records)


def p_of(p_value: float, records: Records) -> Value:
    """A p-value."""
    return Value(p_text(p_value), p_value, records)


def limits_text(limits: Limits, digits: int, scale: float = 1.0) -> str:
    """An interval in brackets; an end that is not known is NE, and one without end infinity.

    >>> limits_text(Limits(0.0042, 0.6412), 1, 100), limits_text(Limits(1.0, math.nan), 1)
    ('(0.4; 64.1)', '(1.0; NE)')
    """
    ends = []
    for end in limits:
        known = rounded_text(end * scale, digits) if math.isfinite(end) else NONE
        ends.append("infinity" if end == math.inf else known)
    return f"({ends[0]}; {ends[1]})"
