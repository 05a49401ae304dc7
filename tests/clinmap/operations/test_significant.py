"""A number as text with its significant digits."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from clinmap.operations.significant import Significant
from clinmap.plan import Ref
from tests.rows_of import TestRows

VALUE = Ref("own", "AVAL")


@pytest.mark.parametrize(
    ("number", "digits", "expected"),
    [
        (0.101566, 3, "0.102"), (24.94, 3, "24.9"), (1.3, 3, "1.3"), (1234.0, 3, "1230"),
        (0.00001234, 2, "0.000012"), (0.0, 3, "0"), (-2.7182, 2, "-2.7"), (9.996, 3, "10"),
    ],
)  # fmt: skip
def test_the_text_of_a_number(number: float, digits: int, expected: str) -> None:
    rows = TestRows({"AVAL": pd.Series([number])})
    assert Significant(VALUE, digits).apply(rows).tolist() == [expected]


def test_missing_stays_missing() -> None:
    rows = TestRows({"AVAL": pd.Series([float("nan"), 1.0])})
    assert Significant(VALUE, 3).apply(rows).isna().tolist() == [True, False]


def test_no_digits_are_refused() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        Significant(VALUE, 0)
