"""What is worked out once for a source record is what is worked out for each of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmap.execution import run
from clinmap.execution.building import Outcome
from clinmap.plan import Plan
from tests.clinmap.partition.parts_of import differences
from tests.small_study import built, compiled

FINDINGS = """
    dataset: XX
    label: Findings
    class: FINDINGS
    keys: [STUDYID, USUBJID, XXDTC, XXTESTCD]
    from: ev
    rows:
      - {XXTESTCD: A, XXORRES: $TERM}
      - when: present($END)
        reason: not asked for
        XXTESTCD: B
        XXORRES: $END
      - {XXTESTCD: C, XXORRES: $pt/WEIGHT}
    variables:
      XXDTC: {datetime: $START, formats: YYYY-MM-DD}
      XXSEQ: {sequence: [.XXDTC, .XXTESTCD]}
      XXDY: {study_day: .XXDTC, reference: .BEGIN}
      XXCAT: {recode: $SEV, map: {"1": MILD, "2": MODERATE}, codelist: none}
      XXSCAT: $pt/SITE
      XXSTAT: {conditional: [{when: missing(.XXORRES), then: NOT DONE}]}
      XXLOC: {combine: [.XXSCAT, .XXCAT], separator: "-"}
    work:
      BEGIN: {constant: '2020-01-03'}
      FIRST: {first_flag: .USUBJID, order: [.XXDTC, .XXTESTCD]}
    drop:
      - {when: ".XXSCAT == 'S2' and .XXTESTCD == 'A'", reason: not at this site}
"""
TEXTS = st.sampled_from([None, "1", "2", "x"])
DATES = st.sampled_from([None, "2020-01-03", "2020-01-04", "2020-02-30"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "SUBJ": st.sampled_from(["1", "2", "3"]),
            "TERM": TEXTS,
            "END": TEXTS,
            "START": DATES,
            "SEV": TEXTS,
        }
    ),
    max_size=8,
)


PATIENTS = [
    {"SUBJ": "1", "SITE": "S1", "WEIGHT": "70"},
    {"SUBJ": "2", "SITE": "S2", "WEIGHT": None},
    {"SUBJ": "2", "SITE": "S3", "WEIGHT": "80"},
]
"""One of two rows, and no row of a third."""


@contextmanager
def row_by_row() -> Iterator[None]:
    """Every variable is made for all rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "with_records", lambda working, _: working)
        yield


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return compiled(tmp_path_factory.mktemp("study"), XX=FINDINGS).plan


def told(outcome: Outcome) -> dict[tuple[str, str, str], tuple[int, set[str]]]:
    """How often each problem was met and where; one join may tell it source by source."""
    found: dict[tuple[str, str, str], tuple[int, set[str]]] = {}
    for p in outcome.problems:
        count, rows = found.get((p.code, p.variable, p.message), (0, set()))
        found[p.code, p.variable, p.message] = (count + p.count, rows | set(p.rows))
    return found


def test_it_is_the_same(plan: Plan) -> None:
    """Values, lineage, order at work and problems, whatever the rows."""

    @settings(max_examples=15)
    @given(ROWS)
    def compare(rows: list[dict[str, str | None]]) -> None:
        once = built(plan, ev=rows, pt=PATIENTS)
        with row_by_row():
            each = built(plan, ev=rows, pt=PATIENTS)
        assert differences(once.datasets["XX"], each.datasets["XX"]) == []
        assert told(once) == told(each)

    compare()


def test_a_problem_counts_all_rows(plan: Plan) -> None:
    """A date that nobody can read is told for each row that has it."""
    row = {"SUBJ": "1", "TERM": "1", "END": "2", "START": "2020-02-30", "SEV": "1"}
    outcome = built(plan, ev=[row])
    (problem,) = [p for p in outcome.problems if p.code == "DTC001"]
    assert (problem.count, problem.rows) == (3, ("ev:1",))
