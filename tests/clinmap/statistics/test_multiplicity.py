"""Adjusted p-values beside SciPy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clinmap.statistics.multiplicity import false_discovery


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusted_p_values_are_those_of_scipy(p_values: list[float]) -> None:
    known = stats.false_discovery_control(p_values)
    assert false_discovery(p_values) == pytest.approx(known.tolist(), rel=1e-12, abs=1e-300)


def test_no_test_needs_no_adjustment() -> None:
    assert false_discovery([]) == []


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        false_discovery([0.5, value])
