"""`check --fix`: what is certain is written, at its place, and nothing else in the file."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from clinmap.app.checking.fixing import fixed_study, planned_edits
from clinmap.app.main import main
from mappings.shipped import STUDIES
from tests.clinmap.app.conftest import Tiny

Capsys = pytest.CaptureFixture[str]
AE, DM, RAW = "study/sdtm/ae.yaml", "study/sdtm/dm.yaml", "study/raw.yaml"
SLIPS = [
    # file, as it should be, as it is written
    (AE, "keys: [STUDYID", "keyz: [STUDYID"),
    (AE, "not_collected:", "Not-collected:"),
    (AE, "{recode: $SEV}", "{recod: $SEV}"),
    (AE, "{recode: $SEV}", "{recode: $sev}"),
    (AE, "AETERM: $TERM", "AETERM: $TREM"),
    (AE, "{datetime: $BEGAN, formats:", "{datetime: $BEGAN, fromats:"),
    (AE, "label: Note of", "lable: Note of"),
    (AE, "  AEREL: not collected", "  AERLE: not collected"),
    (DM, "$CTRY", "$CRTY"),
    (DM, "from: subjects", "from: Subjects"),
    (RAW, "path: subjects.csv", "paht: subjects.csv"),
]
UNSURE = [
    (AE, "{recode: $SEV}", "{recode: $TEV}"),  # TERM, SEV: a person decides
    (AE, "{recode: $SEV}", "{lookup_in: $SEV}"),
    (AE, "{recode: $SEV}", "{recode: $SVE}"),  # too short to be certain
    (DM, "from: subjects", "from: event"),  # one letter, of a name
]


@pytest.mark.parametrize(("file", "right", "wrong"), SLIPS, ids=[slip[2] for slip in SLIPS])
def test_a_certain_slip_is_mended_and_nothing_else(
    tiny: Tiny, file: str, right: str, wrong: str
) -> None:
    """The file is as it was before the slip, comments and line ends too."""
    path = tiny.base / file
    text = path.read_text(encoding="utf-8").replace("\n", "   # why: it's so\r\n", 1)
    path.write_bytes(text.encode())
    before = path.read_bytes()
    assert tiny.check() == 0
    assert right in text
    path.write_bytes(text.replace(right, wrong).encode())
    assert len(fixed_study(str(tiny.study))) == 1
    assert path.read_bytes() == before
    assert fixed_study(str(tiny.study)) == []


@pytest.mark.parametrize(("file", "right", "wrong"), UNSURE, ids=[slip[2] for slip in UNSURE])
def test_what_is_not_certain_is_left(tiny: Tiny, file: str, right: str, wrong: str) -> None:
    """The finding stays, and the file as it is."""
    tiny.change(file, right, wrong)
    before = (tiny.base / file).read_bytes()
    assert fixed_study(str(tiny.study)) == []
    assert (tiny.base / file).read_bytes() == before
    assert tiny.check() == 2


def test_a_term_and_a_codelist_in_the_wrong_case_are_mended(tiny: Tiny) -> None:
    """Codelists and their terms are names, too."""
    tiny.change(AE, "  AESEV: {recode: $SEV}", "  AESEV: {constant: Severe, codelist: aesev}")
    done = fixed_study(str(tiny.study))
    assert [(one.old, one.new) for one in done] == [("aesev", "AESEV"), ("Severe", "SEVERE")]
    assert tiny.check() == 0


def test_fix_says_what_it_wrote_and_checks_again(tiny: Tiny, capsys: Capsys) -> None:
    """Several faults, one behind the other, in several files."""
    tiny.change(AE, "keys: [STUDYID", "keyz: [STUDYID")
    tiny.change(AE, "AEDECOD: {assign: $TERM", "AEDECOD: {assing: $TREM")
    tiny.change(DM, "$CTRY", "$CRTY")
    assert tiny.check("--fix") == 0
    out = capsys.readouterr().out
    assert f"fixed {tiny.line(AE, 'keys')}:1: keyz → keys\n" in out
    assert out.count("fixed ") == 4
    assert "no error" in out
    assert tiny.check("--fix") == 0
    assert capsys.readouterr().out.startswith("nothing that is certain to fix\n")


def test_diff_writes_nothing(tiny: Tiny, capsys: Capsys) -> None:
    """A unified diff of the lines, and the finding is still there."""
    tiny.change(AE, "{recode: $SEV}", "{recod: $SEV}")
    before = (tiny.base / AE).read_bytes()
    assert tiny.check("--fix", "--diff") == 2
    out = capsys.readouterr().out
    assert "-  AESEV: {recod: $SEV}\n+  AESEV: {recode: $SEV}\n" in out
    assert (tiny.base / AE).read_bytes() == before


def test_json_stays_json_beside_a_fix(tiny: Tiny, capsys: Capsys) -> None:
    """What was fixed is said on stderr; a finding says its fix."""
    tiny.change(AE, "{recode: $SEV}", "{recod: $SEV}")
    assert tiny.check("--diff", "--format", "json") == 2
    captured = capsys.readouterr()
    assert '"old": "recod"' in captured.out
    assert captured.out.startswith("{")
    assert "+  AESEV" in captured.err


def test_a_file_with_another_ending_is_renamed(tiny: Tiny) -> None:
    """ae.yml becomes ae.yaml; study.yml makes the folder a study."""
    (tiny.study / "sdtm" / "ae.yaml").rename(tiny.study / "sdtm" / "ae.yml")
    (tiny.study / "study.yaml").rename(tiny.study / "study.yml")
    assert [one.new for one in fixed_study(str(tiny.study))] == ["study.yaml", "ae.yaml"]
    assert tiny.check() == 0


def test_nothing_is_overwritten_by_a_rename(tiny: Tiny) -> None:
    """Where the name is taken, a person decides."""
    (tiny.study / "sdtm" / "ae.yml").write_text("dataset: AE\n", encoding="utf-8")
    assert fixed_study(str(tiny.study)) == []


def test_a_study_that_is_extended_is_not_written(tiny: Tiny) -> None:
    """Its files are those of another study."""
    tiny.change(AE, "{recode: $SEV}", "{recod: $SEV}")
    child = tiny.base / "child"
    child.mkdir()
    (child / "study.yaml").write_text("extends: ../study\nstudy: TINY-02\n", encoding="utf-8")
    before = (tiny.base / AE).read_bytes()
    assert fixed_study(str(child)) == []
    assert (tiny.base / AE).read_bytes() == before


def test_a_shipped_study_is_not_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is named, not pointed at."""
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in STUDIES.rglob("*.yaml")}
    assert main(["check", "cdiscpilot01", "--fix"]) == 0
    assert {path: path.read_bytes() for path in STUDIES.rglob("*.yaml")} == before


def test_a_word_that_stands_twice_on_the_line_is_left(tiny: Tiny) -> None:
    """Which of the two is meant is not certain."""
    tiny.change(AE, "AETERM: $TERM", "AETERM: {combine: [$TREM, $TREM]}")
    assert planned_edits(str(tiny.study)) == []


def test_a_comment_is_never_changed(tiny: Tiny) -> None:
    """The word stands in a comment on the same line."""
    tiny.change(AE, "AETERM: $TERM", "AETERM: $TREM   # TREM, of the form")
    old = (tiny.base / AE).read_text(encoding="utf-8").splitlines()
    assert len(fixed_study(str(tiny.study))) == 1
    new = (tiny.base / AE).read_text(encoding="utf-8").splitlines()
    changed = [line for line in difflib.ndiff(old, new) if line[0] in "+-"]
    assert changed == [
        "-   AETERM: $TREM   # TREM, of the form",
        "+   AETERM: $TERM   # TREM, of the form",
    ]
