"""Concentration profiles as matrices: one row for each profile, its points in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Positions = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

Route = Literal["extravascular", "infusion", "bolus"]


@dataclass(frozen=True, slots=True)
class Profiles:
    """Times and concentrations, missing behind the last point of each profile."""

    time: Matrix
    concentration: Matrix

    @property
    def last(self) -> Positions:
        """The place of the last concentration above zero, or -1."""
        import numpy as np

        above = self.concentration > 0
        places = above.shape[1] - 1 - np.argmax(above[:, ::-1], axis=1)
        return np.where(above.any(axis=1), places, -1)

    @property
    def known(self) -> Mask:
        """Whether a profile has any point."""
        import numpy as np

        some: Mask = np.any(~np.isnan(self.time), axis=1)
        return some

    def measurable(self) -> Profiles:
        """The points up to the last concentration above zero."""
        import numpy as np

        beyond = np.arange(self.time.shape[1]) > self.last[:, None]
        return Profiles(
            np.where(beyond, np.nan, self.time), np.where(beyond, np.nan, self.concentration)
        )

    def until(self, end: Vector) -> Profiles:
        """The points up to a time; all of them where it is missing."""
        import numpy as np

        beyond = self.time > np.where(np.isnan(end), np.inf, end)[:, None]
        return Profiles(
            np.where(beyond, np.nan, self.time), np.where(beyond, np.nan, self.concentration)
        )


def profiles_of(profile: Positions, time: Vector, concentration: Vector, size: int) -> Profiles:
    """The profiles of points, each of which says of which of `size` profiles it is.

    A point without a time or a concentration is left out.

    >>> import numpy as np
    >>> made = profiles_of(np.array([0, 0]), np.array([2.0, 1.0]), np.array([5.0, 9.0]), 1)
    >>> made.concentration.tolist()
    [[9.0, 5.0]]
    """
    import numpy as np

    there = np.flatnonzero(~np.isnan(time) & ~np.isnan(concentration))
    order = there[np.lexsort((time[there], profile[there]))]
    counts = np.bincount(profile[order], minlength=size)
    place = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    shape = (size, max(int(counts.max(initial=0)), 1))
    times, values = np.full(shape, np.nan), np.full(shape, np.nan)
    times[profile[order], place] = time[order]
    values[profile[order], place] = concentration[order]
    return Profiles(times, values)


def from_dose(observed: Profiles, route: Route, interval: Vector) -> Profiles:
    """The profiles from the dose on: time 0 has a concentration, and nothing stands before it.

    The last concentration at or before the dose stands for time 0. Without one it is 0, or in the
    steady state the lowest of the dosing interval; after a bolus it is found by going back on the
    line through the logarithms of the first two points, and is that of the first measurable point
    where these do not fall.
    """
    import numpy as np

    early = observed.time <= 0
    after = Profiles(
        np.where(early, np.nan, observed.time), np.where(early, np.nan, observed.concentration)
    )
    begin = _back_extrapolated(after) if route == "bolus" else _lowest(after, interval)
    known = observed.time == 0 if route == "bolus" else early
    number = np.where(known, np.arange(early.shape[1]), -1).max(axis=1)
    predose = observed.concentration[np.arange(len(number)), np.maximum(number, 0)]
    begin = np.where(number >= 0, predose, begin)
    return _led_by(begin, after)


def _led_by(begin: Vector, after: Profiles) -> Profiles:
    """The points with one at time 0 in front, in order again."""
    import numpy as np

    empty = np.isnan(after.time).all(axis=1)
    zero = np.where(empty | np.isnan(begin), np.nan, 0.0)
    times = np.column_stack([zero, after.time])
    values = np.column_stack([np.where(empty, np.nan, begin), after.concentration])
    order = np.argsort(times, axis=1, kind="stable")
    return Profiles(
        np.take_along_axis(times, order, axis=1), np.take_along_axis(values, order, axis=1)
    )


def _lowest(after: Profiles, interval: Vector) -> Vector:
    """The lowest concentration of the dosing interval; 0 without one."""
    import numpy as np

    inside = after.time <= interval[:, None]
    lowest: Vector = np.where(inside, after.concentration, np.inf).min(axis=1)
    return np.where(np.isnan(interval), 0.0, np.where(np.isinf(lowest), np.nan, lowest))


def _back_extrapolated(after: Profiles) -> Vector:
    import numpy as np

    order = np.argsort(after.time, axis=1, kind="stable")
    time = np.take_along_axis(after.time, order, axis=1)
    values = np.take_along_axis(after.concentration, order, axis=1)
    first = np.argmax(values > 0, axis=1)
    begin: Vector = np.where((values > 0).any(axis=1), _picked(values, first), np.nan)
    if time.shape[1] < 2:
        return begin
    falls = (values[:, 0] > values[:, 1]) & (values[:, 1] > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.log(values[:, 0] / values[:, 1]) / (time[:, 1] - time[:, 0])
        back = values[:, 0] * np.exp(rate * time[:, 0])
    return np.where(falls, back, begin)


def _picked(values: Matrix, place: Positions) -> Vector:
    import numpy as np

    found: Vector = np.take_along_axis(values, place[:, None], axis=1)[:, 0]
    return found


def at(values: Matrix, place: Positions) -> Vector:
    """The value at a place of each row; missing where the place is -1."""
    import numpy as np

    return np.where(place >= 0, _picked(values, np.maximum(place, 0)), np.nan)
