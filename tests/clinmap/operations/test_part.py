"""Items of a list in one text."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from clinmap.operations.part import Part
from clinmap.plan import Ref
from tests.rows_of import TestRows

LIST = Ref("own", "LIST")
ITEMS = st.lists(st.sampled_from(["White", "Asian", "a b", "x-1"]), max_size=5)


def rows(*texts: str | None) -> TestRows:
    return TestRows({"LIST": pd.Series(texts, dtype="str")})


def values(operation: Part, of: TestRows) -> list[str | None]:
    return [None if pd.isna(value) else value for value in operation.apply(of).tolist()]


def test_the_item_of_a_number() -> None:
    of = rows("White; Asian", "White", ";;Asian;", None)
    assert values(Part(LIST), of) == ["White", "White", "Asian", None]
    assert values(Part(LIST, number=2), of) == ["Asian", None, None, None]


def test_only_of_texts_with_several() -> None:
    of = rows("White|Asian", "White")
    assert values(Part(LIST, separator="|", of_several=True), of) == ["White", None]


def test_items_beyond_the_last_are_listed() -> None:
    of = rows("a;b", "a;b;c", "a;b;")
    values(Part(LIST, number=2, last=True), of)
    assert [(code, where) for code, _, where in of.reported] == [("TXT003", [1])]


@given(ITEMS)
def test_all_items_together_are_the_list(items: list[str]) -> None:
    of = rows(";".join(items))
    found = [values(Part(LIST, number=n), of)[0] for n in range(1, len(items) + 2)]
    assert found == [*items, None]


@pytest.mark.parametrize("wrong", [{"number": 0}, {"separator": ""}])
def test_what_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Part(LIST, **wrong)  # type: ignore[arg-type]
