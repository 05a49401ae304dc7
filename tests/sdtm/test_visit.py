"""Visits: planned ones by rule, unscheduled ones by date."""

from __future__ import annotations

import math
import random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.plan import Ref
from sdtm import Visit
from sdtm.visit import visit_rules
from tests.rows_of import TestRows

RULES = [
    {"visit": "SCRN", "number": 1, "name": "SCREENING"},
    {
        "visit": "C([0-9]+)D([0-9]+)", "times": [100, 1], "name": "COURSE {} DAY {}",
        "day": -28, "day_times": [28, 1],
    },
    {"visit": "EOT", "number": 9000, "name": "END OF TREATMENT"},
    {"visit": "UNS", "name": "UNSCHEDULED", "unscheduled": True},
]  # fmt: skip
Record = tuple[str, str | None]


def rows(records: list[Record], subjects: list[str] | None = None) -> TestRows:
    own = {
        "USUBJID": pd.Series(subjects or ["A"] * len(records), dtype="str"),
        "FOLDER": pd.Series([folder for folder, _ in records], dtype="str"),
        "LBDTC": pd.Series([date for _, date in records], dtype="str"),
    }
    return TestRows(own, parameters={"visits": RULES})


def made(of: TestRows, give: str) -> list[object]:
    date = None if give == "day" else Ref("own", "LBDTC")
    operation = Visit(Ref("own", "FOLDER"), give=give, date=date)  # type: ignore[arg-type]
    return [None if pd.isna(value) else value for value in operation.apply(of).tolist()]


def test_planned_visits() -> None:
    given_rows = rows([("SCRN", "2014-01-01"), ("C02D15", "2014-02-12"), ("EOT", "2014-05-01")])
    assert made(given_rows, "number") == [1.0, 215.0, 9000.0]
    assert made(given_rows, "name") == ["SCREENING", "COURSE 2 DAY 15", "END OF TREATMENT"]
    assert made(given_rows, "day") == [None, 43.0, None]


def test_unscheduled_visits_follow_the_last_planned_one_by_date() -> None:
    records: list[Record] = [
        ("UNS", "2014-02-10T09:00"),
        ("C01D08", "2014-02-08"),
        ("UNS", "2014-02-10T15:00"),
        ("UNS", "2014-02-12"),
        ("C01D15", "2014-02-15"),
        ("UNS", "2014-02-15"),
    ]
    given_rows = rows(records)
    assert made(given_rows, "number") == [108.01, 108.0, 108.01, 108.02, 115.0, 115.01]
    assert made(given_rows, "name")[3] == "UNSCHEDULED 108.02"
    assert made(given_rows, "day")[0] is None
    assert given_rows.reported == []


def test_an_unscheduled_visit_that_cannot_be_placed_is_listed_once_with_its_cause() -> None:
    records: list[Record] = [
        ("UNS", "2014-01-01"),
        ("SCRN", "2014-02-01"),
        ("UNS", "2014-02"),
        ("UNS", None),
    ]
    given_rows = rows(records)
    assert made(given_rows, "number") == [None, 1.0, None, None]
    assert made(given_rows, "name") == [None, "SCREENING", None, None]
    causes = {"without a date": [3], "whose date is partial": [2], "without a planned visit": [0]}
    assert [code for code, _, _ in given_rows.reported] == ["VIS001"] * 3
    for (_, message, where), (said, expected) in zip(
        given_rows.reported, causes.items(), strict=True
    ):
        assert said in message
        assert where == expected


def test_a_planned_visit_of_another_subject_is_not_followed() -> None:
    given_rows = rows([("C01D01", "2014-02-01"), ("UNS", "2014-02-02")], ["A", "B"])
    assert made(given_rows, "number") == [101.0, None]


def test_an_unknown_visit_is_listed_and_missing() -> None:
    given_rows = rows([("C1", "2014-02-01")])
    assert made(given_rows, "number") == [None]
    assert given_rows.reported[0][0] == "TRM001"
    assert made(given_rows, "name") == [None]


def test_a_rule_must_say_what_each_group_is_worth() -> None:
    with pytest.raises(ValueError, match="needs one of `times`"):
        visit_rules([{"visit": "C([0-9]+)", "times": []}])
    with pytest.raises(ValueError, match="must have"):
        visit_rules([{"visits": "SCRN"}])


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["SCRN", "C01D01", "C01D08", "UNS"]),
        st.sampled_from(["2014-01-01", "2014-01-02", "2014-01-03T08:00", "2014-01", None]),
    ),
    min_size=1,
)


@given(RECORDS, st.integers())
def test_the_order_of_rows_does_not_matter(records: list[Record], seed: int) -> None:
    order = random.Random(seed).sample(range(len(records)), len(records))
    plain = made(rows(records), "number")
    shuffled = made(rows([records[n] for n in order]), "number")
    assert shuffled == [plain[n] for n in order]
    assert not any(isinstance(n, float) and math.isnan(n) for n in plain)
