"""Which event or censoring ends a time."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from adam import TimeToEvent
from clinmap.plan import Ref
from tests.rows_of import TestRows

START = 100.0
RULE = TimeToEvent(
    Ref("own", "ADT"), Ref("own", "CNSR"), (Ref("own", "PARAMCD"),), Ref("own", "STARTDT")
)
STOP = replace(RULE, stop=Ref("own", "STOPDT"))
Candidate = tuple[str, str, float | None, float | None, float | None]


def _rows(*candidates: Candidate) -> TestRows:
    """Candidates as subject, parameter, CNSR, date and stop."""
    columns = list(zip(*candidates, strict=True))
    own = {
        "USUBJID": pd.Series(columns[0], dtype="str"),
        "PARAMCD": pd.Series(columns[1], dtype="str"),
        "CNSR": pd.Series(columns[2], dtype="float64"),
        "ADT": pd.Series(columns[3], dtype="float64"),
        "STOPDT": pd.Series(columns[4], dtype="float64"),
        "STARTDT": pd.Series(START, index=range(len(candidates))),
    }
    return TestRows(own)


def _ends(rule: TimeToEvent, *candidates: Candidate) -> int:
    """The candidate that ends the only time."""
    numbers = rule.apply(_rows(*candidates)).tolist()
    assert sorted(numbers) == [float(n + 1) for n in range(len(candidates))]
    return numbers.index(1.0)


def test_the_first_event_ends_the_time_before_any_censoring() -> None:
    """Progression before death, and an event even where a censoring lies before it."""
    found = _ends(
        RULE,
        ("1", "PFS", 0, 180, None),
        ("1", "PFS", 0, 150, None),
        ("1", "PFS", 1, 140, None),
        ("1", "PFS", 1, 100, None),
    )
    assert found == 1


def test_an_event_goes_before_a_censoring_on_its_day() -> None:
    """The tie rule of survival analysis."""
    assert _ends(RULE, ("1", "OS", 1, 150, None), ("1", "OS", 0, 150, None)) == 1


def test_without_an_event_the_last_censoring_ends_the_time() -> None:
    """The last assessment, or randomisation where there was none."""
    assert _ends(RULE, ("1", "PFS", 1, 100, None), ("1", "PFS", 1, 164, None)) == 1
    assert _ends(RULE, ("1", "PFS", 1, 100, None), ("1", "PFS", 1, None, None)) == 0


def test_parameters_and_subjects_stand_apart() -> None:
    """Each subject and parameter has a time of its own."""
    rows = _rows(
        ("1", "OS", 1, 190, None), ("1", "PFS", 0, 150, None), ("2", "OS", 0, 120, None),
        ("2", "OS", 1, 180, None), ("1", "PFS", 1, 140, None),
    )  # fmt: skip
    assert RULE.apply(rows).tolist() == [1.0, 1.0, 1.0, 2.0, 2.0]


def test_another_therapy_takes_later_events_out_of_account() -> None:
    """EFS with censoring at another therapy: the assessment before it, with the rule's CNSR."""
    therapy: Candidate = ("1", "EFSC", 3, 130, 140)
    last: Candidate = ("1", "EFSC", 1, 200, None)
    assert _ends(STOP, ("1", "EFSC", 0, 160, None), therapy, last) == 1
    assert _ends(STOP, ("1", "EFSC", 0, 140, None), therapy, last) == 0
    assert _ends(STOP, therapy, last) == 0
    assert _ends(RULE, ("1", "EFSC", 0, 160, None), therapy, last) == 0


def test_the_earliest_of_two_stops_counts() -> None:
    """Two missed evaluations before another therapy: the gap ends the time."""
    gap: Candidate = ("1", "EFSC", 5, 120, 125)
    therapy: Candidate = ("1", "EFSC", 3, 150, 155)
    assert _ends(STOP, ("1", "EFSC", 0, 140, None), therapy, gap) == 2


def test_the_order_decides_between_dates_that_are_the_same() -> None:
    """Known alive on the day of randomisation: the one that the study puts first."""
    rows = _rows(("1", "OS", 1, 100, None), ("1", "OS", 1, 100, None))
    for first in (0, 1):
        rank = pd.Series([1.0, 2.0] if first == 0 else [2.0, 1.0])
        rule = replace(RULE, order=(Ref("own", "RANK"),))
        assert rule.apply(TestRows({**rows.own, "RANK": rank})).tolist()[first] == 1.0


def test_what_is_wrong_is_listed() -> None:
    """An event without a date, a time that ends before its start, and one that nothing ends."""
    rows = _rows(
        ("1", "OS", 0, None, None), ("1", "OS", 1, 150, None),
        ("2", "OS", 0, 90, None),
        ("3", "OS", 1, None, None), ("3", "OS", None, 150, None),
    )  # fmt: skip
    numbers = RULE.apply(rows).tolist()
    assert numbers[:3] == [2.0, 1.0, 1.0]
    found = {code: where for code, _, where in rows.reported}
    assert found["TTE001"] == [0]
    assert found["TTE002"] == [2]
    assert found["TTE003"] == [3 + numbers[3:].index(1.0)]


def test_the_method_says_the_rule() -> None:
    """What define.xml says, and what the graph knows."""
    said = STOP.describe().method
    assert "each USUBJID, PARAMCD that ends the time: the first ADT where CNSR is 0" in said
    assert "events after STOPDT do not count" in said
    assert {"STOPDT", "STARTDT"} <= {ref.column for ref in STOP.inputs()}
