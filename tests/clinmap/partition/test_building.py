"""A study built in parts is the study built at once: rows, lineage, order at work and problems."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinmap.execution.tables import FrameTable
from clinmap.measuring import measure
from clinmap.partition.building import Merged, parts_built
from clinmap.plan import Plan
from clinmap.problems import Problem
from clinmap.validation import validate
from tests.clinmap.partition.parts_of import assert_same, in_parts, sent_away
from tests.small_study import EVENTS, OTHER, Rows, compiled, table

FULL = """
    dataset: XX
    label: Events
    class: EVENTS
    keys: [STUDYID, USUBJID, XXSTDTC, XXTERM]
    sources:
      - from: ev
        where: present($TERM)
        reason: no term
        each: {split: $TERM, by: ";"}
        distinct: {by: [.USUBJID, $START, $TERM], order: [$SEV], reason: twice}
        variables: {XXTERM: $each, XXSTDTC: $START}
      - from: pt
        where: present($WEIGHT)
        variables: {XXTERM: weighed, XXSTDTC: {constant: null}, XXCAT: {constant: null}}
    variables:
      XXSEQ: {sequence: [.XXSTDTC, .XXTERM]}
      XXCAT: {recode: $SEV, map: {"1": MILD, "2": MODERATE, "3": SEVERE}, codelist: none}
      XXSCAT: $pt/SITE
    work:
      LATEST: {of_group: .XXSTDTC, by: [.XXCAT], give: latest}
      WEIGHT: {compute: number($pt/WEIGHT), type: float}
    drop:
      - {when: "matches(.XXTERM, 'x.*')", reason: not an event}
"""
OTHERS = """
    dataset: YY
    label: Others
    class: EVENTS
    keys: [STUDYID, YYCAT, USUBJID]
    from: XX
    collapse: {by: [.USUBJID, .YYCAT], order: [$XXSEQ]}
    variables:
      USUBJID: $USUBJID
      YYTERM: $XXTERM
      YYSEQ: {sequence: [.YYTERM]}
      YYCAT: $XXCAT
      YYSTDTC: {earliest: XX.XXSTDTC}
    drop:
      - {when: ".YYTERM == 'weighed'", reason: no event}
"""
ANALYSIS = """
    dataset: ADXX
    label: Analysis of Events
    class: BASIC DATA STRUCTURE
    keys: [STUDYID, USUBJID, XXSEQ]
    from: XX
    variables:
      STUDYID: $STUDYID
      USUBJID: $USUBJID
      XXSEQ: {assign: $XXSEQ, label: Number, type: integer}
      XXTERM: $XXTERM
      ASTDT: {analysis_date: $XXSTDTC}
      SITE: {compute: number($XXSCAT), label: Site, type: float}
      LASTFL: {first_flag: [.USUBJID], order: [.ASTDT, .XXSEQ], take: last, label: Last}
    drop:
      - {when: ".XXSEQ == 3", reason: the third is not wanted}
"""
SUBJECTS = ("1", "2", "3", "10", "11", None)
TERMS = ("ache", "cough", "fever; chills", "xerosis", "", None)
EVENT = st.fixed_dictionaries(
    {
        "SUBJ": st.sampled_from(SUBJECTS),
        "TERM": st.sampled_from(TERMS),
        "START": st.sampled_from(("2020-01-01", "2020-02", "2020", None)),
        "SEV": st.sampled_from(("1", "2", "3", "9", "n/a", None)),
    }
)
PERSON = st.fixed_dictionaries(
    {
        "SUBJ": st.sampled_from(SUBJECTS),
        "SITE": st.sampled_from(("1", "B", None)),
        "WEIGHT": st.sampled_from(("70", "heavy", "71,5", None)),
    }
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A study with what puts rows together, apart and out, and what says so."""
    folder = tmp_path_factory.mktemp("parts")
    files = {"adam/adxx.yaml": ANALYSIS}
    return compiled(folder, files, XX=FULL, YY=OTHERS).plan


def tables(plan: Plan, **rows: Rows) -> dict[str, FrameTable]:
    """The raw tables of a study, of these rows or empty."""
    return {name: table(plan, name, rows.get(name, ())) for name in plan.raw}


def events(count: int, **more: str) -> list[dict[str, object]]:
    """Two events of each of several subjects."""
    return [
        {"SUBJ": str(1 + n // 2), "TERM": "ache" if n % 2 else "cough", "SEV": "1", **more}
        for n in range(count)
    ]


def whole_of(merged: Merged) -> dict[str, str]:
    """Why datasets were made of all rows."""
    return {name: reason for name, reason in merged.division.reasons.items() if reason}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ev=st.lists(EVENT, max_size=25), pt=st.lists(PERSON, max_size=8), count=st.integers(1, 4))
def test_parts_of_any_rows_give_what_one_run_gives(
    plan: Plan, ev: Rows, pt: Rows, count: int
) -> None:
    """Rows of no subject, of one or of many, whatever is wrong with them."""
    raw = tables(plan, ev=ev, pt=pt)
    merged = in_parts(plan, raw, count)
    assert_same(plan, raw, merged)
    assert merged.division.by_subject() == ("XX", "YY", "ADXX")


def test_parts_are_the_same_from_another_process_and_in_any_order(plan: Plan) -> None:
    raw = tables(plan, ev=events(8, START="2020-01-01"), pt=[{"SUBJ": "2", "SITE": "A"}])
    assert_same(plan, raw, parts_built(plan, raw, plan.datasets, 3, sent_away))


def test_each_part_has_subjects_of_its_own_and_no_more_parts_than_subjects(plan: Plan) -> None:
    seen: list[tuple[int, set[str]]] = []

    def watched(tasks):  # type: ignore[no-untyped-def]
        for task in tasks:
            held = task.tables["Tabulation"]["ev"].frame["SUBJ"]
            seen.append((task.number, set(held)))
            yield from sent_away([task])

    parts_built(plan, tables(plan, ev=events(6)), plan.datasets, 9, watched)
    assert seen == [(0, {"1"}), (1, {"2"}), (2, {"3"})]


def test_many_texts_are_counted_over_all_parts(tmp_path: Path) -> None:
    """12 unknown texts in each of two parts are 24, and not to be named one by one."""
    text = EVENTS + "      XXCAT: {recode: $SEV, map: {a: A}, codelist: none}\n"
    plan = compiled(tmp_path, XX=text).plan
    rows = [{"SUBJ": str(n // 12), "TERM": "x", "SEV": f"text {chr(97 + n)}"} for n in range(24)]
    raw = tables(plan, ev=rows)
    merged = in_parts(plan, raw, 2)
    assert_same(plan, raw, merged)
    (problem,) = merged.found["Tabulation"]["XX"].problems
    assert (problem.count, problem.message[:12]) == (24, "24 different")


def test_the_first_thousand_rows_of_a_problem_are_those_of_the_whole(tmp_path: Path) -> None:
    text = EVENTS.replace("from: ev", "from: ev\n    where: present($SEV)\n    reason: no severity")
    plan = compiled(tmp_path, XX=text).plan
    rows = [{"SUBJ": str(n % 7), "TERM": "x"} for n in range(2500)]
    raw = tables(plan, ev=rows)
    merged = in_parts(plan, raw, 3)
    assert_same(plan, raw, merged)
    (problem,) = merged.found["Tabulation"]["XX"].problems
    assert (problem.count, problem.rows[-1]) == (2500, "ev:1000")


def test_a_duplicate_key_across_parts_is_found(tmp_path: Path) -> None:
    """Keys without USUBJID: two subjects, in two parts, have the same."""
    text = EVENTS.replace("keys: [STUDYID, USUBJID, XXSEQ]", "keys: [STUDYID, XXTERM]")
    plan = compiled(tmp_path, XX=text).plan
    raw = tables(plan, ev=[{"SUBJ": "1", "TERM": "ache"}, {"SUBJ": "2", "TERM": "ache"}])
    merged = in_parts(plan, raw, 2)
    assert_same(plan, raw, merged)
    assert duplicates(plan, merged).count == 2


def duplicates(plan: Plan, merged: Merged) -> Problem:
    """What is said of records with the same keys."""
    built = merged.built["XX"]
    found = validate(built.plan, plan, built.frame, measure(built.plan, built.frame))
    (problem,) = [problem for problem in found if problem.code == "VAL030"]
    return problem


def test_what_looks_at_several_subjects_is_made_of_all_rows_and_is_there_for_the_others(
    tmp_path: Path,
) -> None:
    """XX counts over all subjects; YY, which is made by subject, reads it in a second stage."""
    counted = "{of_group: .XXTERM, by: [.XXTERM], give: count, subjects: all}"
    text = EVENTS + f"      XXSTDTC: $START\n    work:\n      N: {counted}\n"
    plan = compiled(tmp_path, XX=text, YY=OTHER).plan
    raw = tables(plan, ev=events(9), pt=[{"SUBJ": str(n), "SITE": "S"} for n in (1, 2, 3)])
    merged = in_parts(plan, raw, 2)
    assert_same(plan, raw, merged)
    assert whole_of(merged) == {"XX": "of_group may look at several subjects"}
    assert [stage.in_parts for stage in merged.division.stages] == [False, True]


def test_a_table_that_is_met_by_other_keys_goes_to_every_part(tmp_path: Path) -> None:
    """Events meet persons of other subjects, and of several the heaviest."""
    join = "joins: {near: {table: pt, by: {SITE: $SEV}, take: last, order: [WEIGHT]}}"
    text = EVENTS.replace("from: ev", f"from: ev\n    {join}") + "      XXCAT: $near/SUBJ\n"
    plan = compiled(tmp_path, XX=text).plan
    persons = [{"SUBJ": str(n), "SITE": str(n % 2), "WEIGHT": str(n * 3)} for n in range(1, 9)]
    raw = tables(plan, ev=events(12), pt=persons)
    merged = in_parts(plan, raw, 3)
    assert_same(plan, raw, merged)
    assert merged.division.by_subject() == ("XX",)


def test_numbers_among_other_text_are_not_sorted_by_size_in_a_part(tmp_path: Path) -> None:
    """Subject 1 has numbers alone, so that a part of its own would put 10 behind 9."""
    join = "joins: {p: {table: pt, by: [SUBJ], take: last, order: [WEIGHT]}}"
    text = EVENTS.replace("from: ev", f"from: ev\n    {join}") + "      XXCAT: $p/WEIGHT\n"
    plan = compiled(tmp_path, XX=text).plan
    weights = [("1", "9"), ("1", "10"), ("2", "8"), ("2", "about 9")]
    raw = tables(plan, ev=events(4), pt=[{"SUBJ": s, "WEIGHT": w} for s, w in weights])
    merged = in_parts(plan, raw, 2)
    assert_same(plan, raw, merged)
    assert merged.built["XX"].frame["XXCAT"].tolist() == ["9", "9", "about 9", "about 9"]


def test_a_dataset_that_gives_rows_to_other_subjects_is_made_of_all_rows(tmp_path: Path) -> None:
    """What the raw rows say of their subjects is not what the dataset says; YY rests on it."""
    text = EVENTS + '      XXSTDTC: $START\n      USUBJID: {combine: [T1, $SEV], separator: "-"}\n'
    plan = compiled(tmp_path, XX=text, YY=OTHER).plan
    rows = [{"SUBJ": str(n), "TERM": "x", "SEV": str(1 + (n + 1) % 4)} for n in range(1, 5)]
    raw = tables(plan, ev=rows, pt=[{"SUBJ": str(n), "SITE": "S"} for n in range(1, 5)])
    merged = in_parts(plan, raw, 2)
    assert_same(plan, raw, merged)
    assert whole_of(merged) == {"XX": "its USUBJID is not that of its raw rows"}
    assert merged.division.by_subject()[-1] == "YY"


def test_subjects_that_only_a_dataset_knows_are_dealt_out_by_it(tmp_path: Path) -> None:
    """The study's rule reads SUBJ; the rows of this table have their subject in TERM."""
    text = EVENTS + '      USUBJID: {combine: [T1, $TERM], separator: "-"}\n'
    plan = compiled(tmp_path, XX=text).plan
    raw = tables(plan, ev=[{"TERM": str(n % 5), "SEV": "1"} for n in range(20)])
    merged = in_parts(plan, raw, 3)
    assert_same(plan, raw, merged)
    assert whole_of(merged) == {}


def test_what_was_there_before_stays_and_is_dealt_out(plan: Plan) -> None:
    """XX is of an earlier build; YY and ADXX are made from it."""
    raw = tables(plan, ev=events(8, START="2020-01-01"), pt=[{"SUBJ": "2", "SITE": "A"}])
    first = in_parts(plan, raw, 1)
    own = {"XX": first.built["XX"]}
    known = {"Tabulation": {"XX": first.found["Tabulation"]["XX"]}}
    merged = parts_built(plan, raw, plan.datasets, 3, sent_away, before=own, known=known)
    assert merged.built["XX"] is own["XX"]
    assert_same(plan, raw, merged)


def test_each_dataset_is_given_to_be_kept_once(plan: Plan) -> None:
    kept: list[str] = []
    raw = tables(plan, ev=events(8))

    def keep(built):  # type: ignore[no-untyped-def]
        kept.append(built.plan.name)
        return built

    parts_built(plan, raw, plan.datasets, 2, sent_away, keep=keep)
    assert sorted(kept) == ["ADXX", "XX", "YY"]


def test_hashes_are_those_of_raw_rows_wherever_they_are(plan: Plan) -> None:
    """The last tie-break does not hang on the part."""
    raw = tables(plan, ev=events(12, START="2020-01-01"))
    one, three = (in_parts(plan, raw, count).built["XX"] for count in (1, 3))
    assert len(one.hashes) == 12
    assert np.array_equal(one.hashes, three.hashes)


def test_a_part_without_anything_to_split_or_to_meet_is_built(tmp_path: Path) -> None:
    """Subject 2 has no term, and nobody else to meet."""
    join = "joins: {p: {table: pt, by: [SUBJ], take: all}}"
    each = 'each: {split: $TERM, by: ";"}'
    text = EVENTS.replace("from: ev", f"from: ev\n    {join}\n    {each}").replace(
        "$TERM\n", "$each\n"
    )
    plan = compiled(tmp_path, XX=text + "      XXCAT: $p/SITE\n").plan
    raw = tables(
        plan,
        ev=[{"SUBJ": "1", "TERM": "ache; cough"}, {"SUBJ": "2"}],
        pt=[{"SUBJ": "1", "SITE": "A"}, {"SUBJ": "1", "SITE": "B"}],
    )
    merged = in_parts(plan, raw, 2)
    assert_same(plan, raw, merged)
    assert sorted(merged.built["XX"].frame["XXCAT"].dropna()) == ["A", "A", "B", "B"]
