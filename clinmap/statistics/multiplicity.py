"""Several tests at once."""

from __future__ import annotations

from collections.abc import Sequence


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """The p-values of a family adjusted for the share of false discoveries, in their order.

    Source: Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57, 289-300.
    ValueError where one is not between 0 and 1 (a missing one is not).

    >>> false_discovery([0.01, 0.04, 0.03, 0.5])
    [0.04, 0.05333333333333334, 0.05333333333333334, 0.5]
    """
    if not all(0 <= value <= 1 for value in p_values):
        raise ValueError("a p-value is between 0 and 1")
    order = sorted(range(len(p_values)), key=lambda place: p_values[place], reverse=True)
    adjusted, least = [0.0] * len(p_values), 1.0
    for rank, place in zip(range(len(order), 0, -1), order, strict=True):
        least = min(least, p_values[place] * len(order) / rank)
        adjusted[place] = least
    return adjusted
