"""Confidence limits of a proportion, and of the difference of two."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple


class Limits(NamedTuple):
    """The two ends of a confidence interval."""

    lower: float
    upper: float


def exact_limits(events: int, total: int, confidence: float = 95) -> Limits:
    """The limits of Clopper and Pearson (1934, Biometrika 26, 404-413), two-sided, in proportions.

    `confidence` is in percent. The lower limit of no events is 0, the upper one of nothing but
    events 1. ValueError where the counts are no proportion.

    >>> tuple(round(100 * limit, 2) for limit in exact_limits(1, 6))
    (0.42, 64.12)
    """
    _proportion(events, total)
    tail = (1 - confidence / 100) / 2
    return Limits(1 - _upper(total - events, total, tail), _upper(events, total, tail))


def wilson_limits(events: int, total: int, confidence: float = 95) -> Limits:
    """The score limits of Wilson (1927), without a correction for continuity.

    >>> tuple(round(limit, 4) for limit in wilson_limits(56, 70))
    (0.6918, 0.877)
    """
    found = _proportion(events, total)
    z = normal_quantile(confidence)
    middle = found + z * z / (2 * total)
    half = z * math.sqrt(found * (1 - found) / total + (z / total) ** 2 / 4)
    scale = 1 + z * z / total
    return Limits(max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale))


def newcombe_limits(
    events: int, total: int, other_events: int, other_total: int, confidence: float = 95
) -> Limits:
    """Limits of the first proportion minus the other: Newcombe's method 10, by Wilson's limits.

    Source: Newcombe 1998, Statistics in Medicine 17, 873-890.

    >>> tuple(round(limit, 4) for limit in newcombe_limits(56, 70, 48, 80))
    (0.0524, 0.3339)
    """
    first, second = _proportion(events, total), _proportion(other_events, other_total)
    one = wilson_limits(events, total, confidence)
    two = wilson_limits(other_events, other_total, confidence)
    difference = first - second
    return Limits(
        difference - math.hypot(first - one.lower, two.upper - second),
        difference + math.hypot(one.upper - first, second - two.lower),
    )


def normal_quantile(confidence: float) -> float:
    """How many standard deviations a two-sided interval of that percentage reaches.

    >>> round(normal_quantile(95), 6)
    1.959964
    """
    if not 0 < confidence < 100:
        raise ValueError(f"a confidence of {confidence} percent is not between 0 and 100")
    return NormalDist().inv_cdf(0.5 + confidence / 200)


def _proportion(events: int, total: int) -> float:
    if not 0 <= events <= total or total == 0:
        raise ValueError(f"{events} events of {total} are no proportion")
    return events / total


def _upper(events: int, total: int, tail: float) -> float:
    """The proportion at which so few events are as rare as `tail`, by halving.

    >>> round(_upper(0, 6, 0.025), 4)
    0.4593
    """
    if events == total:
        return 1.0
    low, high = events / total, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if _at_most(events, total, middle) > tail else (low, middle)
    return high


def _at_most(events: int, total: int, proportion: float) -> float:
    """The binomial probability of at most so many events, by logarithms for large numbers."""
    yes, no = math.log(proportion), math.log1p(-proportion)
    whole = math.lgamma(total + 1)
    return math.fsum(
        math.exp(
            whole - math.lgamma(n + 1) - math.lgamma(total - n + 1) + n * yes + (total - n) * no
        )
        for n in range(events + 1)
    )
