"""Comparing numbers that differ in their last binary digits only.

Converted units and multiples of limits (`3 * 0.1`) are rarely exact; a result of 0.3 is not above
a limit of 0.3 because of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    Comparison = Callable[[pd.Series, pd.Series], pd.Series]

RELATIVE: Final = 1e-14
"""Numbers that differ by no more than this share of the greater one are the same."""


def same(left: pd.Series, right: pd.Series) -> pd.Series:
    """Where two numbers are the same, but for their last binary digits; a missing one never is.

    >>> import pandas as pd
    >>> same(pd.Series([3 * 0.1, 0.3]), pd.Series([0.3, 0.31])).tolist()
    [True, False]
    """
    greater = left.abs().where(left.abs() >= right.abs(), right.abs())
    return (left == right) | ((left - right).abs() <= RELATIVE * greater)


def below(left: pd.Series, right: pd.Series) -> pd.Series:
    """Where the left number is truly less; a missing one never is."""
    return (left < right) & ~same(left, right)


def above(left: pd.Series, right: pd.Series) -> pd.Series:
    """Where the left number is truly greater; a missing one never is."""
    return (left > right) & ~same(left, right)


COMPARISONS: dict[str, Comparison] = {
    "==": same,
    "!=": lambda left, right: ~same(left, right),
    "<": below,
    "<=": lambda left, right: below(left, right) | same(left, right),
    ">": above,
    ">=": lambda left, right: above(left, right) | same(left, right),
}
"""The comparisons of the expression language, for numbers."""
