"""Parameters of one concentration-time profile, as a pharmacometrician works them out.

Linear-up log-down trapezoids; the terminal slope is that of the last points (three or more, after
the maximum) with the best adjusted R squared, the longer stretch where two are as good. A result
below quantitation counts as 0 before the first measurable one and is left out after it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

FEWEST_POINTS = 3
AS_GOOD = 1e-4

Point = tuple[float, float]
"""Hours since the dose, and concentration."""


@dataclass(frozen=True)
class Terminal:
    """The terminal phase: its slope per hour, how many points it has and how well they lie."""

    slope: float
    points: int
    adjusted_r_squared: float


def measurable(times: Sequence[float], levels: Sequence[float | None]) -> list[Point]:
    """Return the points that count; a level of 0 is below quantitation, None was not measured."""
    points: list[Point] = []
    for time, level in zip(times, levels, strict=True):
        before = not any(found for _, found in points)
        if level is not None and (level > 0 or before):
            points.append((max(time, 0.0), level))
    return points


def _segment(start: Point, end: Point) -> float:
    """Return the area between two points: linear upwards, logarithmic downwards."""
    width = end[0] - start[0]
    if 0 < end[1] < start[1]:
        return (start[1] - end[1]) / math.log(start[1] / end[1]) * width
    return (start[1] + end[1]) / 2 * width


def area(points: Sequence[Point]) -> float:
    """Return the area under the curve from the first to the last point."""
    return sum(_segment(start, end) for start, end in pairwise(points))


def _moment_segment(start: Point, end: Point) -> float:
    """Return the area under time x concentration between two points, by the same rule."""
    (left, low), (right, high) = start, end
    if 0 < high < low:
        slope = math.log(low / high) / (right - left)
        return (left * low - right * high) / slope + (low - high) / slope**2
    return (left * low + right * high) / 2 * (right - left)


def moment_area(points: Sequence[Point]) -> float:
    """Return the area under the curve of time x concentration."""
    return sum(_moment_segment(start, end) for start, end in pairwise(points))


def maximum(points: Sequence[Point]) -> Point:
    """Return the first point with the highest concentration."""
    return max(points, key=lambda point: (point[1], -point[0]))


def terminal(points: Sequence[Point]) -> Terminal | None:
    """Return the terminal phase, or None where fewer than three points fall after the maximum."""
    top = maximum(points)[0]
    falling = [point for point in points if point[0] > top and point[1] > 0]
    counts = range(FEWEST_POINTS, len(falling) + 1)
    fits = [fit for fit in (_fit(falling[-count:]) for count in counts) if fit.slope > 0]
    if not fits:
        return None
    best = max(fit.adjusted_r_squared for fit in fits)
    return [fit for fit in fits if fit.adjusted_r_squared >= best - AS_GOOD][-1]


def _fit(points: Sequence[Point]) -> Terminal:
    count = len(points)
    times, logs = [time for time, _ in points], [math.log(level) for _, level in points]
    middle, height = sum(times) / count, sum(logs) / count
    spread = sum((time - middle) ** 2 for time in times)
    together = sum((t - middle) * (y - height) for t, y in zip(times, logs, strict=True))
    total = sum((y - height) ** 2 for y in logs)
    explained = together**2 / (spread * total) if total else 0.0
    adjusted = 1 - (1 - explained) * (count - 1) / (count - 2)
    return Terminal(-together / spread, count, adjusted)


def area_until(points: Sequence[Point], end: float, phase: Terminal | None) -> float | None:
    """Return the area from time 0 to ``end``; None where the curve does not reach that far.

    Without a point at ``end`` the curve is read between its neighbours, or beyond the last point by
    the terminal slope.
    """
    if not points or points[0][0] > 0:
        return None
    level = _level_at(points, end, phase)
    if level is None:
        return None
    return area([*(point for point in points if point[0] < end), (end, level)])


def _level_at(points: Sequence[Point], end: float, phase: Terminal | None) -> float | None:
    last_time, last_level = points[-1]
    if end > last_time:
        return last_level * math.exp(-phase.slope * (end - last_time)) if phase else None
    after = next(place for place, point in enumerate(points) if point[0] >= end)
    (left, low), (right, high) = points[max(after - 1, 0)], points[after]
    if right == end:
        return high
    share = (end - left) / (right - left)
    if 0 < high < low:
        return low * math.exp(share * math.log(high / low))
    return low + (high - low) * share
