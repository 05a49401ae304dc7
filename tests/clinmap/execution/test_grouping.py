"""Several rows of one, one row of several, and what their lineage says of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.clinmap.execution.test_sources import column, found, links
from tests.small_study import EVENTS, built, compiled, refusal

EV = [
    {"SUBJ": "1", "TERM": "cough; fever ;", "START": "2020-01-03", "SEV": "1"},
    {"SUBJ": "2", "TERM": "rash", "START": "2020-01-02", "SEV": "2"},
    {"SUBJ": "2", "TERM": None, "START": "2020-01-05", "SEV": "4"},
]
PT = [
    {"SUBJ": "1", "SITE": "A", "WEIGHT": "70"},
    {"SUBJ": "1", "SITE": "B", "WEIGHT": "71"},
    {"SUBJ": "3", "SITE": "C", "WEIGHT": None},
]
PARTS = EVENTS.replace("from: ev", 'from: ev\n    each: {split: $TERM, by: ";"}').replace(
    "$TERM\n", "$each\n"
)
EVERY = EVENTS.replace(
    "from: ev", "from: ev\n    joins: {site: {table: pt, by: {SUBJ: $SUBJ}, take: all}}"
).replace("XXTERM: $TERM", "XXTERM: $site/SITE")
ONE = """
    dataset: XX
    label: Visits
    class: EVENTS
    keys: [STUDYID, USUBJID]
    from: ev
    collapse: {by: [.USUBJID], order: [.XXSTDTC]}
    variables:
      XXTERM: $TERM
      XXSTDTC: {of_group: $START, by: [], give: earliest}
      XXENDTC: {of_group: $START, by: [], give: latest}
"""


def test_each_response_of_a_cell_is_a_row(tmp_path: Path) -> None:
    outcome = built(compiled(tmp_path, XX=PARTS).plan, ev=EV)
    assert column(outcome, "XXTERM") == ["cough", "fever", None, "rash"]
    assert links(outcome, "") == [(1, "ev", 1), (2, "ev", 1), (3, "ev", 3), (4, "ev", 2)]


def test_a_part_that_is_named_like_a_column_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, XX=PARTS.replace('by: ";"', 'by: ";", name: SEV').replace(
        "$each", "$SEV"))  # fmt: skip
    assert (error.code, "column of ev" in str(error)) == ("SPC004", True)


def test_a_row_for_each_row_that_is_met_and_one_where_none_is(tmp_path: Path) -> None:
    outcome = built(compiled(tmp_path, XX=EVERY).plan, ev=EV, pt=PT)
    assert column(outcome, "XXTERM") == ["A", "B", None, None]
    assert links(outcome, "@site") == [(1, "pt", 1), (2, "pt", 2)]
    assert not outcome.problems


def test_every_row_meets_every_row_where_no_column_is_named(tmp_path: Path) -> None:
    text = EVERY.replace("by: {SUBJ: $SUBJ}", "by: []")
    outcome = built(compiled(tmp_path, XX=text).plan, ev=EV, pt=PT)
    assert sorted(map(str, column(outcome, "XXTERM"))) == sorted(["A", "B", "C"] * 3)


def test_a_required_partner_is_missed(tmp_path: Path) -> None:
    text = EVERY.replace("take: all", "take: all, required: true")
    problem = found(built(compiled(tmp_path, XX=text).plan, ev=EV, pt=PT), "MRG002")
    assert (problem.count, set(problem.rows)) == (2, {"ev:2", "ev:3"})


def test_rows_become_one_that_remembers_them_all(tmp_path: Path) -> None:
    outcome = built(compiled(tmp_path, XX=ONE).plan, ev=EV)
    assert column(outcome, "XXSTDTC") == ["2020-01-03", "2020-01-02"]
    assert column(outcome, "XXENDTC") == ["2020-01-03", "2020-01-05"]
    assert links(outcome, "") == [(1, "ev", 1), (2, "ev", 2), (2, "ev", 3)]


@pytest.mark.parametrize(
    "text", [PARTS, EVERY, ONE.replace("order: [.XXSTDTC]", "order: [.XXTERM]")]
)
def test_the_order_of_the_rows_does_not_matter(text: str, tmp_path: Path) -> None:
    plan = compiled(tmp_path, XX=text).plan
    shuffled = random.Random(7).sample(EV, len(EV))
    frames = [
        built(plan, ev=rows, pt=others).datasets["XX"].frame
        for rows, others in ((EV, PT), (shuffled, PT[::-1]))
    ]
    assert frames[0].equals(frames[1])


def test_a_row_template_counts_what_it_does_not_want(tmp_path: Path) -> None:
    rows = "from: ev\n    rows:\n      - {when: $SEV > 1, reason: too mild, XXTERM: $TERM}"
    text = EVENTS.replace("from: ev", rows).replace("      XXTERM: $TERM\n", "")
    problem = found(built(compiled(tmp_path, XX=text).plan, ev=EV), "ROW001")
    assert (problem.count, problem.rows, "too mild" in problem.message) == (1, ("ev:1",), True)
