"""Dates and times as collected."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from clinmap.plan import Ref
from sdtm import CollectedDatetime
from tests.rows_of import TestRows

DATE, TIME = Ref("source", "DAT"), Ref("source", "TIM")


def made(
    dates: list[str | None], times: list[str | None] | None = None
) -> tuple[list[object], list[tuple[str, list[int]]]]:
    own = {"$DAT": pd.Series(dates, dtype="str")}
    if times is not None:
        own["$TIM"] = pd.Series(times, dtype="str")
    of = TestRows(own)
    refs = [DATE] if times is None else [DATE, TIME]
    values = CollectedDatetime(refs, formats=["DD MON YYYY", "HH:MM"]).apply(of)
    plain = [None if pd.isna(value) else value for value in values.tolist()]
    return plain, [(code, where) for code, _, where in of.reported]


def test_partial_dates_keep_what_is_known() -> None:
    values, problems = made(["01 MAR 2014", "UN MAR 2014", "UN UNK 2010", "UNK", None])
    assert values == ["2014-03-01", "2014-03", "2010", None, None]
    assert problems == []


def test_times_are_added_and_a_missing_time_leaves_the_date() -> None:
    values, problems = made(["01 MAR 2014"] * 3, ["08:10", None, "24:00"])
    assert values == ["2014-03-01T08:10", "2014-03-01", "2014-03-02T00:00"]
    assert problems == []


def test_a_date_that_no_format_reads_is_listed_and_missing() -> None:
    values, problems = made(["2014/03/01", "31 FEB 2014", "01 MAR 2014"])
    assert values == [None, None, "2014-03-01"]
    assert problems == [("DTC001", [0, 1])]


def test_an_end_past_midnight_typed_with_the_day_of_its_start_is_moved() -> None:
    own = {
        "$DAT": pd.Series(["05 MAR 2015", "05 MAR 2015"], dtype="str"),
        "$TIM": pd.Series(["07:30", "23:00"], dtype="str"),
        "ECSTDTC": pd.Series(["2015-03-05T21:30"] * 2, dtype="str"),
    }
    of = TestRows(own)
    operation = CollectedDatetime(
        [DATE, TIME], formats=["DD MON YYYY", "HH:MM"], not_before=Ref("own", "ECSTDTC")
    )
    assert operation.apply(of).tolist() == ["2015-03-06T07:30", "2015-03-05T23:00"]
    assert [(code, where) for code, _, where in of.reported] == [("DTC002", [0])]


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="format"):
        CollectedDatetime([DATE], formats=["DD.QQ.YYYY"])
