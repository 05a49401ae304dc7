"""An analysis date as an ISO 8601 date."""

from __future__ import annotations

import pandas as pd

from adam.iso_date import IsoDate
from clinmap.plan import Ref
from tests.rows_of import TestRows


def test_a_sas_date_is_written_and_a_missing_one_stays_missing() -> None:
    rows = TestRows({"ASTDT": pd.Series([0.0, float("nan"), 19783.0])})
    made = IsoDate(Ref("own", "ASTDT")).apply(rows)
    assert made[[0, 2]].tolist() == ["1960-01-01", "2014-03-01"]
    assert pd.isna(made[1])
