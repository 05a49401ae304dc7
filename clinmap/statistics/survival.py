"""Survival by Kaplan and Meier: the curve, its limits, and the times by which shares had events."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clinmap.statistics.proportion import Limits, normal_quantile

CLOSE = 1e-12
"""Two products of the same fractions that were multiplied in another order differ by less."""


class Step(NamedTuple):
    """The curve from one event time on, until the next."""

    time: float
    at_risk: int
    events: int
    survival: float
    variance: float
    """Greenwood's sum: the variance of the logarithm of `survival`; infinite where that is 0."""


@dataclass(frozen=True)
class Survival:
    """The curve of Kaplan and Meier: a step for each time with an event."""

    steps: tuple[Step, ...]
    last_time: float
    """The longest time, with or without an event: beyond it nothing is known."""

    def at(self, time: float) -> float:
        """The share without an event by a time; NaN beyond the longest one, if some are left.

        >>> round(kaplan_meier([31, 58, 58, 112], [True, True, False, True]).at(60), 4)
        0.5
        """
        step = self._step(time)
        left = step.survival if step else 1.0
        return left if time <= self.last_time or left == 0 else math.nan

    def limits(self, time: float, confidence: float = 95) -> Limits:
        """The limits of `at(time)` by Greenwood's variance on the scale of log(-log).

        Both are 1 before the first event; NaN where the share is 0 or not known.

        >>> curve = kaplan_meier([31, 58, 58, 112], [True, True, False, True])
        >>> tuple(round(limit, 4) for limit in curve.limits(60))
        (0.0578, 0.8449)
        """
        share, step = self.at(time), self._step(time)
        if share == 1:
            return Limits(1.0, 1.0)
        if step is None or not 0 < share < 1:
            return Limits(math.nan, math.nan)
        return _log_log(step, normal_quantile(confidence))

    def quantile(self, share: float = 0.5) -> float:
        """The time by which that share had an event (default: the median); NaN where too few had.

        Where the curve is exactly level at that share, the middle of the level until the next
        event; its begin where there is none.

        >>> kaplan_meier([1, 2, 3, 4], [True] * 4).quantile(), kaplan_meier([1], [False]).quantile()
        (2.5, nan)
        """
        return self._crossing([(step.time, step.survival) for step in self.steps], 1 - share)

    def quantile_limits(self, share: float = 0.5, confidence: float = 95) -> Limits:
        """The limits of `quantile`: where the limits of the curve cross (Brookmeyer and Crowley).

        NaN for a limit that the curve's never cross; where the curve is 0 they are not known.
        """
        z = normal_quantile(confidence)
        bands = [(step.time, _log_log(step, z)) for step in self.steps if 0 < step.survival < 1]
        low = [(time, band.lower) for time, band in bands]
        high = [(time, band.upper) for time, band in bands]
        return Limits(self._crossing(low, 1 - share), self._crossing(high, 1 - share))

    @staticmethod
    def _crossing(curve: Sequence[tuple[float, float]], level: float) -> float:
        """The first time below a level; with a step on it, the middle until the next event."""
        on_level = math.nan
        for time, left in curve:
            if left < level - CLOSE:
                return time if math.isnan(on_level) else (on_level + time) / 2
            if abs(left - level) <= CLOSE and math.isnan(on_level):
                on_level = time
        return on_level

    def _step(self, time: float) -> Step | None:
        place = bisect_right([step.time for step in self.steps], time)
        return self.steps[place - 1] if place else None


def kaplan_meier(times: Sequence[float], events: Sequence[bool]) -> Survival:
    """The curve of times that end in an event (true) or in a censoring.

    At one time events come before censorings. ValueError without any time, for a missing one, and
    where there are not as many `events` as `times`.

    >>> [(s.time, s.at_risk, round(s.survival, 4)) for s in
    ...  kaplan_meier([31, 58, 58, 112, 200], [True, True, False, True, False]).steps]
    [(31, 5, 0.8), (58, 4, 0.6), (112, 2, 0.3)]
    """
    if not times or len(times) != len(events):
        raise ValueError("a survival curve needs times, and an event or censoring for each")
    if any(math.isnan(time) for time in times):
        raise ValueError("a missing time has no place in a survival curve")
    return Survival(tuple(_steps(times, events)), max(times))


def _steps(times: Sequence[float], events: Sequence[bool]) -> Iterator[Step]:
    ended = Counter(time for time, event in zip(times, events, strict=True) if event)
    everyone = Counter(times)
    at_risk, survival, variance = len(times), 1.0, 0.0
    for time in sorted(everyone):
        died = ended[time]
        if died:
            survival *= 1 - died / at_risk
            variance += died / (at_risk * (at_risk - died)) if died < at_risk else math.inf
            yield Step(time, at_risk, died, survival, variance)
        at_risk -= everyone[time]


def _log_log(step: Step, z: float) -> Limits:
    if step.survival == 0:
        return Limits(math.nan, math.nan)
    logarithm = math.log(step.survival)
    reach = z * math.sqrt(step.variance) / logarithm
    lower, upper = (step.survival ** math.exp(sign * reach) for sign in (-1, 1))
    return Limits(lower, upper)
