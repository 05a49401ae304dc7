"""The pharmacometrician's calculations, against numbers worked out elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from clinmap.simulation.pharmacokinetics.nca_parameters import (
    Curve,
    highest,
    infusions_of_a_course,
    single_oral_dose,
)
from clinmap.simulation.pharmacokinetics.noncompartmental import (
    area,
    area_until,
    maximum,
    measurable,
    moment_area,
    terminal,
)

TIMES = [0, 0.5, 1, 2, 4, 6, 8, 24]
LEVELS: list[float | None] = [0, 180, 420, 510, 330, 190, 105, 4.2]
PROFILE = measurable(TIMES, LEVELS)


def test_the_worked_profile() -> None:
    """Thirty-five milligrams: areas, slope and clearance as published for the example."""
    found = single_oral_dose(Curve(PROFILE), 35, 50)
    assert maximum(PROFILE) == (2, 510)
    assert found["AUClast"] == pytest.approx(2781.856, abs=5e-4)
    assert found["Lambda_z"] == pytest.approx(0.20771, abs=5e-6)
    assert found["No_points_lambda_z"] == 3
    assert found["Rsq_adjusted"] == pytest.approx(0.99621, abs=5e-6)
    assert found["HL_Lambda_z"] == pytest.approx(3.3371, abs=5e-5)
    assert found["AUCINF_obs"] == pytest.approx(2802.077, abs=5e-4)
    assert found["AUC_%Extrap_obs"] == pytest.approx(0.722, abs=5e-4)
    assert found["Cl_F_obs"] == pytest.approx(12.4907, abs=5e-5)
    assert found["Cmax_D"] == pytest.approx(10.2)


def test_the_slope_is_that_of_a_straight_line_through_the_logarithms() -> None:
    phase = terminal(PROFILE)
    assert phase is not None
    slope, _ = np.polyfit([6, 8, 24], np.log([190, 105, 4.2]), 1)
    assert phase.slope == pytest.approx(-slope)


def test_the_longer_stretch_wins_where_both_are_as_good() -> None:
    """An exact exponential: every stretch fits, so all points after the maximum are taken."""
    points = [
        (0.0, 0.0),
        (1.0, 100.0),
        *((t, 100 * np.exp(-0.3 * t)) for t in (2.0, 3.0, 5.0, 9.0)),
    ]
    phase = terminal(points)
    assert phase is not None
    assert (phase.points, round(phase.slope, 9)) == (4, 0.3)


def test_a_profile_without_three_falling_points_has_no_slope() -> None:
    assert terminal(PROFILE[:5]) is None
    rising = [(0.0, 9.0), (1.0, 1.0), (2.0, 2.0), (3.0, 4.0)]
    assert terminal(rising) is None


def test_below_quantitation_counts_as_nothing_before_and_is_left_out_after() -> None:
    points = measurable([-0.2, 0.5, 1, 2, 4, 8], [0, 0, 50, None, 20, 0])
    assert points == [(0.0, 0), (0.5, 0), (1, 50), (4, 20)]


def test_a_profile_below_quantitation_has_no_peak() -> None:
    curve = Curve(measurable([0, 1, 2], [0, 0, 0]))
    assert highest(curve) == {"Cmax": None, "Tmax": None}
    assert curve.until(2) is None


def test_the_area_is_exact_under_lines_upwards_and_exponentials_downwards() -> None:
    falling = [(t, 100 * np.exp(-0.3 * t)) for t in (1.0, 2.0, 4.0)]
    assert area([(0.0, 0.0), (2.0, 10.0)]) == 10
    assert area(falling) == pytest.approx(100 * (np.exp(-0.3) - np.exp(-1.2)) / 0.3)
    grid = np.linspace(1, 4, 200_001)
    exact = np.trapezoid(grid * 100 * np.exp(-0.3 * grid), grid)
    assert moment_area(falling) == pytest.approx(exact)


def test_an_interval_is_read_between_points_and_beyond_the_last_by_the_slope() -> None:
    falling = [(t, 100 * np.exp(-0.3 * t)) for t in (0.0, 1.0, 2.0, 4.0, 8.0)]
    phase = terminal(falling)
    assert area_until(falling, 5, phase) == pytest.approx(100 * (1 - np.exp(-1.5)) / 0.3)
    assert area_until(falling, 12, phase) == pytest.approx(100 * (1 - np.exp(-3.6)) / 0.3)
    assert area_until(falling, 12, None) is None
    assert area_until(falling[1:], 12, phase) is None


def test_the_volume_of_a_one_compartment_bolus_is_its_dose_by_its_first_level() -> None:
    """A bolus of 40 mg/m2 with 10 ug/mL at once: 4 L/m2 by slope and by residence time alike."""
    times = np.arange(0, 60, 0.25).tolist()
    curve = Curve([(t, 10 * float(np.exp(-0.1 * t))) for t in times])
    found = infusions_of_a_course(curve, 40, mean_input_h=0)
    assert found["Vz_obs"] == pytest.approx(4)
    assert found["Vss_obs"] == pytest.approx(4)
    assert found["Cl_obs"] == pytest.approx(4 * 0.1 * 24)
