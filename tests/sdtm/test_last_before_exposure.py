"""The last observation before exposure."""

from __future__ import annotations

import random

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from clinmap.expressions import parse_expression
from clinmap.plan import Ref
from sdtm import LastBeforeExposure
from tests.rows_of import TestRows

Record = tuple[str | None, str | None]


def rows(records: list[Record], first: str | None = "2013-03-13T08:00") -> TestRows:
    size = len(records)
    own = {
        "USUBJID": pd.Series(["A"] * size, dtype="str"),
        "LBTESTCD": pd.Series(["HGB"] * size, dtype="str"),
        "LBDTC": pd.Series([date for date, _ in records], dtype="str"),
        "LBORRES": pd.Series([result for _, result in records], dtype="str"),
    }
    dm = pd.DataFrame({"USUBJID": ["A"], "RFXSTDTC": [first]}, dtype="str")
    return TestRows(own, tables={"DM": dm})


def flagged(of: TestRows, predose: str = "") -> list[int]:
    operation = LastBeforeExposure(
        Ref("own", "LBDTC"),
        by=[Ref("own", "LBTESTCD")],
        result=Ref("own", "LBORRES"),
        predose=parse_expression(predose) if predose else None,
    )
    made = operation.apply(of)
    return [n for n, value in enumerate(made.tolist()) if value == "Y"]


def test_the_last_record_with_a_result_before_the_dose_is_flagged() -> None:
    records: list[Record] = [
        ("2013-03-06", "13"),
        ("2013-03-10", "12"),
        ("2013-03-12", None),
        ("2013-03-14", "11"),
    ]
    assert flagged(rows(records)) == [1]


def test_on_the_day_of_the_dose_only_a_time_before_it_counts() -> None:
    records: list[Record] = [("2013-03-06", "13"), ("2013-03-13", "9.8")]
    assert flagged(rows(records)) == [0]
    assert flagged(rows([*records, ("2013-03-13T07:59", "10")])) == [2]
    assert flagged(rows([*records, ("2013-03-13T08:00", "10")])) == [0]


def test_a_planned_predose_record_without_a_time_counts_if_that_is_said() -> None:
    records: list[Record] = [("2013-03-06", "13"), ("2013-03-13", "9.8")]
    assert flagged(rows(records), "present(.LBORRES)") == [1]


def test_a_first_dose_without_a_time_leaves_its_day_out() -> None:
    records: list[Record] = [("2013-03-06", "13"), ("2013-03-13T07:00", "9.8")]
    assert flagged(rows(records, "2013-03-13")) == [0]


def test_without_exposure_or_a_complete_date_nothing_is_flagged() -> None:
    assert flagged(rows([("2013-03-06", "13")], None)) == []
    assert flagged(rows([("2013-03", "13"), (None, "1")])) == []


DATES = st.sampled_from([None, "2013-03", "2013-03-06", "2013-03-10T09:00", "2013-03-10T09:30"])


@given(st.lists(st.tuples(DATES, st.sampled_from(["1", "2", None]))), st.integers())
def test_the_order_of_rows_does_not_matter(records: list[Record], seed: int) -> None:
    if not records:
        return
    order = random.Random(seed).sample(range(len(records)), len(records))
    plain = [records[n] for n in flagged(rows(records))]
    shuffled = [records[order[n]] for n in flagged(rows([records[n] for n in order]))]
    assert plain == shuffled
