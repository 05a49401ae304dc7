"""How variables get their values: steps in turn, types, codelists, and what is odd in the data."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from clinmap.execution.joins import match
from tests.small_study import EVENTS, built, compiled

EV = [
    {"SUBJ": "1", "TERM": "cough", "START": "2020-01-03", "SEV": "1"},
    {"SUBJ": "1", "TERM": "ache", "START": None, "SEV": "x"},
]


def values(folder: Path, lines: str, rows: list[dict[str, str | None]] | None = None) -> object:
    plan = compiled(folder, XX=EVENTS + lines).plan
    return built(plan, ev=EV if rows is None else rows)


def column(outcome: object, name: str) -> list[object]:
    frame = outcome.datasets["XX"].frame  # type: ignore[attr-defined]
    return [None if pd.isna(value) else value for value in frame[name]]


def test_steps_are_applied_in_turn(tmp_path: Path) -> None:
    lines = """\
      XXCAT:
        - {assign: $TERM, case: upper}
        - {conditional: [{when: ".XXCAT == 'ACHE'", then: PAIN}], otherwise: .XXCAT}
        - {combine: [.XXCAT, "!"]}
"""
    assert column(values(tmp_path, lines), "XXCAT") == ["PAIN!", "COUGH!"]


def test_attributes_stand_beside_steps(tmp_path: Path) -> None:
    lines = '      XXCAT: {steps: [$TERM, {combine: [.XXCAT, "!"]}], comment: why, length: 20}\n'
    plan = compiled(tmp_path, XX=EVENTS + lines).plan
    variable = plan.datasets[0].variable("XXCAT")
    assert variable is not None
    assert (len(variable.steps), variable.comment, variable.length) == (2, "why", 20)


def test_text_where_a_number_is_due_is_listed_and_missing(tmp_path: Path) -> None:
    outcome = values(tmp_path, "    work:\n      GRADE: {assign: $SEV, type: integer}\n")
    assert column(outcome, "GRADE") == [None, 1]
    (problem,) = outcome.problems  # type: ignore[attr-defined]
    assert (problem.code, problem.variable, problem.rows) == ("TYP001", "GRADE", ("ev:2",))
    assert problem.location.line == 10


def test_dates_are_text_in_sdtm_whatever_their_type(tmp_path: Path) -> None:
    outcome = values(tmp_path, "      XXSTDTC: {assign: $START, type: date}\n")
    assert column(outcome, "XXSTDTC") == [None, "2020-01-03"]


def test_blanks_at_the_end_are_no_part_of_a_text(tmp_path: Path) -> None:
    rows = [{"SUBJ": "1", "TERM": "a  "}, {"SUBJ": "1", "TERM": "   "}]
    assert column(values(tmp_path, "", rows), "XXTERM") == [None, "a"]


def test_identical_rows_are_all_kept_and_numbered(tmp_path: Path) -> None:
    outcome = values(tmp_path, "", [EV[0], EV[0], EV[0]])
    assert column(outcome, "XXSEQ") == [1, 2, 3]


def test_codelist_under_a_condition(tmp_path: Path) -> None:
    lines = """\
      XXCAT: $TERM
      XXPRESP:
        recode: $SEV
        codelist: [{use: NY, when: {XXTERM: [cough]}}]
        map: {"1": "Y", "2": "N"}
"""
    rows = [{**EV[0], "SEV": "No"}, {**EV[1], "SEV": "2"}, {**EV[1], "SEV": "No"}]
    outcome = values(tmp_path, lines, rows)
    assert sorted(map(str, column(outcome, "XXPRESP"))) == ["N", "N", "None"]
    (problem,) = outcome.problems  # type: ignore[attr-defined]
    assert (problem.code, problem.rows) == ("TRM001", ("ev:3",)), "the list is for coughs only"


EVERY_KIND = """\
      XXCAT: $pt/SITE
      XXDECOD: {recode: $TERM, codelist: NY}
      XXPRESP: {constant: Y, when: "$SEV > 1"}
      XXSTDTC: {datetime: $START, formats: YYYY-MM-DD}
      XXENDTC: {earliest: XX.XXSTDTC}
      XXSTDY: {compute: "round(number($SEV) * 2, 0)"}
      XXSCAT: {extract: $TERM, pattern: "(.).*"}
      XXBODSYS: {first_flag: .USUBJID, order: .XXSEQ}
      XXLOC: {category: .XXSTDY, cuts: [1], labels: [low, high], codelist: none}
      XXGRPID: {transliterate: $TERM}
      XXREFID: {text_part: $TERM}
    drop: [{when: "missing(.XXTERM) and present(.XXCAT)", reason: none}]
"""


@pytest.mark.parametrize("rows", [[], [{"SUBJ": "1"}], [{"SUBJ": None}]])
def test_no_rows_and_rows_without_values(tmp_path: Path, rows: list[dict[str, str | None]]) -> None:
    outcome = values(tmp_path, EVERY_KIND, rows)
    dataset = outcome.datasets["XX"]  # type: ignore[attr-defined]
    assert len(dataset.frame) == len(rows)
    for variable in dataset.plan.variables:
        dtype = dataset.frame[variable.name].dtype
        assert str(dtype) == ("str" if variable.is_character else "float64"), variable.name
    assert list(dataset.lineage.columns) == ["row", "variable", "source", "record"]


def test_missing_keys_meet_nothing() -> None:
    import numpy as np

    own = [pd.Series(["a", None, "b"], dtype="str")]
    other = [pd.Series([None, "a", "a"], dtype="str")]
    found, several = match(own, other, lambda: np.array([2, 1, 0]), np.ones(3, dtype=bool))
    assert found.tolist() == [2, -1, -1]
    assert several.tolist() == [True, False, False]


def test_numbers_and_their_texts_are_the_same_key() -> None:
    import numpy as np

    found, _ = match(
        [pd.Series([1.0, 2.0])],
        [pd.Series(["2", "1"], dtype="str")],
        lambda: np.arange(2),
        np.ones(2, dtype=bool),
    )
    assert found.tolist() == [1, 0]


def test_convention_is_borrowed_with_its_attributes_and_for_one_source(tmp_path: Path) -> None:
    study = """
        study: T1
        as_of: 2025-03-28T00:00:00
        conventions:
          sdtm:
            USUBJID: {combine: [T1, $SUBJ], separator: "-"}
            TERMS: {assign: $TERM, case: upper, label: A Term, comment: in capitals}
    """
    text = """
        dataset: XX
        label: Events
        class: EVENTS
        keys: [STUDYID, USUBJID, XXSEQ]
        sources:
          - {from: ev, variables: {XXTERM: {convention: TERMS}}}
        variables:
          XXSEQ: {sequence: [.XXTERM]}
          XXCAT: {convention: TERMS, label: My Term}
    """
    plan = compiled(tmp_path, {"study.yaml": study}, XX=text).plan
    outcome = built(plan, ev=EV)
    assert column(outcome, "XXTERM") == ["ACHE", "COUGH"]
    assert column(outcome, "XXCAT") == ["ACHE", "COUGH"]
    variable = plan.datasets[0].variable("XXCAT")
    assert variable is not None
    assert (variable.label, variable.comment) == ("My Term", "in capitals")
