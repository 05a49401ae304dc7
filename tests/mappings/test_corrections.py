"""corrections.csv: read with its lines, and refused where it does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_study import EVENTS, OTHER, compiled, refusal, refusals

SITES = OTHER.replace("      YYSTDTC: {earliest: XX.XXSTDTC}\n", "")

HEADER = "id,table,key,field,old,new,reason,approver\n"
ROW = "C1,ev,SUBJ=01; TERM=Pain,SEV,mild,severe,typing slip,A. Person\n"


def test_corrections_are_in_the_plan_with_their_lines(tmp_path: Path) -> None:
    more = 'C2,pt,SUBJ=02,SITE,"10, old",,"moved, then left",B\n'
    plan = compiled(
        tmp_path, {"corrections.csv": HEADER + ROW + "\n" + more}, XX=EVENTS, YY=SITES
    ).plan
    first, second = plan.corrections
    assert first.key == (("SUBJ", "01"), ("TERM", "Pain"))
    assert (first.column, first.old, first.new) == ("SEV", "mild", "severe")
    assert (second.old, second.new, second.reason) == ("10, old", "", "moved, then left")
    assert str(first.location) == f"{tmp_path.name}/corrections.csv:2"
    assert second.location.line == 4
    assert f"{tmp_path.name}/corrections.csv" in plan.sources


def test_a_study_needs_no_corrections(tmp_path: Path) -> None:
    plan = compiled(tmp_path, XX=EVENTS).plan
    assert plan.corrections == ()
    assert not any("corrections" in name for name in plan.sources)


@pytest.mark.parametrize(
    ("text", "code", "says", "line"),
    [
        ("id,tabel\n", "SPC002", "unknown column 'tabel'", 1),
        (HEADER.replace("old,", "old,old,"), "SPC003", "stands twice", 1),
        (HEADER.replace(",approver", ""), "SPC004", "no column 'approver'", 1),
        (HEADER + ROW.replace("typing slip", "typing, slip"), "SPC004", "9 cells", 2),
        (HEADER + ROW.replace("A. Person", ""), "SPC004", "'approver' is empty", 2),
        (HEADER + ROW.replace("SUBJ=01; TERM=Pain", "01"), "SPC004", "cannot be read", 2),
        (HEADER + ROW.replace("severe", "mild"), "SPC004", "are the same", 2),
        (HEADER + ROW + ROW.replace("C1", "C2"), "SPC003", "of this cell", 3),
        (HEADER + ROW + ROW.replace("SEV", "TERM"), "SPC003", "correction C1", 3),
        (HEADER + ROW.replace(",ev,", ",evv,"), "SPC011", "no raw table 'evv'", 2),
        (HEADER + ROW.replace(",SEV,", ",SVE,"), "SPC011", "no column 'SVE'", 2),
        (HEADER + ROW.replace("TERM=", "TREM="), "SPC011", "no column 'TREM'", 2),
        (HEADER + ROW.replace(",ev,", ",pt,").replace("; TERM=Pain", "").replace("SEV", "SITE"),
         "SPC004", "no dataset reads", 2),
        (HEADER.replace("\n", ",date\n") + ROW.replace("\n", ",1/2/2025\n"),
         "SPC004", "no date of ISO 8601", 2),
        (HEADER + '"C1,ev', "SPC001", "not text of that kind", 0),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_line(
    tmp_path: Path, text: str, code: str, says: str, line: int
) -> None:
    errors = refusals(tmp_path, {"corrections.csv": text}, XX=EVENTS)
    error = next(error for error in errors if error.code == code and says in error.message)
    assert error.location is not None
    assert error.location.file.endswith("/corrections.csv")
    assert error.location.line == line


def test_a_near_table_is_offered(tmp_path: Path) -> None:
    text = HEADER + ROW.replace(",ev,", ",evv,")
    assert "ev" in refusal(tmp_path, {"corrections.csv": text}, XX=EVENTS).hint


def test_corrections_of_the_study_below_count_as_well(tmp_path: Path) -> None:
    study = {"corrections.csv": HEADER + ROW}
    compiled(tmp_path / "below", study, XX=EVENTS)
    above = {
        "study.yaml": "study: T2\nas_of: 2025-03-28\nextends: ../below\n",
        "raw.yaml": "tables: {}\n",
        "corrections.csv": HEADER + ROW.replace("C1", "C2").replace("SEV", "END"),
    }
    plan = compiled(tmp_path / "above", above).plan
    assert sorted(c.id for c in plan.corrections) == ["C1", "C2"]
