"""What the rules of escalation say beside the committee: as tables, in the study, and in others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import pytest

from clinmap.app.registry import registry
from clinmap.execution.building import Outcome, build_datasets
from clinmap.execution.tables import FrameTable
from clinmap.plan import Plan
from clinmap.readers.raw import row_hash
from mappings.compile import compile_study

Records = Callable[..., pd.DataFrame]

STEPS = ("DLTCOH", "DLTDEC", "DLTNOW", "ADESC")
SAME, HOLD, UP, DOWN = "ENROLL", "SUSPEND", "ESCALATE", "STOP"
PUBLISHED = (
    (range(6), [0], 0, SAME), ([6], [0], 0, HOLD),
    (range(1, 6), [1], 0, SAME), ([6], [1], 0, HOLD),
    (range(2, 6), [2], 0, SAME), ([6], [2], 0, HOLD),
    ([3], [3], 0, UP), ([4, 5], [3], 0, SAME), ([6], [3], 0, HOLD),
    ([4], [4], 0, UP), ([5], [4], 0, SAME), ([6], [4], 0, HOLD),
    ([5], [5], 0, UP), ([6], [5], 0, UP),
    (range(1, 6), range(1, 6), 1, SAME),
    ([6], [1, 2, 3], 1, HOLD), ([6], [4], 1, HOLD), ([6], [5], 1, HOLD),
    ([6], [6], 1, UP),
    (range(2, 7), range(2, 7), 2, DOWN),
)  # fmt: skip
"""Rolling six as in JAMA Netw Open 2020;3(5):e204787, Table 2: enrolled, with data, toxic, then."""
ON_THE_DAY = {
    "1A": (3, 0, 0, UP), "2A": (1, 0, 0, SAME), "2B": (5, 1, 1, SAME), "2C": (6, 1, 0, UP),
    "3A": (3, 0, 0, UP), "4A": (4, 1, 1, SAME), "4B": (6, 1, 0, UP), "5A": (4, 1, 1, SAME),
    "5B": (6, 1, 0, UP), "5C": (6, 1, 0, UP),
}  # fmt: skip
"""By hand, from the days of enrollment and evaluation: enrolled, toxic, pending, then."""


class Subject(NamedTuple):
    """Whom a level is tried on; days are counted from the first enrollment."""

    cohort: str
    enrolled: int
    known: int | None = None
    toxic: bool = False
    last: int = 1000


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_study("n2011-04", registry()).plan


def table(name: str, rows: Sequence[Mapping[str, object]], is_dataset: bool = False) -> FrameTable:
    frame = pd.DataFrame(list(rows))
    return FrameTable(name, frame, row_hash(frame), is_dataset)


def enrolled(number: int, subject: Subject) -> dict[str, object]:
    """The record of ADSL; the first dose is given on the day of enrollment."""
    first, last = float(subject.enrolled), float(subject.last)
    return {
        "STUDYID": "S", "USUBJID": f"S-{number}", "ARMCD": f"DL{subject.cohort[0]}",
        "COHORT": subject.cohort, "ENRLFL": "Y", "ENRLDT": first, "TRTSDT": first, "LSTALVDT": last,
    }  # fmt: skip


def evaluated(number: int, subject: Subject) -> list[dict[str, object]]:
    """The records of ADDLT; who has no day on which it was known is not evaluable."""
    same: dict[str, object] = {"STUDYID": "S", "USUBJID": f"S-{number}", "ANL01FL": "Y"}
    same |= {"ADT": float("nan") if subject.known is None else float(subject.known)}
    return [
        {**same, "PARAMCD": "DLTEVAL", "AVALC": "Y" if subject.known else "N"},
        {**same, "PARAMCD": "DLT", "AVALC": "Y" if subject.toxic else "N"},
    ]


def replay(
    plan: Plan, subjects: Sequence[Subject], decided: Mapping[str, str], rule: str = "3+3"
) -> Outcome:
    """ADESC of these subjects, where the committee decided so, and the study follows the rule."""
    wanted: Any = plan.parameters["dlt_rules"]
    own = [{name: str(value) for name, value in wanted[0].items()} | {"rule": rule}]
    rules = [{"rule": "3+3"}, {"rule": "ROLLING6"}]
    log = [{"COHORT": c, "DECISION": d, "RP2D_YN": ""} for c, d in decided.items()]
    numbered = list(enumerate(subjects, 1))
    adsl = [enrolled(number, subject) for number, subject in numbered]
    addlt = [row for number, subject in numbered for row in evaluated(number, subject)]
    raw = {"dlt_rules": own, "escalation_rules": rules, "escalation": log}
    tables = {name: table(name, rows) for name, rows in raw.items()}
    tables |= {"ADSL": table("ADSL", adsl, True), "ADDLT": table("ADDLT", addlt, True)}
    return build_datasets(plan, tables, [d for d in plan.datasets if d.name in STEPS])


def decisions(outcome: Outcome) -> dict[tuple[str, str], tuple[object, ...]]:
    """By cohort and rule: enrolled, toxic, pending, the decision, and whether they agree."""
    frame = outcome.datasets["ADESC"].frame
    shown = frame[["NENRD", "NDLTD", "NPEND", "DECDER", "DECAGR"]]
    values = shown.astype(object).where(shown.notna(), None).itertuples(index=False, name=None)
    return dict(zip(zip(frame["COHORT"], frame["RULE"], strict=True), values, strict=True))


def says(outcome: Outcome) -> list[str]:
    """What is listed of ADESC."""
    return [problem.message for problem in outcome.problems if problem.dataset == "ADESC"]


SIX = [
    Subject("1A", 1, 28), Subject("1A", 2, 20, toxic=True), Subject("1A", 3, 30),
    Subject("1B", 25, 52), Subject("1B", 26, 53), Subject("1B", 27, 54),
]  # fmt: skip
"""One toxicity in six; the second three were enrolled before the first three were all evaluated."""


def test_the_table_of_rolling_six_is_the_published_one(plan: Plan) -> None:
    """Each state that there can be with up to six subjects, by the rows of the publication."""
    entries: Any = plan.parameters["escalation_decisions"]
    rolling = [entry for entry in entries if entry["state"].startswith("ROLLING6")]
    found = {entry["state"]: entry["decision"] for entry in rolling}
    wanted = {
        f"ROLLING6 {total} {toxic} {total - known}": then
        for totals, with_data, toxic, then in PUBLISHED
        for total in totals
        for known in with_data
        if toxic <= known <= total
    }
    beyond = {"ROLLING6 6 0 0": UP, "ROLLING6 7": None}
    assert found == wanted | beyond
    assert len(rolling) == len(found) == 65


def test_what_rolling_six_would_have_said_in_the_study(adam: Records) -> None:
    """At each decision point, the state of its level on that day, by hand."""
    told = adam("ADESC", RULE="ROLLING6").set_index("COHORT")
    found = told[["NENRD", "NDLTD", "NPEND", "DECDER"]].itertuples(name=None)
    assert {cohort: tuple(rest) for cohort, *rest in found} == ON_THE_DAY
    assert set(told["ANL01FL"]) == {""}
    assert told.index[told["DECAGR"] == "N"].tolist() == ["2A", "5B", "5C"]


def test_e01_a_subject_without_a_dose_is_pending_until_the_last_contact(adam: Records) -> None:
    """103-002 of 2A had left when 2B was decided; 106-003 of 2C had been enrolled by then."""
    (point,) = adam("ADESC", COHORT="2B", RULE="ROLLING6").to_dict("records")
    level = adam("ADSL", ARMCD="DL2")
    before = level[level["ENRLDT"] <= point["DECDT"]]
    gone = before["USUBJID"].isin(["N2011-04-103-001", "N2011-04-103-002"])
    assert (before.loc[gone, "LSTALVDT"] <= point["DECDT"]).all()
    assert point["NENRD"] == (~gone).sum() == 5
    assert "2C" in set(before["COHORT"])


def test_both_rules_count_the_same_level(adam: Records) -> None:
    """Two records of each decision point, which differ in the rule and in what it says."""
    frame = adam("ADESC")
    of_the_rule = ["RULE", "ANL01FL", "DECDER", "DECAGR", "MTDFL", "RP2DFL", "RP2DSRC"]
    same = frame.drop(columns=of_the_rule).drop_duplicates()
    assert (len(frame), len(same)) == (20, 10)
    assert not frame.duplicated(["ARMCD", "DECPT", "RULE"]).any()


def test_nobody_is_enrolled_where_six_are_not_known(plan: Plan) -> None:
    """Three of six are pending when the first cohort is decided: hold, while 3+3 expands."""
    found = decisions(replay(plan, SIX, {"1A": "Expand", "1B": "Escalate"}))
    assert found["1A", "3+3"][3:] == ("EXPAND", "Y")
    assert found["1A", "ROLLING6"] == (6, 1, 3, HOLD, "N")
    assert found["1B", "ROLLING6"] == (6, 1, 0, UP, "Y")


@pytest.mark.parametrize(("pending", "then"), [(0, UP), (1, UP), (2, HOLD)])
def test_one_of_six_may_be_pending_without_a_toxicity(plan: Plan, pending: int, then: str) -> None:
    """With one unknown there can be at most one toxicity in six; with two there can be two."""
    known = [Subject("1A", 1, 28) for _ in range(6 - pending)]
    later = [Subject("1B", 10, 37) for _ in range(pending)]
    found = decisions(replay(plan, [*known, *later], {"1A": "Escalate", "1B": "Escalate"}))
    assert found["1A", "ROLLING6"][:4] == (6, 0, pending, then)


def test_an_unevaluable_subject_counts_while_that_is_not_known(plan: Plan) -> None:
    """Pending to day 28 or, where that is earlier, to the last contact; then not counted."""
    waiting = [Subject("1A", 1, 28), Subject("1A", 1, 28), Subject("1A", 10)]
    assert decisions(replay(plan, waiting, {"1A": "Enroll"}))["1A", "ROLLING6"][:4] == (
        *(3, 0, 1), SAME,
    )  # fmt: skip
    for left in (Subject("1A", 10, last=28), Subject("1A", 1)):
        outcome = replay(plan, [*waiting[:2], left], {"1A": "Enroll"})
        assert decisions(outcome)["1A", "ROLLING6"][:4] == (2, 0, 0, SAME)


def test_two_toxicities_end_a_level_by_either_rule(plan: Plan) -> None:
    """Six with one toxicity lie below it: the maximum tolerated dose, by the rule of the study."""
    above = [Subject("2A", 60, 70, toxic=True), Subject("2A", 61, 71, toxic=True)]
    decided = {"1A": "Expand", "1B": "Escalate", "2A": "Stop"}
    for rule in ("3+3", "ROLLING6"):
        outcome = replay(plan, [*SIX, *above], decided, rule)
        found = decisions(outcome)
        assert found["2A", "3+3"][3:] == found["2A", "ROLLING6"][3:] == (DOWN, "Y")
        frame = outcome.datasets["ADESC"].frame
        flagged = frame.loc[frame["MTDFL"] == "Y", ["COHORT", "RULE"]]
        assert flagged.to_numpy().tolist() == [["1B", rule]]


def test_a_decision_against_the_rule_of_the_study_is_listed_and_stays(plan: Plan) -> None:
    """And one against the other rule is not; which rule that is stands in the study."""
    decided = {"1A": "Expand", "1B": "Escalate"}
    differs = "the decision of the committee is not the one that the rule gives"
    assert says(replay(plan, SIX, decided)) == []
    outcome = replay(plan, SIX, decided, "ROLLING6")
    assert [differs in text for text in says(outcome)] == [True]
    frame = outcome.datasets["ADESC"].frame
    marked = frame[(frame["RULE"] == "ROLLING6") & (frame["ANL01FL"] == "Y")]
    assert marked["DECCOL"].tolist() == ["EXPAND", "ESCALATE"]


def test_rolling_six_says_nothing_of_seven(plan: Plan) -> None:
    """No decision, so no agreement; listed where the study follows it."""
    seven = [Subject("1A", 1, 28) for _ in range(7)]
    nothing = "the rule of the study does not say what follows from these counts"
    assert says(replay(plan, seven, {"1A": "Escalate"})) == []
    outcome = replay(plan, seven, {"1A": "Escalate"}, "ROLLING6")
    assert decisions(outcome)["1A", "ROLLING6"] == (7, 0, 0, None, None)
    assert decisions(outcome)["1A", "3+3"][3:] == (UP, "Y")
    assert [nothing in text for text in says(outcome)] == [True]
