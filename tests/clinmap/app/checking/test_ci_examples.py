"""The hook and the example workflows: they load, and their commands do what they say."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from clinmap.app.checking.changed import studies_of
from clinmap.app.main import main
from tests.clinmap.app.conftest import Tiny

ROOT = Path(__file__).resolve().parents[4]
EXAMPLES = ROOT / "docs" / "examples"
Capsys = pytest.CaptureFixture[str]


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def github() -> tuple[str, list[str]]:
    """The command of the workflow, and the files that later steps take up."""
    steps = loaded(EXAMPLES / "validate-mappings.yml")["jobs"]["check"]["steps"]
    (command,) = (step["run"] for step in steps if "clinmap check" in step.get("run", ""))
    return command, [s["with"]["sarif_file"] for s in steps if "sarif_file" in s.get("with", {})]


def gitlab() -> tuple[str, list[str]]:
    """The same of the pipeline of GitLab."""
    job = loaded(EXAMPLES / "validate-mappings.gitlab-ci.yml")["validate mappings"]
    (command,) = job["script"]
    return command, [job["artifacts"]["reports"]["junit"]]


@pytest.mark.parametrize("example", [github, gitlab])
def test_the_command_of_a_workflow_writes_what_its_steps_take_up(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, example: Any
) -> None:
    """A clean study passes, a fault fails; the reports are there both times."""
    command, files = example()
    monkeypatch.chdir(tiny.base)
    words = shlex.split(re.sub(r"\$\{\{ matrix\.study \}\}|\$STUDY", "study", command))
    assert words.pop(0) == "clinmap"
    assert main(words) == 0
    assert files
    tiny.change("study/sdtm/ae.yaml", "{recode: $SEV}", "{recod: $SEV}")
    for file in files:
        Path(file).unlink()
    assert main(words) == 2
    assert all(Path(file).is_file() for file in files)


def hooks() -> dict[str, Any]:
    return {hook["id"]: hook for hook in loaded(ROOT / ".pre-commit-hooks.yaml")}


@pytest.mark.parametrize("name", ["clinmap-check", "clinmap-fix"])
def test_a_hook_checks_the_studies_of_changed_files(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, capsys: Capsys, name: str
) -> None:
    """The names of changed files come last, as pre-commit gives them."""
    hook = hooks()[name]
    monkeypatch.chdir(tiny.base)
    program, *words = shlex.split(hook["entry"])
    assert program == "clinmap"
    changed = ["study/sdtm/ae.yaml", "study/raw.yaml", "other.yaml"]
    assert all(re.search(hook["files"], file) for file in changed)
    assert main([*words, *changed]) == 0
    tiny.change("study/sdtm/ae.yaml", "{recode: $SEV}", "{recod: $SEV}")
    capsys.readouterr()
    assert main([*words, *changed]) == (0 if "--fix" in words else 2)
    assert "study/sdtm/ae.yaml:8:11" in capsys.readouterr().out
    assert main([*words, "other.yaml"]) == 0


def test_a_study_that_extends_a_changed_one_is_checked(tiny: Tiny) -> None:
    """A house that is no study by itself is checked through those that build on it."""
    house, child = tiny.base / "house", tiny.base / "child"
    for folder, text in ((house, "title: A house\n"), (child, "extends: [../study, ../house]\n")):
        folder.mkdir()
        (folder / "study.yaml").write_text(text, encoding="utf-8")
    names = {Path(study).name for study in studies_of([str(house / "study.yaml")], tiny.base)}
    assert names == {"child"}
    both = studies_of([str(tiny.study / "sdtm" / "ae.yaml")], tiny.base)
    assert [Path(study).name for study in both] == ["child", "study"]
    assert studies_of([str(tiny.raw / "events.csv")], tiny.base) == []


@pytest.mark.parametrize(
    "words",
    [(), ("study", "--changed", "x.yaml"), ("--changed", "x.yaml", "--report", "x.json"),
     ("--changed", "x.yaml", "--format", "json")],
    ids=["nothing", "both", "report", "json"],
)  # fmt: skip
def test_what_cannot_be_asked_together(capsys: Capsys, words: tuple[str, ...]) -> None:
    """One study, or files of any number of them."""
    assert main(["check", *words]) == 2
    assert "SPC004" in capsys.readouterr().err
