"""The classes of difference."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from clinmap.comparison import compare_datasets
from clinmap.comparison.patterns import text_difference


@pytest.mark.parametrize(
    ("base", "compare", "kind"),
    [
        ("Mild", "MILD", "case"),
        ("a b", "a  b", "whitespace"),
        (" a", "A", "case and whitespace"),
        ("2014-03-01", "2014-03", "date precision"),
        ("2014-03-01T10:00", "2014-03-01T10:00:00", "date precision"),
        ("2014-02-28", "2014-03-01", "one day apart"),
        ("2014-03-01T10:00", "2014-03-01T11:00", "same date, other time"),
        ("2014-03-01", "2015-03-01", "other date"),
        ("2014-03-01", "2014-04", "other date"),
        ("2014-13-45", "2014-03-01", "other date"),
        ("1.0", "1", "same number, other digits"),
        ("1.0000001", "1", "number within 1e-6"),
        ("2013", "2014", "other text"),
        ("A-B", "A/B", "punctuation"),
        ("a text of twenty signs", "a text of twenty signs and more", "base cut short"),
        ("a text of twenty signs and more", "a text of twenty signs", "compare cut short"),
        ("+", "-", "other text"),
    ],
)
def test_texts(base: str, compare: str, kind: str) -> None:
    assert text_difference(base, compare) == kind


def patterns(base: Any, compare: Any, name: str = "X") -> list[tuple[str, int]]:
    keys = range(len(base))
    first, second = (pd.DataFrame({"K": keys, name: side}) for side in (base, compare))
    found = compare_datasets(first, second, name="T", keys=["K"])
    return [(p.kind, p.count) for p in found.variables[0].patterns]


@pytest.mark.parametrize(
    ("base", "compare", "kind"),
    [
        (1.0, 1.0000001, "number within 1e-6"),
        (1.0, 1.0001, "number within 1e-3"),
        (5.0, -5.0, "other sign"),
        (0.07, 70.0, "compare is base x 1000"),
        (70.0, 7.0, "compare is base x 0.1"),
        (4.0, 5.0, "compare is 1 higher"),
        (4.0, 3.0, "compare is 1 lower"),
        (4.0, 9.0, "4 -> 9"),
        (0.0, 9.0, "0 -> 9"),
        (None, 9.0, "base missing, compare filled"),
        (9.0, None, "base filled, compare missing"),
    ],
)
def test_numbers(base: float | None, compare: float | None, kind: str) -> None:
    first, second = (pd.Series([value, 3.0], dtype="float64") for value in (base, compare))
    assert patterns(first, second) == [(kind, 1)]


def test_dates_as_numbers() -> None:
    assert patterns([20000.0, 20000.0], [20001.0, 20009.0], "ADT") == [
        ("one day apart", 1),
        ("other date", 1),
    ]
    assert patterns([1728000000.0] * 2, [1728000060.0, 1728000000.0], "ADTM") == [
        ("same date, other time", 1)
    ]


def test_few_pairs_of_values_are_named_worst_first() -> None:
    base = pd.Series(["M", "M", "F", "U"], dtype="str")
    compare = pd.Series(["MALE", "MALE", "FEMALE", "U"], dtype="str")
    assert patterns(base, compare) == [("'M' -> 'MALE'", 2), ("'F' -> 'FEMALE'", 1)]


def test_many_pairs_of_values_are_counted_together() -> None:
    base = pd.Series([f"p{i}" for i in range(50)] + ["M"] * 9, dtype="str")
    compare = pd.Series([f"q{i}" for i in range(50)] + ["MALE"] * 9, dtype="str")
    assert patterns(base, compare) == [("other text", 50), ("'M' -> 'MALE'", 9)]
    numbers = pd.Series(range(10, 60), dtype="float64")
    assert patterns(numbers, numbers * 3.7) == [("other number", 50)]
