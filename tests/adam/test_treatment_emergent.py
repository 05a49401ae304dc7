"""Treatment-emergent events."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from adam import TreatmentEmergent
from clinmap.plan import Plan, Ref
from tests.rows_of import TestRows

NAN = float("nan")


@pytest.mark.parametrize(
    ("began", "ended", "start", "end", "flag"),
    [
        (100.0, NAN, 100.0, 200.0, "Y"),
        (99.0, NAN, 100.0, 200.0, None),
        (230.0, NAN, 100.0, 200.0, "Y"),
        (231.0, NAN, 100.0, 200.0, None),
        (500.0, NAN, 100.0, NAN, "Y"),
        (NAN, NAN, 100.0, 200.0, "Y"),
        (NAN, 99.0, 100.0, 200.0, None),
        (100.0, NAN, NAN, NAN, None),
        (NAN, NAN, NAN, NAN, None),
    ],
)
def test_the_window(began: float, ended: float, start: float, end: float, flag: str | None) -> None:
    own = {
        name: pd.Series([value], dtype="float64")
        for name, value in (("ASTDT", began), ("AENDT", ended), ("S", start), ("E", end))
    }
    rule = TreatmentEmergent(
        Ref("own", "ASTDT"), Ref("own", "S"), Ref("own", "E"), 30, Ref("own", "AENDT")
    )
    made = rule.apply(TestRows(own)).tolist()
    assert (made[0] if isinstance(made[0], str) else None) == flag


def _flags(rule: TreatmentEmergent, records: list[dict[str, Any]]) -> str:
    """A letter for each record: Y, or a dot."""
    frame = pd.DataFrame(records)
    kinds = {name: "str" if name in ("USUBJID", "EVENT") else "float64" for name in frame}
    made = rule.apply(TestRows(dict(frame.astype(kinds).items())))
    return "".join(made.fillna("."))


def _own(name: str) -> Ref:
    return Ref("own", name)


WITH_BOTH_GRADES = TreatmentEmergent(
    _own("BEGAN"), _own("S"), event_end=_own("ENDED"), grade=_own("WORST"), initial=_own("FIRST")
)
BY_RECORDS = TreatmentEmergent(
    _own("BEGAN"), _own("S"), _own("E"), 30, grade=_own("GRADE"), by=(_own("EVENT"),)
)


@pytest.mark.parametrize(
    ("began", "ended", "first", "worst", "flag"),
    [
        (90, 120, 1, 3, "Y"),  # went on, and became worse
        (90, None, 1, 3, "Y"),
        (90, 100, 1, 3, "Y"),
        (90, 99, 1, 3, "."),  # over before the first dose
        (90, 120, 2, 2, "."),
        (90, 120, 3, 1, "."),
        (90, 120, None, 3, "."),  # not known to be worse
        (90, 120, 1, None, "."),
        (100, 120, 2, 2, "Y"),  # new
        (None, 120, 2, 2, "Y"),
        (None, 99, 1, 3, "."),
    ],
)
def test_an_event_from_before_counts_where_its_worst_grade_is_above_its_first(
    began: float | None, ended: float | None, first: float | None, worst: float | None, flag: str
) -> None:
    record = {"BEGAN": began, "ENDED": ended, "FIRST": first, "WORST": worst, "S": 100}
    assert _flags(WITH_BOTH_GRADES, [record]) == flag


@pytest.mark.parametrize(
    ("intervals", "flags"),
    [
        ([(90, 2), (110, 1), (120, 2)], "..."),  # never above the grade before treatment
        ([(90, 2), (110, 3), (120, 1)], ".YY"),  # worse, and all that follows
        ([(80, 1), (90, 3), (110, 2)], "..."),  # the last grade before treatment counts
        ([(80, 3), (90, 1), (110, 2)], "..Y"),
        ([(100, 1), (110, 2)], "YY"),  # new
        ([(90, 2), (231, 3)], ".."),  # worse, but after the window
        ([(90, 2), (220, 3), (231, 4)], ".Y."),
        ([(90, None), (110, 3)], ".."),  # not known to be worse
        ([(80, 2), (90, None), (110, 3)], "..Y"),
        ([(90, 2), (None, 3)], ".Y"),  # may have begun on treatment
    ],
)
def test_records_of_one_event_count_from_the_first_that_is_worse(
    intervals: list[tuple[float | None, float | None]], flags: str
) -> None:
    """Treatment from day 100 to 200 and 30 days more; each record is a begin and a grade."""
    records = [
        {"USUBJID": "1", "EVENT": "A", "BEGAN": began, "GRADE": grade, "S": 100, "E": 200}
        for began, grade in intervals
    ]
    assert _flags(BY_RECORDS, records) == flags
    assert _flags(BY_RECORDS, records[::-1]) == flags[::-1]


def test_other_events_and_other_subjects_do_not_matter() -> None:
    same = {"S": 100, "E": 200, "GRADE": 2}
    records = [
        {"USUBJID": "1", "EVENT": "A", "BEGAN": 90, **same},
        {"USUBJID": "1", "EVENT": "B", "BEGAN": 110, **same},
        {"USUBJID": "2", "EVENT": "A", "BEGAN": 110, **same},
        {"USUBJID": "1", "EVENT": None, "BEGAN": 90, **same},
        {"USUBJID": "1", "EVENT": None, "BEGAN": 110, **same},
    ]
    assert _flags(BY_RECORDS, records) == ".YY.Y"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"grade": _own("G")}, "compared with"),
        ({"initial": _own("I")}, "no grade"),
        ({"by": (_own("B"),)}, "no grade"),
        ({"grade": _own("G"), "initial": _own("I"), "by": (_own("B"),)}, "both"),
    ],
)
def test_grades_without_what_they_are_compared_with_are_refused(
    more: dict[str, Any], said: str
) -> None:
    plan = Plan("S", "", "", "", "", {}, (), {}, ())
    assert said in TreatmentEmergent(_own("BEGAN"), _own("S"), **more).lacks(plan)
    for fitting in (WITH_BOTH_GRADES, BY_RECORDS, TreatmentEmergent(_own("BEGAN"), _own("S"))):
        assert fitting.lacks(plan) == ""


def test_the_method_says_what_is_worse() -> None:
    assert "WORST is above FIRST" in WITH_BOTH_GRADES.describe().method
    assert "records of one EVENT" in BY_RECORDS.describe().method
