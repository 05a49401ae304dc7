"""Taking a value over, in another case if asked."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.operations import Assign
from clinmap.plan import Ref
from tests.rows_of import TestRows


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("as is", ["UNSCHEDULED 1.2", "Week 2", "-"]),
        ("upper", ["UNSCHEDULED 1.2", "WEEK 2", "-"]),
        ("lower", ["unscheduled 1.2", "week 2", "-"]),
        ("title", ["Unscheduled 1.2", "Week 2", "-"]),
    ],
)
def test_a_text_may_be_taken_over_in_another_case(case: str, expected: list[str]) -> None:
    """What is missing stays missing in every case."""
    own = {"VISIT": pd.Series(["UNSCHEDULED 1.2", "Week 2", None], dtype="str")}
    made = Assign(Ref("own", "VISIT"), case=case).apply(TestRows(own))  # type: ignore[arg-type]
    assert made.fillna("-").tolist() == expected


def test_a_number_stays_a_number() -> None:
    """Unless it is asked for, nothing becomes text."""
    made = Assign(Ref("own", "AVAL")).apply(TestRows({"AVAL": pd.Series([1.5])}))
    assert made.dtype == "float64"
