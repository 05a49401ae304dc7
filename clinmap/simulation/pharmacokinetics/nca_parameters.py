"""What a pharmacometrician reports of a profile, under the names of the Phoenix software.

Times are hours; concentrations ng/mL with doses in mg, or ug/mL with doses in mg per m2 for the
antibody. A parameter that the profile does not allow is None. Reference: SDTMIG 3.4 section 6.3.5.9
(PP).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from clinmap.simulation.pharmacokinetics.noncompartmental import (
    Point,
    Terminal,
    area,
    area_until,
    maximum,
    moment_area,
    terminal,
)

Parameters = dict[str, float | None]


@dataclass(frozen=True)
class Curve:
    """The points of one profile that count; ``whole`` when the one before the dose is there."""

    points: Sequence[Point]
    whole: bool = True

    @cached_property
    def phase(self) -> Terminal | None:
        """The terminal phase, if it can be told."""
        return terminal(self.points)

    @property
    def last(self) -> Point:
        """The last measurable point."""
        return [point for point in self.points if point[1] > 0][-1]

    @property
    def area_to_last(self) -> float | None:
        """The area up to the last measurable point."""
        return area(self.points) if self.whole else None

    @property
    def beyond(self) -> float | None:
        """The area from the last measurable point on."""
        return self.last[1] / self.phase.slope if self.phase else None

    @property
    def area_to_infinity(self) -> float | None:
        """The area up to the last measurable point and beyond."""
        return _sum(self.area_to_last, self.beyond)

    def until(self, end: float) -> float | None:
        """Return the area from the dose to ``end`` hours; None where nothing could be measured."""
        known = self.whole and maximum(self.points)[1] > 0
        return area_until(self.points, end, self.phase) if known else None


def _sum(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else left + right


def ratio(left: float | None, right: float | None, factor: float = 1.0) -> float | None:
    """Return left / right x factor, None without either."""
    return None if left is None or not right else left / right * factor


def highest(curve: Curve) -> Parameters:
    """Return the maximum and when it was; neither where nothing could be measured."""
    time, level = maximum(curve.points)
    if level == 0:
        return {"Cmax": None, "Tmax": None}
    return {"Cmax": level, "Tmax": time}


def observed(curve: Curve) -> Parameters:
    """Return what is read off the points."""
    time, level = curve.last
    to_last = {"Clast": level, "Tlast": time, "AUClast": curve.area_to_last}
    return {**highest(curve), **to_last}


def slope(curve: Curve) -> Parameters:
    """Return the terminal phase."""
    phase = curve.phase
    names = ("Lambda_z", "HL_Lambda_z", "No_points_lambda_z", "Rsq_adjusted")
    if phase is None:
        return dict.fromkeys(names)
    half_life = math.log(2) / phase.slope
    values = (phase.slope, half_life, float(phase.points), phase.adjusted_r_squared)
    return dict(zip(names, values, strict=True))


def to_infinity(curve: Curve) -> Parameters:
    """Return the area to infinity and the part of it that no sample covers."""
    whole = curve.area_to_infinity
    return {"AUCINF_obs": whole, "AUC_%Extrap_obs": ratio(curve.beyond, whole, 100)}


def single_oral_dose(curve: Curve, mg: float, per_m2: float) -> Parameters:
    """Return the parameters after the first oral dose."""
    clearance = ratio(1000 * mg, curve.area_to_infinity)
    return {
        **observed(curve),
        **slope(curve),
        **to_infinity(curve),
        "Cl_F_obs": clearance,
        "Vz_F_obs": ratio(clearance, curve.phase.slope) if curve.phase else None,
        "Cmax_D": maximum(curve.points)[1] / per_m2,
        "AUCINF_D_obs": ratio(curve.area_to_infinity, per_m2),
    }


def steady_state(curve: Curve, mg: float, tau: float) -> Parameters:
    """Return the parameters over one dosing interval of many oral doses."""
    interval = curve.until(tau)
    return {
        "Cmin": min(level for _, level in curve.points) if curve.whole else None,
        "AUC_TAU": interval,
        "Cavg": ratio(interval, tau),
        "CLss_F": ratio(1000 * mg, interval),
    }


def accumulation(curve: Curve, first: Curve, tau: float) -> Parameters:
    """Return the ratios of a late profile to the first one."""
    return {
        "AR_AUC": ratio(curve.until(tau), first.until(tau)),
        "AR_Cmax": ratio(maximum(curve.points)[1], maximum(first.points)[1]),
    }


def infusions_of_a_course(curve: Curve, per_m2: float, mean_input_h: float) -> Parameters:
    """Return the parameters of a course of infusions; ``mean_input_h`` is when half was given."""
    clearance = ratio(per_m2, curve.area_to_infinity)
    residence = _residence(curve)
    volume = None
    if clearance is not None and residence is not None:
        volume = clearance * (residence - mean_input_h)
    return {
        **observed(curve),
        **slope(curve),
        **to_infinity(curve),
        "Cl_obs": ratio(clearance, 1, 24),
        "Vz_obs": ratio(clearance, curve.phase.slope) if curve.phase else None,
        "Vss_obs": volume,
    }


def _residence(curve: Curve) -> float | None:
    """Return the mean residence time, the input included."""
    if curve.phase is None:
        return None
    time, level = curve.last
    rest = level * time / curve.phase.slope + level / curve.phase.slope**2
    return ratio(moment_area(curve.points) + rest, curve.area_to_infinity)
