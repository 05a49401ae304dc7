"""One value of all the rows that belong together."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.operations.of_group import OfGroup
from clinmap.plan import Ref
from tests.rows_of import TestRows

DATE, DOSE, VISIT = Ref("own", "DATE"), Ref("own", "DOSE"), Ref("own", "VISIT")


def rows() -> TestRows:
    return TestRows(
        {
            "USUBJID": pd.Series(["A", "A", "B", "A"], dtype="str"),
            "VISIT": pd.Series(["1", "1", "1", "2"], dtype="str"),
            "DATE": pd.Series(["2020-02", "2020-01-31", None, "2020-03-01"], dtype="str"),
            "DOSE": pd.Series([1.0, float("nan"), 3.0, 5.0]),
        }
    )


def values(of: Ref, give: str, **more: object) -> list[object]:
    made = OfGroup(of, (VISIT,), give, **more).apply(rows())  # type: ignore[arg-type]
    return [None if pd.isna(value) else value for value in made]


@pytest.mark.parametrize(
    ("of", "give", "expected"),
    [
        (DATE, "earliest", ["2020-01-31", "2020-01-31", None, "2020-03-01"]),
        (DATE, "latest", ["2020-02", "2020-02", None, "2020-03-01"]),
        (DATE, "count", [2, 2, 0, 1]),
        (DATE, "list", ["2020-01-31; 2020-02", "2020-01-31; 2020-02", None, "2020-03-01"]),
        (DOSE, "mean", [1, 1, 3, 5]),
        (DOSE, "maximum", [1, 1, 3, 5]),
        (DOSE, "sum", [1, 1, 3, 5]),
        (DOSE, "median", [1, 1, 3, 5]),
        (DOSE, "deviation", [None, None, None, None]),
    ],
)
def test_each_way(of: Ref, give: str, expected: list[object]) -> None:
    assert values(of, give) == expected


def test_over_all_subjects() -> None:
    assert values(DOSE, "sum", subjects="all") == [4, 4, 4, 5]


def test_it_says_what_it_did() -> None:
    said = OfGroup(DATE, (VISIT,), "latest").describe().method
    assert said == "Latest of DATE within USUBJID, VISIT."


@pytest.mark.parametrize(
    ("numbers", "give", "expected"),
    [
        ([29.1, 31.4, 30.2, 28.6, 27.9], "geomean", 29.4144),
        ([17.2, 19.0, 24.1, 23.3], "geomean", 20.6973),
        ([4.0, 0.0], "geomean", None),
        ([4.0, -1.0], "geomean", None),
        ([38.31, 35.7, 35.77], "deviation", 1.4871),
        ([38.31, 35.7, 35.77], "median", 35.77),
    ],
)
def test_statistics_of_a_group(numbers: list[float], give: str, expected: float | None) -> None:
    """The cycle numbers of the study's worked example; there is no geometric mean with a zero."""
    table = TestRows({"USUBJID": pd.Series(["A"] * len(numbers)), "DOSE": pd.Series(numbers)})
    made = OfGroup(DOSE, (), give).apply(table)  # type: ignore[arg-type]
    assert made.isna().all() if expected is None else set(made.round(4)) == {expected}
