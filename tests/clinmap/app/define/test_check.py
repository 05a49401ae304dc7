"""`clinmap define check`: forms, exit codes, terminologies, what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clinmap.app.main import main
from tests.define.audit.test_planted import FILES, sample

Capsys = pytest.CaptureFixture[str]
HEAD = "codelist_code,codelist,codelist_name,extensible,term_code,term,preferred_term,synonyms"
SEX = "C66731,SEX,Sex,False,C16576,F,Female,Female"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a sound define.xml and the files that it names."""
    for name in FILES:
        (tmp_path / name).touch()
    (tmp_path / "define.xml").write_text(sample("sdtm_21"), encoding="utf-8")
    (tmp_path / "old.xml").write_text(sample("sdtm_20"), encoding="utf-8")
    return tmp_path


def broken(folder: Path) -> Path:
    """The define.xml with an error."""
    path = folder / "define.xml"
    text = path.read_text(encoding="utf-8").replace('Source="Vendor"', 'Source="Vender"', 1)
    path.write_text(text, encoding="utf-8")
    return path


def check(*arguments: object) -> int:
    """Run the command."""
    return main(["define", "check", *map(str, arguments)])


def test_a_sound_file_is_clean(folder: Path, capsys: Capsys) -> None:
    """Exit code 0, and what was looked at."""
    assert check(folder / "define.xml") == 0
    said = capsys.readouterr().out
    assert "version: Define-XML 2.1.0" in said
    assert said.endswith("no finding\n")


def test_an_error_makes_the_exit_code(folder: Path, capsys: Capsys) -> None:
    """And --fail-on says from which severity on."""
    path = broken(folder)
    assert check(path) == 1
    assert "DEF045" in capsys.readouterr().out
    assert check(path, "--fail-on", "never") == 0
    (folder / "vs.xpt").unlink()
    path.write_text(sample("sdtm_21"), encoding="utf-8")
    assert check(path) == 0
    assert check(path, "--fail-on", "warning") == 1


@pytest.mark.parametrize("form", ["text", "json", "sarif", "html", "xlsx"])
def test_every_form_is_written(form: str, folder: Path, capsys: Capsys) -> None:
    """The report goes to the file, nothing to the output stream."""
    out = folder / "reports" / f"audit.{form}"
    assert check(broken(folder), "--format", form, "--out", out) == 1
    assert capsys.readouterr().out == ""
    assert out.stat().st_size > 100


def test_json_can_be_read_by_a_program(folder: Path, capsys: Capsys) -> None:
    """Printed, and nothing else is."""
    check(broken(folder), "--format", "json")
    document = json.loads(capsys.readouterr().out)
    assert [found["code"] for found in document["findings"]] == ["DEF045"]


def test_a_workbook_is_not_printed(folder: Path, capsys: Capsys) -> None:
    """It is no text."""
    assert check(folder / "define.xml", "--format", "xlsx") == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "no XML", "<a/>", "<!DOCTYPE a><a/>"])
def test_another_file_cannot_be_used(content: str, tmp_path: Path, capsys: Capsys) -> None:
    """Exit code 2 and one message, without a traceback."""
    path = tmp_path / "define.xml"
    path.write_text(content, encoding="utf-8")
    assert check(path) == 2
    said = capsys.readouterr().err
    assert "INP011" in said
    assert "Traceback" not in said


def test_a_20_file_is_compared_with_a_given_terminology(folder: Path, capsys: Capsys) -> None:
    """Without one it names none, and nothing is said of its terms."""
    table = folder / "sdtmct-2014-09-26.csv"
    table.write_text(f"{HEAD}\n{SEX}\n", encoding="utf-8")
    assert check(folder / "old.xml") == 0
    assert check(folder / "old.xml", "--ct", table, "--fail-on", "warning") == 1
    said = capsys.readouterr().out
    assert "DEF040" in said
    assert "'M' is no term of SEX" in said


def test_the_named_date_decides(folder: Path, capsys: Capsys) -> None:
    """A package of another date than the file names is not compared with."""
    path = folder / "define.xml"
    text = path.read_text(encoding="utf-8").replace('"2025-03-28"', '"2014-09-26"')
    path.write_text(text, encoding="utf-8")
    assert check(path) == 0
    assert "DEF044" in capsys.readouterr().out
    table = folder / "sdtmct-2014-09-26.csv"
    table.write_text(f"{HEAD}\n{SEX}\n", encoding="utf-8")
    assert check(path, "--ct", table) == 1
    said = capsys.readouterr().out
    assert "DEF037" in said
    assert "DEF044" not in said
    assert "terminologies given: SDTM 2014-09-26" in said


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("ct.csv", f"{HEAD}\n{SEX}\n", "does not state its package"),
        ("sdtmct-2014-09-26.csv", "codelist_code,term\nC1,x\n", "no column"),
        ("sdtmct-2014-09-26.csv", f"{HEAD}\nC1,x\n", "2 fields"),
        ("sdtmct-2014-09-26.txt", "something else\n", "no column"),
    ],
)
def test_a_damaged_terminology_is_refused(
    name: str, text: str, why: str, folder: Path, capsys: Capsys
) -> None:
    """With the file and what is wrong with it."""
    (folder / name).write_text(text, encoding="utf-8")
    assert check(folder / "define.xml", "--ct", folder / name) == 2
    said = capsys.readouterr().err
    assert "INP010" in said
    assert why in said


def test_help_has_examples(capsys: Capsys) -> None:
    """As every command."""
    with pytest.raises(SystemExit):
        check("--help")
    assert "clinmap define check define.xml --data" in capsys.readouterr().out
