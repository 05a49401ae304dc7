"""A table of two by two counts: Fisher's exact test, and the odds ratio with exact limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from clinmap.statistics.proportion import Limits


class Counts(NamedTuple):
    """A table of two by two: with and without the event, in one group and the other."""

    events: int
    without: int
    other_events: int
    other_without: int


def fisher_test(table: Counts) -> float:
    """The two-sided p-value of Fisher's exact test.

    It is the probability of all tables with the same totals that are no more likely than this one,
    worked out in whole numbers: tables that are equally likely are equal. A table in which a row or
    a column is empty has 1. ValueError where a count is below 0.

    >>> round(fisher_test(Counts(7, 17, 0, 14)), 4)
    0.0334
    """
    weights = _weights(table)
    own = weights[table.events - _least(table)]
    return float(Fraction(sum(w for w in weights if w <= own), sum(weights)))


def odds_ratio(table: Counts) -> float:
    """The odds ratio under fixed totals (conditional maximum likelihood); NaN if any will do.

    >>> round(odds_ratio(Counts(3, 1, 1, 3)), 4)
    6.4083
    """
    weights = _weights(table)
    if len(weights) == 1:
        return math.nan
    if table.events == _least(table):
        return 0.0
    if table.events == _least(table) + len(weights) - 1:
        return math.inf
    place = table.events - _least(table)
    return _root(weights, lambda chances: sum(n * p for n, p in enumerate(chances)) - place)


def odds_ratio_limits(table: Counts, confidence: float = 95) -> Limits:
    """Exact two-sided limits of the odds ratio, each with half of what `confidence` leaves.

    >>> tuple(round(limit, 3) for limit in odds_ratio_limits(Counts(3, 1, 1, 3)))
    (0.212, 626.244)
    """
    weights = _weights(table)
    place, tail = table.events - _least(table), (1 - confidence / 100) / 2
    lower, upper = 0.0, math.inf
    if place > 0:
        lower = _root(weights, lambda chances: math.fsum(chances[place:]) - tail)
    if place < len(weights) - 1:
        upper = _root(weights, lambda chances: tail - math.fsum(chances[: place + 1]))
    return Limits(lower, upper)


def _least(table: Counts) -> int:
    """The fewest events in the first group that the totals allow."""
    return max(0, table.events - table.other_without)


def _weights(table: Counts) -> list[int]:
    """In how many ways each table with these totals comes about, by the events of the first group.

    >>> _weights(Counts(1, 1, 1, 1))
    [1, 4, 1]
    """
    if min(table) < 0:
        raise ValueError("a count below 0 is none")
    first, other = table.events + table.without, table.other_events + table.other_without
    events = table.events + table.other_events
    most = min(first, events)
    return [
        math.comb(first, n) * math.comb(other, events - n) for n in range(_least(table), most + 1)
    ]


def _root(weights: Sequence[int], rising: Callable[[list[float]], float]) -> float:
    """The odds ratio at which what rises with it is 0, by halving its logarithm."""
    logs = [math.log(weight) for weight in weights]
    low, high = -1.0, 1.0
    while rising(_chances(logs, low)) > 0:
        low *= 2
    while rising(_chances(logs, high)) < 0:
        high *= 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if rising(_chances(logs, middle)) > 0 else (middle, high)
    return math.exp(high)


def _chances(logs: Sequence[float], log_odds: float) -> list[float]:
    """How likely each table is where the odds ratio is not 1."""
    moved = [value + n * log_odds for n, value in enumerate(logs)]
    most = max(moved)
    parts = [math.exp(value - most) for value in moved]
    whole = math.fsum(parts)
    return [part / whole for part in parts]
