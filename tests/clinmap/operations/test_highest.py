"""The highest of several values, by a stated order."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from clinmap.operations import Highest
from clinmap.plan import Ref
from tests.rows_of import TestRows

ORDER = ["DRUG WITHDRAWN", "DOSE REDUCED", "DOSE NOT CHANGED", "NOT APPLICABLE"]
VALUES = st.sampled_from([*ORDER, None])


def made(pairs: list[tuple[str | None, str | None]]) -> tuple[list[object], TestRows]:
    own = {
        "ONE": pd.Series([pair[0] for pair in pairs], dtype="str"),
        "TWO": pd.Series([pair[1] for pair in pairs], dtype="str"),
    }
    rows = TestRows(own)
    values = Highest([Ref("own", "ONE"), Ref("own", "TWO")], order=ORDER).apply(rows)
    return [None if pd.isna(value) else value for value in values.tolist()], rows


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1))
def test_the_first_in_the_order_that_is_there(pairs: list[tuple[str | None, str | None]]) -> None:
    values, rows = made(pairs)
    for pair, value in zip(pairs, values, strict=True):
        assert value == next((term for term in ORDER if term in pair), None)
    assert rows.reported == []


def test_a_value_without_a_place_is_listed_and_no_candidate() -> None:
    values, rows = made([("DOSE REDUCED", "MULTIPLE"), ("MULTIPLE", None)])
    assert values == ["DOSE REDUCED", None]
    assert [(code, where) for code, _, where in rows.reported] == [("TRM001", [1]), ("TRM001", [0])]


def test_the_method_names_the_order() -> None:
    method = Highest([Ref("own", "ONE")], order=["HIGH", "LOW"]).describe().method
    assert method == "The highest of ONE in the order HIGH > LOW."
