"""Treatment-emergent events."""

from __future__ import annotations

import pandas as pd
import pytest

from adam import TreatmentEmergent
from clinmap.plan import Ref
from tests.rows_of import TestRows

NAN = float("nan")


@pytest.mark.parametrize(
    ("began", "ended", "start", "end", "flag"),
    [
        (100.0, NAN, 100.0, 200.0, "Y"),
        (99.0, NAN, 100.0, 200.0, None),
        (230.0, NAN, 100.0, 200.0, "Y"),
        (231.0, NAN, 100.0, 200.0, None),
        (500.0, NAN, 100.0, NAN, "Y"),
        (NAN, NAN, 100.0, 200.0, "Y"),
        (NAN, 99.0, 100.0, 200.0, None),
        (100.0, NAN, NAN, NAN, None),
        (NAN, NAN, NAN, NAN, None),
    ],
)
def test_the_window(began: float, ended: float, start: float, end: float, flag: str | None) -> None:
    own = {
        name: pd.Series([value], dtype="float64")
        for name, value in (("ASTDT", began), ("AENDT", ended), ("S", start), ("E", end))
    }
    rule = TreatmentEmergent(
        Ref("own", "ASTDT"), Ref("own", "S"), Ref("own", "E"), 30, Ref("own", "AENDT")
    )
    made = rule.apply(TestRows(own)).tolist()
    assert (made[0] if isinstance(made[0], str) else None) == flag
