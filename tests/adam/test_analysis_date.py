"""Analysis dates and date-times."""

from __future__ import annotations

import pandas as pd

from adam import AnalysisDate, AnalysisDatetime
from clinmap.plan import Ref
from tests.rows_of import TestRows

DTC = Ref("source", "AESTDTC")
START = Ref("own", "TRTSDT")


def rows(values: list[str | None], start: float = 19783.0) -> TestRows:
    text = pd.Series(values, dtype="str")
    return TestRows({"$AESTDTC": text, "TRTSDT": pd.Series([start] * len(values))})


def test_a_complete_date_is_a_sas_date_without_a_flag() -> None:
    event = rows(["2014-03-01"])
    assert AnalysisDate(DTC).apply(event).tolist() == [19783.0]
    assert AnalysisDate(DTC, give="flag").apply(event).isna().all()


def test_a_month_is_imputed_not_before_treatment_where_the_month_allows_it() -> None:
    event = rows(["2014-03", "2014-02"], start=19790.0)
    made = AnalysisDate(DTC, highest="M", not_before=START)
    assert made.apply(event).tolist() == [19790.0, 19755.0]
    flag = AnalysisDate(DTC, highest="M", not_before=START, give="flag")
    assert flag.apply(event).tolist() == ["D", "D"]


def test_what_may_not_be_imputed_is_missing() -> None:
    event = rows(["2014", "2014-03", None])
    assert AnalysisDate(DTC, highest="D").apply(event).isna().tolist() == [True, False, True]
    assert AnalysisDate(DTC).apply(event).isna().all()


def test_a_date_without_a_time_is_at_the_first_or_last_second() -> None:
    event = rows(["2014-03-01"])
    day = 19783.0 * 86_400
    assert AnalysisDatetime(DTC).apply(event).tolist() == [day]
    assert AnalysisDatetime(DTC, time="last").apply(event).tolist() == [day + 86_399]
    assert AnalysisDatetime(DTC, give="time_flag").apply(event).tolist() == ["H"]


def test_the_method_says_the_rule() -> None:
    said = AnalysisDate(DTC, highest="M", impute="last").describe().method
    assert said == "AESTDTC as a SAS value; month and day imputed to the last possible."


def test_the_method_of_a_date_time_says_which_time() -> None:
    said = AnalysisDatetime(DTC, time="last").describe().method
    assert said == "AESTDTC as a SAS value; the time imputed to the last possible."
    said = AnalysisDatetime(DTC, time="last", highest="M").describe().method
    assert said.endswith(
        "month and day imputed to the first possible and the time to the last possible."
    )
