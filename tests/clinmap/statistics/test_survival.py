"""The curve of Kaplan and Meier beside SciPy, and the worked example of event-free survival."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clinmap.statistics.survival import kaplan_meier

WORKED = [(31, 1), (58, 1), (58, 0), (112, 1), (200, 0), (365, 0), (400, 1)]
TIMES = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=40)


def test_the_worked_example() -> None:
    curve = kaplan_meier([t for t, _ in WORKED], [bool(e) for _, e in WORKED])
    assert [(s.time, s.at_risk, round(s.survival, 4)) for s in curve.steps] == [
        (31, 7, 0.8571), (58, 6, 0.7143), (112, 4, 0.5357), (400, 1, 0.0),
    ]  # fmt: skip
    assert [round(curve.at(day), 4) for day in (1, 31, 365, 401)] == [1.0, 0.8571, 0.5357, 0.0]
    assert curve.quantile() == 400
    assert (curve.quantile(0.25), curve.quantile(0.4)) == (58, 112)


@given(TIMES, st.sampled_from([90, 95]))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_curve_and_limits_are_those_of_scipy(
    records: list[tuple[int, bool]], confidence: float
) -> None:
    times, events = [t for t, _ in records], [e for _, e in records]
    curve = kaplan_meier(times, events)
    data = stats.CensoredData.right_censored(times, [not event for event in events])
    known = stats.ecdf(data).sf
    band = known.confidence_interval(confidence / 100, method="log-log")
    for step in curve.steps:
        assert step.survival == pytest.approx(float(known.evaluate(step.time)), abs=1e-12)
        limits = [float(side.evaluate(step.time)) for side in (band.low, band.high)]
        if step.survival not in (0, 1):
            assert curve.limits(step.time, confidence) == pytest.approx(limits, abs=1e-9)


def test_median_and_its_limits_by_hand() -> None:
    """Ten events, day 1 to 10: level at one half from day 5 on, so the middle of 5 and 6.

    Day 1: 0.9 to the power of exp(1.96) is 0.473. Day 7: 0.3 to the power of exp(-0.786) is 0.578,
    day 8: 0.2 to the power of exp(-0.770) is 0.475. So the limits are 1 and 8.
    """
    curve = kaplan_meier(list(range(1, 11)), [True] * 10)
    assert curve.quantile() == 5.5
    assert curve.quantile_limits() == (1, 8)
    assert curve.limits(1).lower == pytest.approx(0.473, abs=5e-4)
    assert [curve.limits(day).upper for day in (7, 8)] == pytest.approx([0.578, 0.475], abs=5e-4)


def test_median_of_one_subject_has_no_limits() -> None:
    """A curve that falls to 0 at once has limits nowhere."""
    curve = kaplan_meier([475], [True])
    assert curve.quantile() == 475
    assert all(math.isnan(limit) for limit in curve.quantile_limits())


def test_what_never_comes_down_has_no_median() -> None:
    curve = kaplan_meier([5, 10, 20], [True, False, False])
    assert math.isnan(curve.quantile())
    assert curve.at(20) == pytest.approx(2 / 3)
    assert math.isnan(curve.at(21))
    assert math.isnan(curve.limits(21).lower)


def test_before_the_first_event_nobody_is_lost() -> None:
    curve = kaplan_meier([5, 10], [True, True])
    assert curve.at(4) == 1
    assert curve.limits(4) == (1, 1)
    assert np.isnan(curve.limits(10)).all()


def test_a_level_of_one_half_that_no_event_ends_counts_from_its_begin() -> None:
    assert kaplan_meier([4, 10], [True, False]).quantile() == 4


@pytest.mark.parametrize(("times", "events"), [([], []), ([1], []), ([float("nan")], [True])])
def test_what_is_no_curve_is_refused(times: list[float], events: list[bool]) -> None:
    with pytest.raises(ValueError, match="survival curve"):
        kaplan_meier(times, events)
