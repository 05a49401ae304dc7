"""How values stand in a frame: text, numbers, and what is worked on distinct values only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.frames import as_number, as_text, decimal_text, missing_text, on_distinct


def plain(values: pd.Series) -> list[object]:
    return [None if pd.isna(value) else value for value in values]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.0, "1"), (0.1, "0.1"), (1e-7, "0.0000001"), (1e21, "1" + "0" * 21), (-0.5, "-0.5")],
)
def test_number_as_text(number: float, text: str) -> None:
    assert decimal_text(number) == text
    assert plain(as_text(pd.Series([number, np.nan]))) == [text, None]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_text_of_a_number_reads_back(number: float) -> None:
    text = decimal_text(number)
    assert float(text) == number
    assert "e" not in text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("1.50", 1.5),
        ("-2e3", -2000),
        ("<2", None),
        ("1,5", None),
        ("", None),
        ("x", None),
        ("inf", None),
        ("1e999", None),
        ("NaN", None),
    ],
)
def test_text_as_number(text: str, number: float | None) -> None:
    assert plain(as_number(pd.Series([text, None], dtype="str"))) == [number, None]


def test_text_stays_as_it_is() -> None:
    values = pd.Series(["01", None], dtype="str")
    assert as_text(values) is values


@pytest.mark.parametrize("dtype", ["str", "float64"])
def test_no_rows(dtype: str) -> None:
    empty = pd.Series([], dtype=dtype)
    assert len(as_text(empty)) == len(as_number(empty)) == 0
    assert str(as_text(empty).dtype) == "str"
    assert str(as_number(empty).dtype) == "float64"


def test_function_sees_each_distinct_value_once() -> None:
    seen: list[str] = []

    def upper(known: pd.Series) -> pd.Series:
        seen.extend(known)
        return known.str.upper()

    values = pd.Series(["a", None, "b", "a"], dtype="str", index=[3, 2, 1, 0])
    result = on_distinct(values, upper)
    assert seen == ["a", "b"]
    assert plain(result) == ["A", None, "B", "A"]
    assert result.index.tolist() == [3, 2, 1, 0]


def test_nothing_but_missing_values() -> None:
    values = pd.Series([None, None], dtype="str")
    assert plain(on_distinct(values, lambda known: known.str.upper())) == [None, None]
    assert plain(missing_text(pd.RangeIndex(2))) == [None, None]
