"""Best overall response by stated criteria, confirmed and not."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from adam import BestResponse
from adam.response_criteria import response_rules
from clinmap.expressions import parse_condition
from clinmap.plan import Plan, Ref
from tests.rows_of import TestRows

ANY = ["CR", "PR", "MR", "SD", "NE"]
RECIST: list[dict[str, Any]] = [
    {
        "response": "CR",
        "confirmed_by": ["CR"],
        "after": 28,
        "between": ["CR", "NE"],
        "at_most": {"NE": 1},
    },
    {
        "response": "PR",
        "confirmed_by": ["CR", "PR"],
        "after": 28,
        "between": ["CR", "PR", "NE"],
        "at_most": {"NE": 1},
        "falls_back": False,
    },
    {"response": "SD", "of": ["CR", "PR", "SD"], "days": 42},
    {"response": "PD"},
    {"response": "NE", "of": ["CR", "PR", "SD", "NE"]},
]
INRC: list[dict[str, Any]] = [
    {"response": "CR", "confirmed_by": ["CR"], "after": 28, "between": ANY},
    {
        "response": "PR",
        "of": ["CR", "PR"],
        "confirmed_by": ["CR", "PR"],
        "after": 28,
        "between": ANY,
    },
    {"response": "MR", "confirmed_by": ["CR", "PR", "MR"], "after": 28},
    {"response": "SD", "of": ["CR", "PR", "MR", "SD"], "days": 42},
    {"response": "PD"},
    {"response": "NE", "of": ["CR", "PR", "MR", "SD", "NE"]},
]
RULE = BestResponse(Ref("own", "AVALC"), Ref("own", "ADT"), "criteria", Ref("own", "RANDDT"))


def _rows(assessed: str, criteria: list[dict[str, Any]], subject: str = "1") -> TestRows:
    """Rows of assessments written as `21 SD, 42 PR`: the day since the start, the response."""
    pairs = [item.split() for item in assessed.split(", ")]
    own = {
        "USUBJID": pd.Series([subject] * len(pairs), dtype="str"),
        "ADT": pd.Series([1000.0 + float(day) for day, _ in pairs]),
        "AVALC": pd.Series([response for _, response in pairs], dtype="str"),
        "RANDDT": pd.Series([1000.0] * len(pairs)),
    }
    return TestRows(own, parameters={"criteria": criteria})


@pytest.mark.parametrize(
    ("assessed", "unconfirmed", "confirmed"),
    [
        ("21 SD, 58 NE, 63 CR", "CR", "SD"),
        ("21 SD, 42 PR, 63 CR", "CR", "SD"),
        ("21 PR, 42 CR, 63 PD", "CR", "SD"),
        ("21 SD, 42 PR, 63 NE, 84 PR", "PR", "PR"),
        ("21 SD, 42 PR, 70 PR", "PR", "PR"),
        ("21 SD, 42 PR, 69 PR", "PR", "SD"),
        ("21 PR, 30 NE, 40 NE, 84 PR", "PR", "SD"),
        ("21 PR, 35 SD, 84 PR", "PR", "SD"),
        ("21 PR, 35 CR, 49 PR", "CR", "SD"),
        ("21 PR, 35 PR, 49 CR", "CR", "PR"),
        ("21 CR, 49 CR", "CR", "CR"),
        ("21 CR, 49 PR", "CR", "SD"),
        ("21 CR", "CR", "NE"),
        ("41 SD", "NE", "NE"),
        ("42 SD", "SD", "SD"),
        ("21 SD, 41 PD", "PD", "PD"),
        ("10 NE", "NE", "NE"),
    ],
)
def test_recist(assessed: str, unconfirmed: str, confirmed: str) -> None:
    """The best response of RECIST 1.1, by hand from its table of confirmation."""
    rows = _rows(assessed, RECIST)
    assert set(RULE.apply(rows)) == {confirmed}
    assert set(replace(RULE, confirmed=False).apply(rows)) == {unconfirmed}
    assert rows.reported == []


@pytest.mark.parametrize(
    ("assessed", "confirmed"),
    [
        ("28 MR, 60 SD, 90 MR", "MR"),
        ("28 PR, 40 SD, 56 PR", "PR"),
        ("28 PR, 40 PD, 56 PR", "PD"),
        ("28 CR, 56 PR", "PR"),
        ("30 SD, 38 PD", "PD"),
        ("28 MR, 50 PR", "SD"),
    ],
)
def test_inrc_with_a_minor_response(assessed: str, confirmed: str) -> None:
    """Another table of criteria, with another response in it and other rules in between."""
    where = parse_condition(".COUNTS == 'Y'")
    rows = _rows(assessed, INRC)
    progressed = rows.own["AVALC"].eq("PD").cumsum() - rows.own["AVALC"].eq("PD")
    own = {**rows.own, "COUNTS": pd.Series("Y", index=rows.index).where(progressed == 0)}
    found = replace(RULE, where=where).apply(TestRows(own, parameters=rows.parameters))
    assert set(found) == {confirmed}


def _by_hand(
    assessed: list[tuple[int, str]], criteria: list[dict[str, Any]]
) -> tuple[str, int] | None:
    """The best response and its first day, read off the criteria one assessment at a time."""
    for number, rule in enumerate(criteria):
        before = [earlier.get("of", [earlier["response"]]) for earlier in criteria[:number]]
        better = {response for responses in before for response in responses}
        own = rule.get("of", [rule["response"]])
        for place, (day, response) in enumerate(assessed):
            if response not in own or day < rule.get("days", day):
                continue
            if "confirmed_by" not in rule or _holds(assessed[place:], rule, better, own):
                return rule["response"], day
    return None


def _holds(
    rest: list[tuple[int, str]], rule: dict[str, Any], better: set[str], own: list[str]
) -> bool:
    """Whether the first of these is confirmed by one of the others."""
    day = rest[0][0]
    for place, (later, response) in enumerate(rest[1:], start=1):
        if response not in rule["confirmed_by"] or later < day + rule["after"]:
            continue
        between = [found for _, found in rest[1:place]]
        strange = [found for found in between if found not in rule.get("between", between)]
        too_many = [r for r, most in rule.get("at_most", {}).items() if between.count(r) > most]
        path = [*between, response]
        rises = [n for n, found in enumerate(path) if found in better]
        fell = rises and any(found in own for found in path[rises[0] + 1 :])
        if not strange and not too_many and (rule.get("falls_back", True) or not fell):
            return True
    return False


@pytest.mark.parametrize("criteria", [RECIST, INRC], ids=["recist", "inrc"])
def test_many_subjects_against_the_rules_read_one_by_one(criteria: list[dict[str, Any]]) -> None:
    """Six hundred random courses: the same best response on the same day as by hand."""
    chance = random.Random(11)
    known = sorted({r for rule in criteria for r in rule.get("of", [rule["response"]])})
    courses = []
    for _ in range(600):
        days = sorted(chance.sample(range(7, 200), chance.randint(1, 7)))
        courses.append([(day, chance.choice(known)) for day in days])
    own = {
        "USUBJID": [str(n) for n, course in enumerate(courses) for _ in course],
        "ADT": [1000.0 + day for course in courses for day, _ in course],
        "AVALC": [response for course in courses for _, response in course],
    }
    shuffled = pd.DataFrame(own).sample(frac=1, random_state=3).reset_index(drop=True)
    columns = {name: shuffled[name] for name in shuffled}
    columns["RANDDT"] = pd.Series(1000.0, index=shuffled.index)
    rows = TestRows(columns, parameters={"criteria": criteria})
    shuffled["best"] = RULE.apply(rows)
    flagged = shuffled[replace(RULE, give="flag").apply(rows) == "Y"].set_index("USUBJID")
    for number, course in enumerate(courses):
        expected = _by_hand(course, criteria)
        assert expected is not None
        found = flagged.loc[str(number)]
        assert (found["best"], found["ADT"] - 1000) == expected
    assert flagged["best"].nunique() == len(criteria)


def test_the_flag_is_on_the_first_assessment_that_counts() -> None:
    """An unconfirmed CR counts as SD, and so does the SD before it, which comes first."""
    rows = _rows("21 SD, 45 SD, 63 CR", RECIST)
    flags = replace(RULE, give="flag").apply(rows)
    assert flags.tolist()[1] == "Y"
    assert flags.notna().sum() == 1
    assert replace(RULE, give="counts_as").apply(rows).tolist() == ["NE", "SD", "SD"]


def test_the_order_of_rows_and_other_subjects_do_not_matter() -> None:
    """A response is not confirmed by another subject's, and rows may come in any order."""
    first, second = _rows("42 PR, 84 SD", RECIST, "1"), _rows("100 PR, 140 PR", RECIST, "2")
    own = {
        name: pd.concat([first.own[name], second.own[name]])[::-1].reset_index(drop=True)
        for name in first.own
    }
    found = RULE.apply(TestRows(own, parameters=first.parameters))
    assert found.tolist() == ["PR", "PR", "SD", "SD"]


def test_evaluators_stand_apart() -> None:
    """With `by`, each evaluator's assessments have a best response of their own."""
    rows = _rows("42 PR, 50 CR, 80 PR, 90 SD", RECIST)
    own = {**rows.own, "RSEVAL": pd.Series(["A", "B", "A", "B"], dtype="str")}
    rule = replace(RULE, by=(Ref("own", "RSEVAL"),))
    assert rule.apply(TestRows(own, parameters=rows.parameters)).tolist() == [
        "PR",
        "SD",
        "PR",
        "SD",
    ]


def test_a_confirmation_may_come_too_late() -> None:
    """`within` bounds the time to the confirmation; the day itself still counts."""
    criteria = [{**RECIST[0], "within": 56}, *RECIST[1:]]
    assert set(RULE.apply(_rows("50 CR, 106 CR", criteria))) == {"CR"}
    assert set(RULE.apply(_rows("50 CR, 107 CR", criteria))) == {"SD"}


def test_a_later_assessment_of_the_same_day_does_not_confirm_itself() -> None:
    """Without `after` the next assessment confirms, never the one in question."""
    criteria = [{"response": "CR", "confirmed_by": ["CR"]}, {"response": "NE", "of": ["CR", "NE"]}]
    assert set(RULE.apply(_rows("50 CR", criteria))) == {"NE"}
    assert set(RULE.apply(_rows("50 CR, 51 CR", criteria))) == {"CR"}


def test_what_cannot_be_judged_is_listed() -> None:
    """A response that the criteria have not, and one without a date; a missing one is neither."""
    rows = _rows("21 SD, 42 CMR, 63 PR", RECIST)
    rows.own["ADT"].iloc[2] = float("nan")  # type: ignore[index]
    own = {
        name: pd.concat([column, column[:1]], ignore_index=True)
        for name, column in rows.own.items()
    }
    own["AVALC"].iloc[3] = None
    rows = TestRows(own, parameters=rows.parameters)
    assert set(RULE.apply(rows)) == {"NE"}
    assert [(code, where) for code, _, where in rows.reported] == [("TRM001", [1]), ("RSP001", [2])]


def test_a_subject_without_assessments_has_none() -> None:
    """Nothing counts where `where` is nowhere true."""
    rule = replace(RULE, where=parse_condition(".AVALC == 'X'"))
    rows = _rows("21 SD, 42 PR", RECIST)
    assert rule.apply(rows).isna().all()
    assert replace(rule, give="flag").apply(rows).isna().all()


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (None, "must be a list of responses"),
        ([{"response": "CR", "confirmedby": ["CR"]}], "Did you mean confirmed_by?"),
        ([{"response": "CR", "days": "soon"}], "entry 1 of recist: days"),
        ([{"response": "CR", "confirmed_by": ["CRR"]}], "CRR, which no entry has; Did you mean CR"),
        ([{"response": "SD", "days": 42}], "write `since`"),
    ],
)  # fmt: skip
def test_criteria_that_do_not_fit_are_refused(table: object, says: str) -> None:
    """The study's table is checked before any data are read, with a near match."""
    plan = Plan("S", "", "", "", "2025-01-01", {}, (), {}, (), parameters={"recist": table})
    rule = BestResponse(Ref("own", "AVALC"), Ref("own", "ADT"), "recist")
    assert says in rule.lacks(plan)


def test_criteria_that_fit() -> None:
    """The two tables of this page are read whole."""
    assert [rule.response for rule in response_rules("inrc", INRC)][2] == "MR"
    plan = Plan("S", "", "", "", "2025-01-01", {}, (), {}, (), parameters={"criteria": RECIST})
    assert RULE.lacks(plan) == ""


@pytest.mark.parametrize(
    ("give", "says"),
    [
        ("response", 'The best AVALC of the subject where ANL01FL is "Y", by the criteria'),
        ("flag", "Y on the first record that counts as the subject's best AVALC"),
        ("counts_as", "What AVALC counts as in the best response"),
    ],
)
def test_the_method_says_the_rule(give: str, says: str) -> None:
    """What define.xml says of it."""
    rule = BestResponse(
        Ref("own", "AVALC"), Ref("own", "ADT"), "criteria",
        where=parse_condition(".ANL01FL == 'Y'"), give=give,  # type: ignore[arg-type]
    )  # fmt: skip
    assert rule.describe().method.startswith(says)
    assert {ref.column for ref in rule.inputs()} == {"USUBJID", "AVALC", "ADT", "ANL01FL"}
