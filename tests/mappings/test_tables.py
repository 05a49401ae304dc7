"""raw.yaml: what tables share, files that continue it, and tables that are datasets already."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clinmap.execution.test_sources import column
from tests.small_study import EVENTS, RAW, STUDY, built, compiled, refusal, refusals

KINDS = """
    kinds:
      edc:
        columns: [SUBJ, ROW]
        not_submitted: {ROW: orders the rows, "*_DD": part of the date}
    tables:
      ev: {kind: edc, path: ev.csv, columns: [TERM, START, START_DD, END, SEV]}
"""
GIVEN = """
    tables:
      dm:
        path: dm.csv
        dataset: DM
        columns: [STUDYID, DOMAIN, USUBJID, SUBJID, AGE]
        supp: suppdm
        qualifiers: [SITEGR]
      suppdm: {path: suppdm.csv, columns: [USUBJID, QNAM, QVAL]}
"""


def test_a_kind_gives_columns_and_reasons(tmp_path: Path) -> None:
    plan = compiled(tmp_path, {"raw.yaml": KINDS}, XX=EVENTS).plan
    table = plan.raw["ev"]
    assert table.columns == ("SUBJ", "ROW", "TERM", "START", "START_DD", "END", "SEV")
    assert dict(table.not_submitted) == {"ROW": "orders the rows", "START_DD": "part of the date"}


def test_an_unknown_kind_has_a_near_one(tmp_path: Path) -> None:
    error = refusal(tmp_path, {"raw.yaml": KINDS.replace("kind: edc", "kind: ecd")}, XX=EVENTS)
    assert (error.code, "edc" in (error.hint or "")) == ("SPC005", True)


def test_files_of_the_folder_continue_the_file(tmp_path: Path) -> None:
    more = "tables:\n  more: {path: more.csv, columns: [SUBJ]}\n"
    plan = compiled(tmp_path, {"raw.yaml": RAW, "raw/more.yaml": more}, XX=EVENTS).plan
    assert set(plan.raw) == {"ev", "pt", "more"}


def test_what_two_files_state_is_refused_with_both_places(tmp_path: Path) -> None:
    again = "tables:\n  ev: {path: other.csv}\n"
    error = refusal(tmp_path, {"raw.yaml": RAW, "raw/more.yaml": again}, XX=EVENTS)
    assert (error.code, "raw.yaml" in str(error)) == ("SPC003", True)


def test_study_yaml_is_continued_too(tmp_path: Path) -> None:
    more = "parameters: {arms: [{code: A}]}\n"
    files = {"study.yaml": STUDY, "study/design.yaml": more}
    assert compiled(tmp_path, files, XX=EVENTS).plan.parameters["arms"] == [{"code": "A"}]


def test_a_dataset_that_is_given_with_its_qualifiers(tmp_path: Path) -> None:
    files = {"raw.yaml": GIVEN}
    outcome = built(
        compiled(tmp_path, files).plan,
        dm=[{"STUDYID": "T1", "USUBJID": "1", "SUBJID": "1", "AGE": "7"}],
        suppdm=[
            {"USUBJID": "1", "QNAM": "SITEGR", "QVAL": "900"},
            {"USUBJID": "1", "QNAM": "OTHER", "QVAL": "x"},
        ],
    )
    assert (column(outcome, "SITEGR", "DM"), column(outcome, "AGE", "DM")) == (["900"], [7])


@pytest.mark.parametrize(
    ("removed", "said"),
    [("columns: [STUDYID, DOMAIN, USUBJID, SUBJID, AGE]", "columns"), ("supp: suppdm", "supp")],
)
def test_a_given_dataset_says_what_it_lacks(removed: str, said: str, tmp_path: Path) -> None:
    errors = refusals(tmp_path, {"raw.yaml": GIVEN.replace(removed, "")})
    assert ("SPC004", True) in {(error.code, said in str(error)) for error in errors}
