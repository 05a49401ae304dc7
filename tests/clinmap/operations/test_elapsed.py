"""The time between two moments."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from clinmap.operations import Elapsed
from clinmap.plan import Ref
from tests.rows_of import TestRows


@pytest.mark.parametrize(
    ("end", "start", "unit", "time"),
    [
        ("2013-03-14T00:15", "2013-03-13T16:10", "MINUTES", 485.0),
        ("2013-03-14T00:15", "2013-03-13T16:15", "HOURS", 8.0),
        ("2013-03-13T08:00", "2013-03-13T08:20", "MINUTES", -20.0),
        ("2013-03-13T08:00:30", "2013-03-13T08:00", "SECONDS", 30.0),
        ("2013-03-14T00:15", "2013-03-13T23:59", "DAYS", 1.0),
        ("2013-03-14", "2013-03-13T23:59", "DAYS", 1.0),
        ("2013-03-14", "2013-03-13T23:59", "HOURS", math.nan),
        ("2013-03", "2013-03-13", "DAYS", math.nan),
        (None, "2013-03-13", "DAYS", math.nan),
    ],
)
def test_elapsed(end: str | None, start: str, unit: str, time: float) -> None:
    own = {"END": pd.Series([end], dtype="str"), "START": pd.Series([start], dtype="str")}
    operation = Elapsed(Ref("own", "END"), since=Ref("own", "START"), unit=unit)  # type: ignore[arg-type]
    assert operation.apply(TestRows(own)).tolist() == pytest.approx([time], nan_ok=True)
