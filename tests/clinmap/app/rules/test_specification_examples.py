"""Every rule of specifications finds its bad example at its line, and nothing in the good one."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest

from clinmap.app.main import main
from clinmap.app.rules.specification_examples import (
    STUDY,
    SpecificationExample,
    bad_study,
    good_study,
    line_of,
    specification_examples,
    study_files,
)
from clinmap.codes import CODES, severity_of
from clinmap.problems import Problem, SpecificationError
from mappings.compile import compile_study
from tests.small_study import operations

EXAMPLES = specification_examples()
WRITTEN = [example for example in EXAMPLES if not example.command]
COMMANDS = [example for example in EXAMPLES if example.command]
Finding = tuple[str, str, int, str]


def findings(folder: Path, files: Mapping[str, str]) -> list[Finding]:
    """Code, file and line, hint of everything that is found in a study."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found: list[Problem | SpecificationError]
    try:
        found = list(compile_study(str(folder), operations()).notes)
    except SpecificationError as error:
        found = list(getattr(error, "errors", [error]))
    return [
        (one.code, one.location.file.partition("/")[2], one.location.line, one.hint)
        for one in found
        if one.location is not None
    ]


def test_every_code_has_an_example() -> None:
    """None is missing, and none is of a code that is not there."""
    codes = [code.id for code in CODES if code.id.startswith("SPC")]
    assert [example.code for example in EXAMPLES] == sorted(codes)


def test_study_of_the_examples_is_in_order() -> None:
    """It has no finding at all, so what an example finds is the example's own."""
    assert not compile_study(str(STUDY), operations()).notes


@pytest.mark.parametrize("example", WRITTEN, ids=lambda example: example.code)
def test_bad_example_is_found_at_its_line(tmp_path: Path, example: SpecificationExample) -> None:
    """It has this code at this line, and no other code but those that it names."""
    files = bad_study(example)
    found = findings(tmp_path / "study", files)
    assert (example.code, example.at[0], line_of(example, files)) in [one[:3] for one in found]
    assert {one[0] for one in found} == {example.code, *example.also}
    assert all(hint for code, _, _, hint in found if code >= "SPC030" and code == example.code)


@pytest.mark.parametrize("example", WRITTEN, ids=lambda example: example.code)
def test_good_example_is_left_alone(tmp_path: Path, example: SpecificationExample) -> None:
    """Nothing is found in it."""
    assert not findings(tmp_path / "study", good_study(example))


@pytest.mark.parametrize("example", COMMANDS, ids=lambda example: example.code)
def test_command_says_it(
    tmp_path: Path,
    example: SpecificationExample,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The bad command ends with the code, the good one does not."""
    for name, text in study_files().items():
        path = tmp_path / "my-study" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    status = main(shlex.split(example.command)[1:])
    said = capsys.readouterr()
    assert status == 2
    assert example.code in said.out + said.err
    main(shlex.split(example.instead)[1:])
    said = capsys.readouterr()
    assert example.code not in said.out + said.err


def test_severities_are_those_of_the_catalogue(tmp_path: Path) -> None:
    """A finding of a rule is rated as the catalogue says."""
    for example in WRITTEN:
        try:
            folder = tmp_path / example.code
            findings(folder, bad_study(example))
            notes = compile_study(str(folder), operations()).notes
        except SpecificationError:
            continue
        for note in notes:
            assert note.severity == severity_of(note.code)
