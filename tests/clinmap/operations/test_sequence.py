"""Sequence numbers, with ties apart and together."""

from __future__ import annotations

import random

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from clinmap.operations import Sequence
from clinmap.plan import Ref
from tests.rows_of import TestRows

Record = tuple[str, str | None, str]
RECORDS = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["1", "2", None]), st.sampled_from("xyz")),
    min_size=1,
)


def made(records: list[Record], ties: str) -> list[float]:
    own = {
        name: pd.Series([record[n] for record in records], dtype="str")
        for n, name in enumerate(("USUBJID", "DTC", "TEST"))
    }
    operation = Sequence([Ref("own", "DTC")], ties=ties)  # type: ignore[arg-type]
    return [float(number) for number in operation.apply(TestRows(own)).tolist()]


def test_together_gives_the_records_of_one_date_one_number() -> None:
    records: list[Record] = [("A", "2", "x"), ("A", "1", "x"), ("A", "2", "y"), ("B", "2", "x")]
    assert made(records, "together") == [2, 1, 2, 1]
    assert sorted(made(records, "apart")) == [1, 1, 2, 3]


@given(RECORDS)
def test_together_is_the_rank_of_the_distinct_dates(records: list[Record]) -> None:
    numbers = made(records, "together")
    for (subject, date, _), number in zip(records, numbers, strict=True):
        dates = {other[1] or "" for other in records if other[0] == subject}
        assert number == sorted(dates).index(date or "") + 1


@given(RECORDS, st.integers())
def test_the_order_of_rows_does_not_matter(records: list[Record], seed: int) -> None:
    order = random.Random(seed).sample(range(len(records)), len(records))
    for ties in ("apart", "together"):
        plain = sorted(zip(records, made(records, ties), strict=True), key=str)
        shuffled = [records[n] for n in order]
        assert sorted(zip(shuffled, made(shuffled, ties), strict=True), key=str) == plain
