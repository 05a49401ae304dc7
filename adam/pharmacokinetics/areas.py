"""Areas under the curve and under the first moment curve, by trapezoids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from adam.pharmacokinetics.profiles import Profiles, at

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]

Method = Literal["linear", "linear-up/log-down"]


@dataclass(frozen=True, slots=True)
class Segment:
    """The stretches between neighbouring points, one column for each."""

    start: Matrix
    end: Matrix
    high: Matrix
    low: Matrix
    logarithmic: npt.NDArray[np.bool_]

    @property
    def area(self) -> Matrix:
        """The area of each stretch; missing behind the last point."""
        import numpy as np

        width = self.end - self.start
        with np.errstate(invalid="ignore", divide="ignore"):
            falling = width * (self.high - self.low) / np.log(self.high / self.low)
        found: Matrix = np.where(self.logarithmic, falling, width * (self.high + self.low) / 2)
        return found

    @property
    def moment(self) -> Matrix:
        """The area of each stretch under time times concentration."""
        import numpy as np

        width = self.end - self.start
        first, second = self.start * self.high, self.end * self.low
        with np.errstate(invalid="ignore", divide="ignore"):
            rate = np.log(self.high / self.low) / width
            falling = (first - second) / rate + (self.high - self.low) / rate**2
        found: Matrix = np.where(self.logarithmic, falling, width * (first + second) / 2)
        return found


def segments(profiles: Profiles, method: Method) -> Segment:
    """The stretches of profiles; logarithmic where concentrations fall and the method says so."""
    time, value = profiles.time, profiles.concentration
    return _segment(time[:, :-1], time[:, 1:], value[:, :-1], value[:, 1:], method)


def _segment(start: Matrix, end: Matrix, high: Matrix, low: Matrix, method: Method) -> Segment:
    falls = (high > low) & (low > 0) & (method != "linear")
    return Segment(start, end, high, low, falls)


def total(parts: Matrix) -> Vector:
    """The sum over the stretches of each profile; 0 for a profile with one point."""
    import numpy as np

    summed: Vector = np.nansum(parts, axis=1)
    return summed


def area_until(profiles: Profiles, end: Vector, rate: Vector, method: Method) -> Vector:
    """The area from the dose to a time.

    Between two points the concentration is interpolated as the method says. After the last
    measurable point it falls from there by the terminal rate; without a rate the area is missing.
    """
    import numpy as np

    known = profiles.measurable()
    whole = segments(known, method)
    stop = np.minimum(whole.end, end[:, None])
    cut = _segment(whole.start, stop, whole.high, concentrations_at(whole, stop), method)
    inside = total(np.where(whole.start < stop, cut.area, 0.0))
    final, height = at(known.time, known.last), at(known.concentration, known.last)
    with np.errstate(invalid="ignore", over="ignore"):
        beyond = height / rate * -np.expm1(-rate * (end - final))
    unknown = np.isnan(final) | np.isnan(end)
    return np.where(unknown, np.nan, inside + np.where(end > final, beyond, 0.0))


def concentrations_at(whole: Segment, moment: Matrix) -> Matrix:
    """The concentration at a moment of each stretch."""
    import numpy as np

    with np.errstate(invalid="ignore", divide="ignore"):
        share = (moment - whole.start) / (whole.end - whole.start)
        curved = whole.high * (whole.low / whole.high) ** share
    straight = whole.high + (whole.low - whole.high) * share
    found: Matrix = np.where(whole.logarithmic, curved, straight)
    return np.where(moment == whole.end, whole.low, found)
