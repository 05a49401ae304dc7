"""What is still to be written: what is listed, and what a build of a part does not mind."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.app.main import main
from mappings.lint.unfinished import CODE
from tests.small_study import EVENTS, OTHER, compiled, write_study

RAW = """
    tables:
      ev:
        path: ev.csv
        columns: [SUBJ, TERM, START]
        not_submitted: {TERM: "TODO: perhaps XX.XXTERM (0.55)", START: "TODO: not known"}
      pt:
        path: pt.csv
        columns: [SUBJ, SITE]
"""
BEGUN = OTHER.replace("{earliest: XX.XXSTDTC}", "{todo: ask when}")


def test_a_column_that_is_mapped_is_decided(tmp_path: Path) -> None:
    """Its TODO may still stand there; only columns that nothing reads are asked for."""
    notes = compiled(tmp_path, {"raw.yaml": RAW}, XX=EVENTS).notes
    (found,) = [note for note in notes if note.code == CODE]
    assert found.message.endswith(": START")
    assert found.count == 1


def test_the_date_of_the_data_is_asked_for(tmp_path: Path) -> None:
    """The date that `clinmap init` writes is nobody's; the place is that of `as_of`."""
    text = "study: T1\nas_of: 2000-01-01\n"
    (found,) = compiled(tmp_path, {"study.yaml": text, "raw.yaml": "tables: {}\n"}).notes
    assert (found.code, found.dataset) == (CODE, "")
    assert found.location is not None
    assert found.location.line == 2


@pytest.mark.parametrize(
    ("selected", "missing"),
    [([], ["START", "YYSTDTC"]), (["--select", "XX"], []), (["--select", "YY"], ["YYSTDTC"])],
)
def test_a_build_of_what_is_finished(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], selected: list[str], missing: list[str]
) -> None:
    """What other datasets lack, and columns without a decision, matter to the whole study only."""
    write_study(tmp_path / "study", {"raw.yaml": RAW}, XX=EVENTS, YY=BEGUN)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "ev.csv").write_text("SUBJ,TERM,START\n1,pain,03 MAR 2014\n")
    (tmp_path / "raw" / "pt.csv").write_text("SUBJ,SITE\n1,7\n")
    arguments = ["--raw", str(tmp_path / "raw"), "--out", str(tmp_path / "out"), *selected]
    code = main(["build", str(tmp_path / "study"), *arguments, "--fail-on", "never"])
    said = capsys.readouterr().err
    assert code == (2 if missing else 0)
    assert [name for name in ("START", "YYSTDTC") if f"{name}" in said and CODE in said] == missing
    assert (tmp_path / "out").exists() == (not missing)
