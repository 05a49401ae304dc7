"""Relative days."""

from __future__ import annotations

import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from adam import RelativeDay
from clinmap.plan import Ref
from tests.rows_of import TestRows

DAYS = st.lists(st.integers(0, 30_000) | st.none(), min_size=1, max_size=30)


@given(DAYS, st.integers(0, 30_000))
def test_there_is_no_day_0_and_the_reference_day_is_1(days: list[int | None], start: int) -> None:
    own = {
        "ASTDT": pd.Series(days, dtype="float64"),
        "TRTSDT": pd.Series([float(start)] * len(days)),
    }
    made = RelativeDay(Ref("own", "ASTDT"), Ref("own", "TRTSDT")).apply(TestRows(own)).tolist()
    for day, relative in zip(days, made, strict=True):
        if day is None:
            assert math.isnan(relative)
        else:
            assert relative == day - start + (1 if day >= start else 0)
            assert relative != 0
