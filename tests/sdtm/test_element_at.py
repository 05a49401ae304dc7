"""The element in which a date lies."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.plan import Ref
from sdtm import ElementAt
from tests.rows_of import TestRows

ELEMENTS = [
    ("A", "2014-01-10", "SCREENING", 1.0),
    ("A", "2014-02-01T08:00", "TREATMENT", 2.0),
    ("A", "2014-03-01", "TREATMENT", 3.0),
    ("A", "2014-04-01", "FOLLOW-UP", 14.0),
    ("B", "2013-01-01", "SCREENING", 1.0),
]


def elements(listed: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(listed, columns=["USUBJID", "SESTDTC", "EPOCH", "TAETORD"])
    return frame.astype(dict.fromkeys(("USUBJID", "SESTDTC", "EPOCH"), "str"))


def made(
    dates: list[str | None],
    give: str = "EPOCH",
    subject: str = "A",
    listed: list[tuple[str, str, str, float]] = ELEMENTS,
) -> list[object]:
    own = {
        "USUBJID": pd.Series([subject] * len(dates), dtype="str"),
        "AESTDTC": pd.Series(dates, dtype="str"),
    }
    of = TestRows(own, tables={"SE": elements(listed)})
    values = ElementAt(Ref("own", "AESTDTC"), give=give).apply(of)  # type: ignore[arg-type]
    return [None if pd.isna(value) else value for value in values.tolist()]


@pytest.mark.parametrize(
    ("date", "epoch"),
    [
        ("2014-01-09", None),
        ("2014-01-10", "SCREENING"),
        ("2014-02-01T07:59", "SCREENING"),
        ("2014-02-01T08:00", "TREATMENT"),
        ("2014-02-01", "TREATMENT"),  # a day on which an element began belongs to it
        ("2014-03-31T23:59", "TREATMENT"),
        ("2099-01-01", "FOLLOW-UP"),
        ("2014-03", "TREATMENT"),
        ("2014-02", "TREATMENT"),
        ("2014-01", None),  # it may lie before the consent
        ("2014", None),
        (None, None),
    ],
)
def test_epoch(date: str | None, epoch: str | None) -> None:
    assert made([date]) == [epoch]


def test_a_partial_date_may_have_an_epoch_and_no_order() -> None:
    late = [("A", "2014-02-01", "TREATMENT", 2.0), ("A", "2014-02-20", "TREATMENT", 3.0)]
    assert made(["2014-02"], listed=late) == ["TREATMENT"]
    assert made(["2014-02"], "TAETORD", listed=late) == [None]


def test_a_subject_without_elements_has_none() -> None:
    assert made(["2014-02-10"], subject="C") == [None]
    assert made(["2014-02-10"], subject="B") == ["SCREENING"]
    assert made(["2014-02-10"], listed=[]) == [None]


DATES = st.lists(
    st.sampled_from(["2014-01-10", "2014-02", "2014-02-01T08:00", "2015", None]), min_size=1
)


@given(DATES, st.integers())
def test_the_order_of_rows_and_elements_does_not_matter(dates: list[str | None], seed: int) -> None:
    chance = random.Random(seed)
    order = chance.sample(range(len(dates)), len(dates))
    listed = chance.sample(ELEMENTS, len(ELEMENTS))
    plain = made(dates, "TAETORD")
    assert made([dates[n] for n in order], "TAETORD", listed=listed) == [plain[n] for n in order]
