"""Coded text says what plain text says, whatever pandas is asked to do with it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmap.coded_text import (
    CodedText,
    as_coded,
    coded,
    combined,
    from_codes,
    is_coded,
    recoded,
    shared_codes,
)

VALUES = st.lists(st.one_of(st.none(), st.sampled_from(["", "a", "b ", "B", "10", "9", "é"])))


def plain(values: list[str | None]) -> pd.Series:
    return pd.Series(values, dtype="str")


def as_codes(values: list[str | None]) -> pd.Series:
    """The values coded whatever they are, by distinct values that have one that no row has."""
    known = pa.array(["unused", *sorted({v for v in values if v is not None})], pa.large_string())
    places = {text: place for place, text in enumerate(known.to_pylist())}
    codes = np.array([-1 if v is None else places[v] for v in values], dtype=np.int32)
    return from_codes(codes, known, pd.RangeIndex(len(values)))


DONE: dict[str, Callable[[pd.Series], Any]] = {
    "reversed": lambda s: s.iloc[::-1],
    "taken with missing": lambda s: s.reindex([0, 99, 1]),
    "masked": lambda s: s[s.notna()],
    "dropna": lambda s: s.dropna(),
    "equal": lambda s: s == "a",
    "unequal": lambda s: s != "a",
    "less": lambda s: s < "a",
    "itself": lambda s: s == s.iloc[::-1].reset_index(drop=True),
    "not itself": lambda s: s != s.iloc[::-1].reset_index(drop=True),
    "isin": lambda s: s.isin(["a", "10"]),
    "isin with missing": lambda s: s.isin(["a", None]),
    "missing": lambda s: s.isna(),
    "filled": lambda s: s.fillna("x"),
    "filled by row": lambda s: s.fillna(s.iloc[::-1].reset_index(drop=True)),
    "where": lambda s: s.where(s != "a"),
    "where text": lambda s: s.where(s != "a", "z"),
    "where column": lambda s: s.where(s != "a", s.iloc[::-1].reset_index(drop=True)),
    "mask": lambda s: s.mask(s == "a"),
    "upper": lambda s: s.str.upper(),
    "slice": lambda s: s.str[:1],
    "length": lambda s: s.str.len(),
    "contains": lambda s: s.str.contains("1", regex=False),
    "fullmatch": lambda s: s.str.fullmatch("[0-9]+"),
    "split": lambda s: s.str.split("0"),
    "mapped": lambda s: s.map({"a": "A", "9": "nine"}),
    "mapped to numbers": lambda s: s.map({"a": 1.0, "9": 9.0}),
    "mapped by function": lambda s: s.map(lambda v: v * 2, na_action="ignore"),
    "duplicated": lambda s: s.duplicated(),
    "last duplicated": lambda s: s.duplicated(keep="last"),
    "sorted": lambda s: s.sort_values(kind="stable"),
    "sorted down": lambda s: s.sort_values(kind="stable", ascending=False, na_position="first"),
    "together": lambda s: pd.concat([s, s.iloc[:1], plain(["new"])], ignore_index=True),
    "hashed": lambda s: pd.util.hash_pandas_object(s, index=False),
    "counted in groups": lambda s: s.groupby(s, sort=False).cumcount(),
    "distinct": lambda s: pd.Series(s.unique()),
    "counts": lambda s: s.value_counts(sort=False).sort_index(),
    "objects": lambda s: s.astype(object),
    "text": lambda s: s.astype("str"),
    "joined": lambda s: s.str.cat(s, sep="-"),
    "shifted": lambda s: s.shift(1),
    "arrow": lambda s: pd.Series(pa.array(s).to_pylist(), dtype="str"),
    "pickled": lambda s: pickle.loads(pickle.dumps(s)),
}


@pytest.mark.parametrize("name", DONE)
@settings(max_examples=20)
@given(values=VALUES)
def test_it_does_what_plain_text_does(name: str, values: list[str | None]) -> None:
    """Whatever is asked of it, the answer is that of plain text."""
    pd.testing.assert_series_equal(DONE[name](as_codes(values)), DONE[name](plain(values)))


@given(VALUES)
def test_it_is_factorized_in_the_order_of_appearance(values: list[str | None]) -> None:
    """Distinct values that no row has are not among them; missing is one where it is asked for."""
    for sentinel in (True, False):
        ours, known = pd.factorize(as_codes(values), use_na_sentinel=sentinel)
        theirs, expected = pd.factorize(plain(values), use_na_sentinel=sentinel)
        assert ours.tolist() == theirs.tolist()
        assert list(known) == pytest.approx(list(expected), nan_ok=True)


@settings(max_examples=30)
@given(VALUES, VALUES)
def test_two_texts_are_put_together(left: list[str | None], right: list[str | None]) -> None:
    """As `str.cat` does; different pairs may give the same text."""
    size = min(len(left), len(right))
    one, other = left[:size], right[:size]
    found = combined(as_codes(one), as_codes(other), "")
    pd.testing.assert_series_equal(found, plain(one).str.cat(plain(other)))
    assert len(set(coded(found)[1].to_pylist())) == len(coded(found)[1])


@settings(max_examples=30)
@given(VALUES, VALUES)
def test_numbers_are_shared_where_texts_are(
    left: list[str | None], right: list[str | None]
) -> None:
    """Equal numbers of two columns are equal texts."""
    first, second = shared_codes(as_codes(left), plain(right))
    pairs = {(a, b) for a, b in zip([*first, *second], [*left, *right], strict=True)}
    assert len({a for a, _ in pairs}) == len(pairs)


def test_a_value_may_be_put_in() -> None:
    """A value that was not known before, and a missing one."""
    values = as_codes(["a", "b", "a"])
    values[1] = "c"
    values[2] = None
    assert values.tolist() == ["a", "c", pytest.approx(np.nan, nan_ok=True)]
    assert is_coded(values)


def test_text_of_many_values_stays_plain() -> None:
    """Nothing is won by numbers where each value stands once."""
    assert not is_coded(as_coded(plain(["a", "b", "c"])))
    assert is_coded(as_coded(plain(["a", "a", "b", None])))


def test_what_is_recoded_has_each_value_once() -> None:
    """Two old values may become one."""
    made = recoded(np.array([0, 1, 2, -1]), pd.array(["x", "x", None], dtype="str"))
    assert isinstance(made, CodedText)
    assert made.known.to_pylist() == ["x"]
    assert made.codes.tolist() == [0, 0, -1, -1]


def test_taking_rows_keeps_the_distinct_values() -> None:
    """They are shared, not copied."""
    values = as_codes(["a", "b", "a"])
    assert values.iloc[[2, 0]].array.known is values.array.known
