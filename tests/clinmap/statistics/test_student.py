"""Student's t distribution, beside SciPy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from clinmap.statistics.student import incomplete_beta, t_quantile


@given(st.floats(50, 99.9), st.floats(1, 300))
def test_quantile_is_scipys(confidence: float, freedom: float) -> None:
    """Two-sided quantiles, whole degrees of freedom or not."""
    expected = stats.t.ppf(0.5 + confidence / 200, freedom)
    assert t_quantile(confidence, freedom) == pytest.approx(expected, rel=1e-9)


@given(st.floats(0.5, 100), st.floats(0.5, 100), st.floats(0, 1))
def test_incomplete_beta_is_scipys(a: float, b: float, x: float) -> None:
    """The function beneath it."""
    assert incomplete_beta(a, b, x) == pytest.approx(special.betainc(a, b, x), abs=1e-10)


@pytest.mark.parametrize(("confidence", "freedom"), [(95, 0), (0, 3), (100, 3)])
def test_impossible_quantiles_are_refused(confidence: float, freedom: float) -> None:
    """No degrees of freedom, or no such percentage."""
    with pytest.raises(ValueError, match="no t quantile"):
        t_quantile(confidence, freedom)
