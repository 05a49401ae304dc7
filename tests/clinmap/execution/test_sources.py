"""Where rows come from: sources, templates, joins, distinct and dropped rows, and their lineage."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from clinmap.execution.building import Outcome
from clinmap.problems import Problem, Severity
from tests.small_study import EVENTS, OTHER, built, compiled

EV = [
    {"SUBJ": "1", "TERM": "cough", "START": "2020-01-03", "SEV": "1"},
    {"SUBJ": "2", "TERM": "fever", "START": "2020-01-02", "SEV": "2"},
    {"SUBJ": "1", "TERM": "ache", "START": "2020-01-01", "SEV": "3"},
]
PT = [
    {"SUBJ": "1", "SITE": "A", "WEIGHT": "70"},
    {"SUBJ": "2", "SITE": "B", "WEIGHT": None},
]


def column(outcome: Outcome, name: str, dataset: str = "XX") -> list[object]:
    """The values of a variable, missing ones as None."""
    values = outcome.datasets[dataset].frame[name]
    return [None if pd.isna(value) else value for value in values]


def links(outcome: Outcome, variable: str, dataset: str = "XX") -> list[tuple[int, str, int]]:
    """Row, source and record of a variable's cells (of the rows themselves, for no variable)."""
    lineage = outcome.datasets[dataset].lineage
    own = lineage.loc[(lineage["variable"] == variable).to_numpy(), ["row", "source", "record"]]
    return [(int(row), str(source), int(record)) for row, source, record in own.to_numpy()]


def found(outcome: Outcome, code: str) -> Problem:
    (problem,) = [problem for problem in outcome.problems if problem.code == code]
    return problem


def test_rows_are_sorted_by_keys_and_know_their_records(tmp_path: Path) -> None:
    outcome = built(compiled(tmp_path, XX=EVENTS).plan, ev=EV)
    assert column(outcome, "USUBJID") == ["T1-1", "T1-1", "T1-2"]
    assert column(outcome, "XXTERM") == ["ache", "cough", "fever"]
    assert column(outcome, "XXSEQ") == [1, 2, 1]
    assert links(outcome, "") == [(1, "ev", 3), (2, "ev", 1), (3, "ev", 2)]
    assert not outcome.problems


def test_only_the_rows_that_are_wanted(tmp_path: Path) -> None:
    text = EVENTS.replace("from: ev", 'from: ev\n    where: "$SEV > 1"\n    reason: mild')
    outcome = built(compiled(tmp_path, XX=text).plan, ev=EV)
    assert column(outcome, "XXTERM") == ["ache", "fever"]
    problem = found(outcome, "ROW001")
    assert (problem.count, problem.rows, problem.severity) == (1, ("ev:1",), Severity.NOTE)
    assert "mild" in problem.message


def test_rows_chosen_by_another_table_of_their_subject(tmp_path: Path) -> None:
    text = EVENTS.replace("from: ev", "from: ev\n    where: \"$pt/SITE == 'A'\"")
    outcome = built(compiled(tmp_path, XX=text).plan, ev=EV, pt=PT)
    assert column(outcome, "USUBJID") == ["T1-1", "T1-1"]


def test_sources_are_stacked_and_set_variables_of_their_own(tmp_path: Path) -> None:
    text = """
        dataset: XX
        label: Events
        class: EVENTS
        keys: [STUDYID, USUBJID, XXSEQ]
        sources:
          - {from: ev, variables: {XXTERM: $TERM, XXSTDTC: $START}}
          - {from: pt, where: present($WEIGHT), variables: {XXTERM: weighed}}
        variables:
          XXSEQ: {sequence: [.XXTERM]}
          XXCAT: {conditional: [{when: ".XXTERM == 'cough'", then: A}], otherwise: B}
    """
    outcome = built(compiled(tmp_path, XX=text).plan, ev=EV, pt=PT)
    assert column(outcome, "XXTERM") == ["ache", "cough", "weighed", "fever"]
    assert column(outcome, "XXSTDTC") == ["2020-01-01", "2020-01-03", None, "2020-01-02"]
    assert column(outcome, "XXCAT") == ["B", "A", "B", "B"]
    assert links(outcome, "")[2] == (3, "pt", 1)


FINDINGS = """
    dataset: YY
    label: Findings
    class: FINDINGS
    keys: [STUDYID, USUBJID, YYTESTCD, YYSEQ]
    from: pt
    rows:
      - {YYTESTCD: WEIGHT, YYTEST: Weight, YYORRES: $WEIGHT, YYORRESU: kg, when: present($WEIGHT)}
      - {YYTESTCD: SITE, YYTEST: Site, YYORRES: $SITE}
    variables:
      YYSEQ: {sequence: [.YYTESTCD]}
      YYSTRESC: .YYORRES
      YYORRESU: none
"""


def test_templates_make_one_record_for_each_entry(tmp_path: Path) -> None:
    text = FINDINGS.replace("kg", "{constant: kg, codelist: none}").replace(
        "YYORRESU: none", "YYORRESU: {constant: none, codelist: none}"
    )
    outcome = built(compiled(tmp_path, YY=text).plan, pt=PT)
    assert column(outcome, "YYTESTCD", "YY") == ["SITE", "WEIGHT", "SITE"]
    assert column(outcome, "YYSTRESC", "YY") == ["A", "70", "B"]
    assert column(outcome, "YYORRESU", "YY") == ["none", "kg", "none"]
    assert links(outcome, "", "YY") == [(1, "pt", 1), (2, "pt", 1), (3, "pt", 2)]


@pytest.mark.parametrize(("take", "expected", "record"), [("first", "A", 2), ("last", "B", 1)])
def test_join_takes_the_first_or_last(
    tmp_path: Path, take: str, expected: str, record: int
) -> None:
    join = f"joins: {{visit: {{table: pt, by: [SUBJ], take: {take}, order: [WEIGHT]}}}}"
    text = EVENTS.replace("from: ev", f"from: ev\n    {join}") + "      XXCAT: $visit/SITE\n"
    rows = [
        {"SUBJ": "2", "SITE": "B", "WEIGHT": "80"},
        {"SUBJ": "2", "SITE": "A", "WEIGHT": "79"},
    ]
    outcome = built(compiled(tmp_path, XX=text).plan, ev=EV, pt=rows)
    assert column(outcome, "XXCAT") == [None, None, expected]
    assert links(outcome, "@visit") == [(3, "pt", record)]
    assert not outcome.problems


def test_several_partners_are_a_problem_unless_one_is_chosen(tmp_path: Path) -> None:
    text = EVENTS + "      XXCAT: $pt/SITE\n"
    outcome = built(compiled(tmp_path, XX=text).plan, ev=EV, pt=[*PT, PT[0]])
    problem = found(outcome, "MRG001")
    assert (problem.count, problem.rows) == (2, ("ev:1", "ev:3"))
    assert column(outcome, "XXCAT") == ["A", "A", "B"]


def test_join_that_chooses_rows_and_gives_values_is_reported_once(tmp_path: Path) -> None:
    text = EVENTS.replace("from: ev", "from: ev\n    where: present($pt/SITE)")
    text += "      XXCAT: $pt/SITE\n"
    outcome = built(compiled(tmp_path, XX=text).plan, ev=EV[::-1], pt=[PT[0], PT[0]])
    assert found(outcome, "MRG001").rows == ("ev:1", "ev:3")
    assert column(outcome, "XXCAT") == ["A", "A"]
    assert [row for row, _, _ in links(outcome, "@pt")] == [1, 2]


def test_narrowed_join_meets_only_what_it_wants(tmp_path: Path) -> None:
    join = 'joins: {pt: {by: [SUBJ], where: "present($WEIGHT)", required: true}}'
    text = EVENTS.replace("from: ev", f"from: ev\n    {join}") + "      XXCAT: $pt/SITE\n"
    outcome = built(compiled(tmp_path, XX=text).plan, ev=EV, pt=PT)
    assert column(outcome, "XXCAT") == ["A", "A", None]
    assert found(outcome, "MRG002").rows == ("ev:2",)


def test_distinct_keeps_one_and_counts_the_rest(tmp_path: Path) -> None:
    rule = "distinct: {by: $SUBJ, order: $SEV, keep: last, reason: worst only}"
    text = EVENTS.replace("from: ev", f"from: ev\n    {rule}")
    outcome = built(compiled(tmp_path, XX=text).plan, ev=EV)
    assert column(outcome, "XXTERM") == ["ache", "fever"]
    assert found(outcome, "DUP001").rows == ("ev:1",)


def test_dropped_rows_are_neither_numbered_nor_in_the_lineage(tmp_path: Path) -> None:
    text = (
        EVENTS
        + "      XXCAT: $pt/SITE\n"
        + "    drop: [{when: \".XXTERM == 'ache' or .XXCAT == 'B'\", reason: not one}]\n"
    )
    outcome = built(compiled(tmp_path, XX=text).plan, ev=EV, pt=PT)
    assert column(outcome, "XXTERM") == ["cough"]
    assert column(outcome, "XXSEQ") == [1]
    assert links(outcome, "") == [(1, "ev", 1)]
    assert links(outcome, "@pt") == [(1, "pt", 1)]
    assert found(outcome, "ROW001").rows == ("ev:2", "ev:3")


def test_dataset_made_from_another_leads_to_its_rows_and_to_the_raw_records(
    tmp_path: Path,
) -> None:
    second = """
        dataset: YY
        label: Others
        class: EVENTS
        keys: [STUDYID, USUBJID, YYSEQ]
        from: XX
        drop: [{when: ".YYTERM == 'cough'", reason: not that}]
        variables:
          YYSEQ: {sequence: [.YYTERM]}
          YYTERM: $XXTERM
          YYDECOD: {transliterate: $XXTERM}
    """
    raw = [{**EV[0]}, {**EV[1], "TERM": "fièvre"}, {**EV[2]}]
    outcome = built(compiled(tmp_path, XX=EVENTS, YY=second).plan, ev=raw)
    assert column(outcome, "YYTERM", "YY") == ["ache", "fièvre"]
    assert links(outcome, "", "YY") == [(1, "XX", 1), (2, "XX", 3)]
    assert found(outcome, "TXT002").rows == ("ev:2",), "problems name the raw record"


def test_rows_of_a_dataset_that_are_not_wanted_are_counted_without_a_reason_too(
    tmp_path: Path,
) -> None:
    second = """
        dataset: YY
        label: Others
        class: EVENTS
        keys: [STUDYID, USUBJID, YYSEQ]
        from: XX
        where: $XXTERM != 'cough'
        variables:
          YYSEQ: {sequence: [.YYTERM]}
          YYTERM: $XXTERM
    """
    outcome = built(compiled(tmp_path, XX=EVENTS, YY=second).plan, ev=EV)
    assert column(outcome, "YYTERM", "YY") == ["ache", "fever"]
    assert (found(outcome, "ROW001").count, found(outcome, "ROW001").dataset) == (1, "YY")


def test_cells_taken_from_another_dataset_are_linked_to_its_final_rows(tmp_path: Path) -> None:
    second = OTHER.replace("earliest", "latest")
    text = EVENTS + "      XXSTDTC: $START\n"
    outcome = built(compiled(tmp_path, XX=text, YY=second).plan, ev=EV, pt=PT)
    assert column(outcome, "YYSTDTC", "YY") == ["2020-01-03", "2020-01-02"]
    # rows of XX are sorted by subject and term: cough of subject 1 is row 2
    assert links(outcome, "YYSTDTC", "YY") == [(1, "XX", 2), (2, "XX", 3)]
