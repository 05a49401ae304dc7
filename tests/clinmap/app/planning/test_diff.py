"""`clinmap diff`: two studies, revisions of git, cuts of the data; text, JSON and the page."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clinmap.app.main import main
from clinmap.app.planning.revisions import split_revision
from tests.browser import browser, found_browser
from tests.clinmap.app.conftest import Tiny
from tests.clinmap.app.test_start_up import run

Capsys = pytest.CaptureFixture[str]
UPPER = ("study/sdtm/ae.yaml", "AETERM: $TERM", "AETERM: {assign: $TERM, case: upper}")
SAME_VALUES = ("study/sdtm/ae.yaml", "AETERM: $TERM", "AETERM: {text_part: $TERM}")


def git(folder: Path, *words: str) -> None:
    named = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *named, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tiny: Tiny) -> Tiny:
    """The tiny study in a repository, committed."""
    git(tiny.base, "init", "-q")
    git(tiny.base, "add", "study")
    git(tiny.base, "commit", "-q", "-m", "first")
    return tiny


def copy_of(tiny: Tiny) -> str:
    shutil.copytree(tiny.study, tiny.base / "old" / "study")
    return str(tiny.base / "old" / "study")


def diff(capsys: Capsys, *words: str, code: int = 1) -> dict[str, Any]:
    assert main(["diff", *words, "--format", "json", "--quiet"]) == code, capsys.readouterr()
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: Capsys, *words: str) -> str:
    assert main(["diff", *words]) == 2
    return capsys.readouterr().err


# --------------------------------------------------------------------------- two specifications


def test_no_difference(tiny: Tiny, capsys: Capsys) -> None:
    assert main(["diff", copy_of(tiny), str(tiny.study)]) == 0
    assert "The specifications are the same." in capsys.readouterr().out


def test_text_tells_kind_place_and_reach(tiny: Tiny, capsys: Capsys) -> None:
    old = copy_of(tiny)
    tiny.change(*UPPER)
    assert main(["diff", old, str(tiny.study)]) == 1
    said = capsys.readouterr().out
    assert "1 change of the specification: 1 of data; 3 datasets may change in values" in said
    assert f"AE.AETERM: operations  ({tiny.line('study/sdtm/ae.yaml', 'AETERM: {')})" in said
    assert "was  {assign: $TERM}" in said
    assert "now  {assign: $TERM, case: upper}" in said
    assert "ADAE (AESEQ, AETERM)" in said


def test_metadata_can_change_no_value(tiny: Tiny, capsys: Capsys) -> None:
    old = copy_of(tiny)
    tiny.change("study/study.yaml", "A tiny study", "Another")
    assert main(["diff", old, str(tiny.study)]) == 1
    said = capsys.readouterr().out
    assert "1 of metadata only; no value can change." in said


def test_report_to_a_file(tiny: Tiny, capsys: Capsys) -> None:
    out = tiny.base / "reports" / "diff.json"
    words = [copy_of(tiny), str(tiny.study), "--format", "json", "--out", str(out)]
    assert main(["diff", *words]) == 0
    assert json.loads(out.read_text("utf-8"))["differs"] is False


def test_what_to_compare_must_be_clear(built: Tiny, capsys: Capsys) -> None:
    study = str(built.study)
    assert "SPC071" in refused(capsys, study)
    assert "SPC071" in refused(capsys, study, "--raw", str(built.raw))
    assert "clinmap compare" in refused(capsys, str(built.out), study)
    three = ["--raw", *(str(built.raw) for _ in range(3))]
    assert "SPC071" in refused(capsys, study, *three)


def test_nothing_heavy_is_loaded_where_nothing_is_built(tiny: Tiny) -> None:
    done = run("diff", copy_of(tiny), str(tiny.study))
    assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------------------- revisions of git


def test_revision_beside_the_files_as_they_are(repository: Tiny, capsys: Capsys) -> None:
    study = str(repository.study)
    assert diff(capsys, f"{study}@HEAD", code=0)["changes"] == []
    repository.change(*UPPER)
    found = diff(capsys, f"{study}@HEAD")
    assert [(c["variable"], c["kind"]) for c in found["changes"]] == [("AETERM", "data")]
    assert found["datasets"] == ["AE", "SUPPAE", "ADAE"]


def test_two_revisions(repository: Tiny, capsys: Capsys) -> None:
    study = str(repository.study)
    repository.change(*UPPER)
    git(repository.base, "commit", "-q", "-am", "second")
    git(repository.base, "tag", "v2")
    assert len(diff(capsys, f"{study}@v2~1", f"{study}@v2")["changes"]) == 1
    assert diff(capsys, f"{study}@v2", f"{study}@HEAD", code=0)["changes"] == []


def test_nothing_of_the_working_tree_is_touched(repository: Tiny, capsys: Capsys) -> None:
    repository.change(*UPPER)
    before = {p: p.read_bytes() for p in repository.base.rglob("*") if p.is_file()}
    diff(capsys, f"{repository.study}@HEAD")
    assert {p: p.read_bytes() for p in repository.base.rglob("*") if p.is_file()} == before


def test_a_study_that_it_extends_is_of_the_same_revision(tiny: Tiny, capsys: Capsys) -> None:
    shutil.move(tiny.study, tiny.base / "organisation")
    tiny.study.mkdir()
    text = "extends: ../organisation\nstudy: TINY-02\nas_of: 2025-01-31\n"
    (tiny.study / "study.yaml").write_text(text, encoding="utf-8")
    git(tiny.base, "init", "-q")
    git(tiny.base, "add", "study", "organisation")
    git(tiny.base, "commit", "-q", "-m", "first")
    tiny.change("organisation/sdtm/ae.yaml", *UPPER[1:])
    assert [c["variable"] for c in diff(capsys, f"{tiny.study}@HEAD")["changes"]] == ["AETERM"]


def test_a_study_that_is_the_repository(tiny: Tiny, capsys: Capsys) -> None:
    git(tiny.study, "init", "-q")
    git(tiny.study, "add", ".")
    git(tiny.study, "commit", "-q", "-m", "first")
    tiny.change(*UPPER)
    assert len(diff(capsys, f"{tiny.study}@HEAD")["changes"]) == 1


def test_a_study_that_is_gone(repository: Tiny, capsys: Capsys) -> None:
    moved = repository.base / "moved"
    shutil.move(repository.study, moved)
    assert diff(capsys, f"{repository.study}@HEAD", str(moved), code=0)["changes"] == []


def test_within_a_hook_the_study_s_own_repository_is_asked(
    repository: Tiny, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository.base / "elsewhere"))
    assert diff(capsys, f"{repository.study}@HEAD", code=0)["changes"] == []


def test_unknown_revisions_are_refused(repository: Tiny, capsys: Capsys) -> None:
    for revision in ("nothing", "--help", "HEAD~9", "HEAD:study"):
        said = refused(capsys, f"{repository.study}@{revision}")
        assert "SPC070" in said, said
        assert "no revision" in said
    assert "SPC071" in refused(capsys, f"{repository.study}@")


def test_a_folder_in_no_repository_is_refused(tiny: Tiny, capsys: Capsys) -> None:
    said = refused(capsys, f"{tiny.study}@HEAD")
    assert "SPC070" in said
    assert "no git repository" in said


def test_a_study_that_was_not_there_is_refused(repository: Tiny, capsys: Capsys) -> None:
    shutil.copytree(repository.study, repository.base / "young")
    assert "SPC070" in refused(capsys, f"{repository.base / 'young'}@HEAD")


def test_without_git(repository: Tiny, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    assert "git cannot be run" in refused(capsys, f"{repository.study}@HEAD")


def test_a_folder_with_an_at_wins(tiny: Tiny) -> None:
    shutil.copytree(tiny.study, tiny.base / "study@2")
    assert split_revision(str(tiny.base / "study@2")) == (str(tiny.base / "study@2"), "")
    assert split_revision("@HEAD") == ("@HEAD", "")


# -------------------------------------------------------------------------------------- values


def test_values_that_change_are_counted(tiny: Tiny, capsys: Capsys) -> None:
    old = copy_of(tiny)
    tiny.change("study/sdtm/ae.yaml", "{recode: $SEV}", "{recode: $SEV, map: {MILD: SEVERE}}")
    found = diff(capsys, old, str(tiny.study), "--raw", str(tiny.raw))
    (change,) = found["changes"]
    assert change["values"] == ["AE.AESEV in 1 of 3 records"]
    (ae,) = found["data"]["datasets"]
    assert (ae["name"], ae["variables"], ae["paired"]) == ("AE", {"AESEV": 1}, 3)


def test_records_meet_by_keys_that_no_change_reaches(tiny: Tiny, capsys: Capsys) -> None:
    old = copy_of(tiny)
    tiny.change(*UPPER)
    found = diff(capsys, old, str(tiny.study), "--raw", str(tiny.raw))
    assert found["changes"][0]["values"] == [
        "AE.AETERM in 3 of 3 records", "ADAE.AETERM in 3 of 3 records",
    ]  # fmt: skip


def test_a_change_of_data_without_effect_is_said_to_be_so(tiny: Tiny, capsys: Capsys) -> None:
    old = copy_of(tiny)
    tiny.change(*SAME_VALUES)
    assert main(["diff", old, str(tiny.study), "--raw", str(tiny.raw), "--quiet"]) == 1
    said = capsys.readouterr().out
    assert "built    no value changes with these data" in said
    assert "built, no value differs." in said


def test_two_cuts_of_the_data(tiny: Tiny, capsys: Capsys) -> None:
    cut = tiny.base / "cut"
    shutil.copytree(tiny.raw, cut)
    tiny.change("raw/events.csv", "0002,Rash", "0002,Fall,MILD,2024-03-10,\n0002,Rash")
    found = diff(capsys, str(tiny.study), "--raw", str(cut), str(tiny.raw))
    assert found["changes"] == []
    tables = {t["name"]: (t["same"], t["old_rows"], t["new_rows"]) for t in found["data"]["tables"]}
    assert tables == {"subjects": (True, 2, 2), "events": (False, 3, 4)}
    more = {d["name"]: d["only_new"] for d in found["data"]["datasets"] if d["only_new"]}
    assert more == {"AE": 1, "ADAE": 1}
    only = ["--select", "DM", "ADSL"]
    diff(capsys, str(tiny.study), "--raw", str(cut), str(tiny.raw), *only, code=0)


def test_text_names_no_subject_and_no_value(tiny: Tiny, capsys: Capsys) -> None:
    old, cut = copy_of(tiny), tiny.base / "cut"
    shutil.copytree(tiny.raw, cut)
    tiny.change("raw/events.csv", "0002,Rash", "0002,Fall,MILD,2024-03-10,\n0002,Rash")
    tiny.change(*UPPER)
    raw = ["--raw", str(cut), str(tiny.raw), "--quiet"]
    for form in ("text", "json", "html"):
        main(["diff", old, str(tiny.study), *raw, "--format", form])
        said = capsys.readouterr().out
        assert "AETERM" in said
        assert not re.search(r"\b000[12]\b|TINY-01-|Headache|HEADACHE|Fall|FALL", said)


# ------------------------------------------------------------------------------------ the page


def test_page_needs_no_other_file_and_escapes(tiny: Tiny, capsys: Capsys) -> None:
    old = copy_of(tiny)
    tiny.change("study/study.yaml", "A tiny study", "A <script>alert(1)</script> study")
    out = tiny.base / "diff.html"
    assert main(["diff", old, str(tiny.study), "--format", "html", "--out", str(out)]) == 1
    page = out.read_text("utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"(src|href)=", page)


@pytest.mark.xdist_group("browser")
def test_page_filters_in_the_browser(tiny: Tiny, capsys: Capsys) -> None:
    executable = found_browser()
    if executable is None:
        pytest.skip("no Chromium")
    old, out = copy_of(tiny), tiny.base / "diff.html"
    tiny.change(*UPPER)
    tiny.change("study/adam/adae.yaml", "Analysis Start Date", "Start Date of Analysis")
    main(
        [
            "diff",
            old,
            str(tiny.study),
            "--raw",
            str(tiny.raw),
            "--format",
            "html",
            "--out",
            str(out),
        ]
    )
    shown = "[...document.querySelectorAll('#changes tbody tr')].filter(r => !r.hidden).length"

    def pick(name: str, value: str) -> None:
        tab.run(
            f"(() => {{ const e = document.forms[0].elements['{name}']; e.value = '{value}';"
            " e.dispatchEvent(new Event('input', {bubbles: true})); })()"
        )

    with browser(executable) as tab:
        tab.open(out)
        assert tab.run(shown) == 2
        pick("kind", "metadata")
        assert tab.run(shown) == 1
        pick("kind", "")
        pick("dataset", "SUPPAE")
        assert tab.run(shown) == 1
        assert tab.run("document.getElementById('shown').textContent") == "1 of 2 changes"
        assert "3" in tab.run("document.querySelector('#values tbody').textContent")
        assert tab.errors() == []
        assert tab.requests() == []
