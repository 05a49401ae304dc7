"""Change, percent change, ratio and log ratio."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adam import Change
from clinmap.expressions import parse_condition
from clinmap.plan import Ref
from tests.rows_of import TestRows

NUMBERS = st.floats(-1e6, 1e6) | st.none()


def made(value: float | None, base: float | None, give: str, visit: float = 1.0) -> float:
    own = {
        "AVAL": pd.Series([value], dtype="float64"),
        "BASE": pd.Series([base], dtype="float64"),
        "AVISITN": pd.Series([visit]),
    }
    operation = Change(
        Ref("own", "AVAL"),
        give=give,  # type: ignore[arg-type]
        where=parse_condition(".AVISITN > 0"),
    )
    return float(operation.apply(TestRows(own))[0])


@given(NUMBERS, NUMBERS)
def test_the_three_say_the_same(value: float | None, base: float | None) -> None:
    amount, percent, ratio = (made(value, base, give) for give in ("amount", "percent", "ratio"))
    if value is None or base is None:
        assert math.isnan(amount)
        assert math.isnan(percent)
        assert math.isnan(ratio)
    elif base == 0:
        assert amount == value
        assert math.isnan(percent)
        assert math.isnan(ratio)
    elif abs(base) > 1e-6:
        assert percent == pytest.approx(100 * amount / abs(base))
        assert ratio * base == pytest.approx(value)


def test_the_percent_change_of_a_negative_base_has_the_sign_of_the_change() -> None:
    assert made(-5, -10, "percent") == 50


def test_a_record_that_is_not_meant_has_no_change() -> None:
    assert math.isnan(made(2, 1, "amount", visit=0))
    assert made(2, 1, "amount", visit=2) == 1


def test_the_log_ratio_counts_doublings_and_has_none_of_what_is_not_above_zero() -> None:
    assert made(8, 1, "log2 ratio") == 3
    assert made(0.5, 2, "log2 ratio") == -2
    for value, base in ((0, 2), (-1, 2), (2, 0), (None, 2)):
        assert math.isnan(made(value, base, "log2 ratio"))
