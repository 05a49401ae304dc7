"""A planned test without a result is a record that says so."""

from __future__ import annotations

from pathlib import Path

from tests.clinmap.execution.test_sources import column
from tests.small_study import built, compiled, refusal

VITALS = """
    dataset: VS
    keys: [STUDYID, USUBJID, VSTESTCD, VSDTC]
    from: ev
    not_done: {when: "$SEV == 'ND'", reason: $END}
    variables:
      VSSEQ: {sequence: [.VSDTC]}
      VSTESTCD: WEIGHT
      VSORRES: $TERM
      VSDTC: $START
"""
EV = [
    {"SUBJ": "1", "TERM": "70", "START": "2020-01-01", "END": "broken scale", "SEV": None},
    {"SUBJ": "1", "TERM": None, "START": "2020-01-02", "END": "broken scale", "SEV": "ND"},
    {"SUBJ": "1", "TERM": "71", "START": "2020-01-03", "END": None, "SEV": "ND"},
    {"SUBJ": "1", "TERM": None, "START": "2020-01-04", "END": None, "SEV": None},
]


def test_status_and_reason_of_what_was_not_done(tmp_path: Path) -> None:
    outcome = built(compiled(tmp_path, VS=VITALS).plan, ev=EV)
    assert column(outcome, "VSSTAT", "VS") == [None, "NOT DONE", None, None]
    assert column(outcome, "VSREASND", "VS") == [None, "broken scale", None, None]
    said = {p.message: p.rows for p in outcome.problems if p.variable == "VSSTAT"}
    assert sorted(rows for rows in said.values()) == [("ev:3",), ("ev:4",)]


def test_without_a_condition_no_result_is_not_done(tmp_path: Path) -> None:
    text = VITALS.replace("""when: "$SEV == 'ND'", """, "")
    outcome = built(compiled(tmp_path, VS=text).plan, ev=EV)
    assert column(outcome, "VSSTAT", "VS") == [None, "NOT DONE", None, "NOT DONE"]


def test_status_cannot_be_said_twice(tmp_path: Path) -> None:
    error = refusal(tmp_path, VS=VITALS + "      VSSTAT: NOT DONE\n")
    assert (error.code, "not_done" in str(error)) == ("SPC004", True)


def test_in_one_source_of_several(tmp_path: Path) -> None:
    text = VITALS.replace("    from: ev\n", "").replace(
        """    not_done: {when: "$SEV == 'ND'", reason: $END}\n""",
        "    sources:\n      - {from: ev, not_done: {reason: $END}}\n      - {from: ev}\n",
    )
    outcome = built(compiled(tmp_path, VS=text).plan, ev=EV)
    assert column(outcome, "VSSTAT", "VS").count("NOT DONE") == 2
