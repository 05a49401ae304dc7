"""The terminal phase: the line through the logarithms of the last concentrations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adam.pharmacokinetics.profiles import Profiles, at

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SlopeRule:
    """Which points make the line.

    The last points after the highest concentration, at least `minimum`; of all choices that with
    the highest adjusted R squared, and of those within `tolerance` of it the one with most points.
    `points` takes exactly so many in the place of the best, `with_peak` may begin at the highest
    concentration.
    """

    minimum: int = 3
    tolerance: float = 1e-4
    points: int | None = None
    with_peak: bool = False


@dataclass(frozen=True, slots=True)
class Terminal:
    """The line of each profile; all missing where no choice of points falls."""

    rate: Vector
    points: Vector
    lower: Vector
    upper: Vector
    correlation: Vector
    r_squared: Vector
    adjusted: Vector
    last_predicted: Vector


def terminal_phase(
    profiles: Profiles, rule: SlopeRule, begin: Vector, window: tuple[Vector, Vector]
) -> Terminal:
    """The terminal line of each profile.

    `begin` is the time from which points count (the end of an infusion; missing: any). Where both
    ends of `window` are there, its points are taken, and neither chosen nor bound to the peak.
    """
    import numpy as np

    time, logs = _backwards(profiles, window)
    lines = _lines(time, logs)
    number = np.arange(1, time.shape[1] + 1)
    given = ~np.isnan(window[0]) & ~np.isnan(window[1])
    counts = (~np.isnan(time)).sum(axis=1)
    allowed = _after_peak(profiles, time, rule) & (time > _or_lowest(begin)[:, None])
    allowed &= number == rule.points if rule.points else number >= rule.minimum
    usable = np.where(given[:, None], (number == counts[:, None]) & (number >= 3), allowed)
    usable &= (lines.rate > 0) & ~np.isnan(lines.adjusted)
    return _taken(lines, _best(np.where(usable, lines.adjusted, -np.inf), rule.tolerance))


def _or_lowest(values: Vector) -> Vector:
    import numpy as np

    return np.where(np.isnan(values), -np.inf, values)


def _backwards(profiles: Profiles, window: tuple[Vector, Vector]) -> tuple[Matrix, Matrix]:
    """The measurable points from the last to the first, with the logarithms of their values."""
    import numpy as np

    low, high = window[0][:, None], window[1][:, None]
    outside = (profiles.time < low) | (profiles.time > high)
    wanted = (profiles.concentration > 0) & ~outside
    place = np.where(wanted, -np.arange(wanted.shape[1]), 1)
    order = np.argsort(place, axis=1, kind="stable")
    time = np.take_along_axis(np.where(wanted, profiles.time, np.nan), order, axis=1)
    value = np.take_along_axis(np.where(wanted, profiles.concentration, np.nan), order, axis=1)
    return time, np.log(value)


def _after_peak(profiles: Profiles, time: Matrix, rule: SlopeRule) -> Mask:
    import numpy as np

    values = np.where(np.isnan(profiles.concentration), -np.inf, profiles.concentration)
    peak = at(profiles.time, np.argmax(values, axis=1))[:, None]
    return time >= peak if rule.with_peak else time > peak


def _lines(time: Matrix, logs: Matrix) -> Terminal:
    """The lines through the last 1, 2, 3 … points, one column for each number."""
    import numpy as np

    number = np.arange(1, time.shape[1] + 1, dtype=np.float64)
    x, y = time - time[:, :1], logs - logs[:, :1]
    sum_x, sum_y = np.cumsum(x, axis=1), np.cumsum(y, axis=1)
    xx = np.cumsum(x * x, axis=1) - sum_x**2 / number
    yy = np.cumsum(y * y, axis=1) - sum_y**2 / number
    xy = np.cumsum(x * y, axis=1) - sum_x * sum_y / number
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = xy / xx
        correlation = np.clip(xy / np.sqrt(xx * yy), -1.0, 1.0)
        squared = correlation**2
        adjusted = np.where(number > 2, 1 - (1 - squared) * (number - 1) / (number - 2), np.nan)
    at_last = logs[:, :1] + (sum_y - slope * sum_x) / number
    upper = np.broadcast_to(time[:, :1], time.shape)
    counts = np.broadcast_to(number, time.shape)
    return Terminal(-slope, counts, time, upper, correlation, squared, adjusted, np.exp(at_last))


def _best(adjusted: Matrix, tolerance: float) -> npt.NDArray[np.int64]:
    """The place of the best choice, -1 without any: the most points within the tolerance."""
    import numpy as np

    highest = adjusted.max(axis=1, initial=-np.inf)[:, None]
    close = (adjusted > -np.inf) & (adjusted > highest - tolerance)
    places = np.where(close, np.arange(adjusted.shape[1], dtype=np.int64), np.int64(-1))
    best: npt.NDArray[np.int64] = places.max(axis=1, initial=-1)
    return best


def _taken(lines: Terminal, place: npt.NDArray[np.int64]) -> Terminal:
    return Terminal(
        at(lines.rate, place),
        at(lines.points, place),
        at(lines.lower, place),
        at(lines.upper, place),
        at(lines.correlation, place),
        at(lines.r_squared, place),
        at(lines.adjusted, place),
        at(lines.last_predicted, place),
    )
