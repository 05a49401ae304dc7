"""The dose before an event and on its day."""

from __future__ import annotations

import pandas as pd
import pytest

from adam import DoseOn, LastDose
from clinmap.plan import Ref
from tests.rows_of import TestRows

WHEN = Ref("own", "ASTDT")
DAYS = {"2014-01-02": 19725.0, "2014-01-16": 19739.0, "2014-01-17": 19740.0, "2014-02-01": 19755.0}


def exposure() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "USUBJID": pd.Series(["A", "A", "B"], dtype="str"),
            "EXSTDTC": pd.Series(["2014-01-02", "2014-01-17", "2014-01-02"], dtype="str"),
            "EXENDTC": pd.Series(["2014-01-16", None, "2014-01-03"], dtype="str"),
            "EXDOSE": [54.0, 81.0, 54.0],
            "EXDOSU": pd.Series(["mg", "mg", "mg"], dtype="str"),
        }
    )


def rows(subjects: list[str], days: list[float]) -> TestRows:
    own = {"USUBJID": pd.Series(subjects, dtype="str"), "ASTDT": pd.Series(days)}
    return TestRows(own, tables={"EX": exposure()})


def test_the_last_dose_is_the_day_itself_within_an_interval() -> None:
    made = LastDose(WHEN).apply(rows(["A"], [DAYS["2014-01-16"]]))
    assert made.tolist() == [DAYS["2014-01-16"] * 86_400]


def test_an_interval_without_an_end_gives_no_last_dose_but_a_dose_on_the_day() -> None:
    event = rows(["A"], [DAYS["2014-02-01"]])
    assert LastDose(WHEN).apply(event).tolist() == [DAYS["2014-01-16"] * 86_400]
    assert DoseOn(WHEN).apply(event).tolist() == [81.0]
    assert DoseOn(WHEN, give="unit").apply(event).tolist() == ["mg"]


@pytest.mark.parametrize("subject", ["A", "B", "C"])
def test_before_the_first_dose_there_is_none(subject: str) -> None:
    event = rows([subject], [19000.0])
    assert LastDose(WHEN).apply(event).isna().all()
    assert DoseOn(WHEN).apply(event).isna().all()


def test_a_day_after_the_last_interval_has_a_last_dose_and_no_dose() -> None:
    event = rows(["B"], [DAYS["2014-02-01"]])
    assert LastDose(WHEN).apply(event).tolist() == [(DAYS["2014-01-02"] + 1) * 86_400]
    assert DoseOn(WHEN).apply(event).isna().all()


def test_a_missing_day_has_neither() -> None:
    event = rows(["A"], [float("nan")])
    assert LastDose(WHEN).apply(event).isna().all()
    assert DoseOn(WHEN).apply(event).isna().all()
