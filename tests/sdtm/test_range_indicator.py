"""Where a result lies in its reference range."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from clinmap.plan import Ref
from sdtm import RangeIndicator
from tests.rows_of import TestRows

NAN = math.nan


@pytest.mark.parametrize(
    ("result", "low", "high", "indicator"),
    [
        ("1", 2, 5, "LOW"),
        ("2", 2, 5, "NORMAL"),
        ("5", 2, 5, "NORMAL"),
        ("6", 2, 5, "HIGH"),
        ("6", 2, NAN, "NORMAL"),
        ("1", NAN, 5, "NORMAL"),
        ("1", NAN, NAN, None),
        ("<2", 2, 5, "LOW"),
        ("<=2", 2, 5, None),
        ("<=1", 2, 5, "LOW"),
        ("<3", 2, 5, None),
        (">5", 2, 5, "HIGH"),
        (">=5", 2, 5, None),
        (">4", 2, 5, None),
        ("NEGATIVE", 2, 5, None),
        (None, 2, 5, None),
    ],
)
def test_indicator(result: str | None, low: float, high: float, indicator: str | None) -> None:
    own = {
        "LBSTRESC": pd.Series([result], dtype="str"),
        "LO": pd.Series([low], dtype="float64"),
        "HI": pd.Series([high], dtype="float64"),
    }
    operation = RangeIndicator(Ref("own", "LBSTRESC"), low=Ref("own", "LO"), high=Ref("own", "HI"))
    made = operation.apply(TestRows(own))
    assert made.fillna("").tolist() == [indicator or ""]
