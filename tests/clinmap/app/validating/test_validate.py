"""`clinmap validate`: whose datasets it reads, what it says, and by which exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from clinmap.app.main import main
from tests.clinmap.app.conftest import Tiny
from tests.clinmap.app.validating.small_data import (
    ANALYSIS,
    BAD_EVENTS,
    EVENTS,
    SUBJECTS,
    WRITERS,
    write,
)

Capsys = pytest.CaptureFixture[str]
PLANTED = {("VAL050", "AE"): [2], ("VAL060", "AE"): [3]}
SUBJECT_NAMES = ("SMALL-001", "SMALL-002", "SMALL-777")


def validate(*arguments: object) -> int:
    """Run the command."""
    return main(["validate", *map(str, arguments), "--quiet"])


def report(folder: Path, *arguments: object) -> dict[str, Any]:
    """The report as JSON."""
    out = folder.parent / "report.json"
    assert validate(folder, "--format", "json", "--output", out, *arguments) in (0, 1)
    document: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return document


def rows(document: dict[str, Any], *codes: str) -> dict[tuple[str, str], list[int]]:
    """The rows of the findings of these codes."""
    return {
        (one["code"], one["dataset"]): [record[0] for record in one["records"]]
        for one in document["findings"]
        if one["code"] in codes
    }


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A folder with planted faults, written as XPT by pyreadstat."""
    return write(tmp_path / "data", {"DM": SUBJECTS, "AE": BAD_EVENTS})


@pytest.mark.parametrize("form", WRITERS)
def test_every_format_gives_the_same_findings(form: str, tmp_path: Path) -> None:
    """Whoever wrote it."""
    folder = write(tmp_path / "data", {"DM": SUBJECTS, "AE": BAD_EVENTS}, form)
    document = report(folder)
    assert rows(document, "VAL050", "VAL060") == PLANTED
    assert [line["name"] for line in document["datasets"]] == ["AE", "DM"]
    assert [line["records"] for line in document["datasets"]] == [3, 2]


@pytest.mark.parametrize("form", WRITERS)
def test_sound_records_are_not_reported(form: str, tmp_path: Path) -> None:
    """The same study without the faults."""
    document = report(write(tmp_path / "data", {"DM": SUBJECTS, "AE": EVENTS}, form))
    assert rows(document, "VAL050", "VAL060") == {}


def test_a_finding_has_its_records(bad: Path) -> None:
    """Row, keys and the variables that it is about."""
    found = next(one for one in report(bad)["findings"] if one["code"] == "VAL060")
    record = dict(zip(found["record_columns"], found["records"][0], strict=True))
    assert record["row"] == 3
    assert record["USUBJID"] == "SMALL-777"
    assert found["file"] == "ae.xpt"


@pytest.mark.parametrize("form", ["text", "sarif", "junit", "github"])
def test_what_others_read_names_no_subject(form: str, bad: Path, capsys: Capsys) -> None:
    """Logs and code hosts see codes, variables and row numbers."""
    assert validate(bad, "--format", form) == 1
    said = capsys.readouterr().out
    assert "VAL060" in said
    assert not [name for name in SUBJECT_NAMES if name in said]


def test_the_text_ends_in_a_verdict(bad: Path, capsys: Capsys) -> None:
    """Datasets first, rules then, the counts last."""
    validate(bad)
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("AE") and line.endswith("ae.xpt") for line in lines)
    assert any(line.startswith("error VAL060: ") for line in lines)
    assert "error" in lines[-1]


def test_the_exit_code_follows_fail_on(bad: Path) -> None:
    """As everywhere."""
    assert validate(bad) == 1
    assert validate(bad, "--fail-on", "never") == 0


def test_a_damaged_file_is_a_finding(bad: Path) -> None:
    """And the others are judged all the same."""
    (bad / "vs.xpt").write_bytes(b"HEADER RECORD*******nothing")
    (bad / "cm.json").write_text('{"datasetJSONVersion": "1.1.0", ')
    (bad / "mh.parquet").write_bytes(b"")
    document = report(bad)
    damaged = {one["dataset"]: one["code"] for one in document["findings"]
               if one["code"].startswith("INP")}  # fmt: skip
    assert damaged == {"CM": "INP006", "MH": "INP002", "VS": "INP006"}
    assert rows(document, "VAL050", "VAL060") == PLANTED


def test_analysis_datasets_and_their_source(tmp_path: Path) -> None:
    """A subject of ADSL who is not in DM is found in two folders as in one above them."""
    sdtm = write(tmp_path / "all" / "sdtm", {"DM": SUBJECTS, "AE": EVENTS})
    adam = write(tmp_path / "all" / "adam", {"ADSL": ANALYSIS})
    apart, together = report(adam, "--sdtm", sdtm), report(tmp_path / "all")
    own = [one for one in apart["findings"] if one["dataset"] == "ADSL" and one["records"]]
    assert any([record[0] for record in one["records"]] == [2] for one in own)
    assert [one["code"] for one in apart["findings"]] == [
        one["code"] for one in together["findings"]
    ]


def test_a_name_in_two_folders_is_read_once(tmp_path: Path) -> None:
    """The second file is said to be left out."""
    write(tmp_path / "all" / "a", {"DM": SUBJECTS})
    write(tmp_path / "all" / "b", {"DM": SUBJECTS, "AE": EVENTS})
    document = report(tmp_path / "all")
    said = [one["message"] for one in document["findings"] if one["code"] == "INP013"]
    assert said == ["b/dm.xpt is not read: a/dm.xpt has the same name"]


def test_only_what_is_selected_is_reported(bad: Path, capsys: Capsys) -> None:
    """But all of it is read: who is in DM still counts."""
    document = report(bad, "--select", "ae")
    assert {one["dataset"] for one in document["findings"]} == {"AE"}
    assert rows(document, "VAL060") == {("VAL060", "AE"): [3]}
    assert validate(bad, "--select", "AX") == 2
    assert "There are AE, DM." in capsys.readouterr().err


def test_what_a_person_explains_is_shown_apart(bad: Path, capsys: Capsys) -> None:
    """With the reason; it does not fail, and an explanation without its finding does."""
    expected = [
        {"code": one["code"], "dataset": one["dataset"], "variable": one["variable"],
         "reason": "known since January"}
        for one in report(bad)["findings"]
    ]  # fmt: skip
    file = bad.parent / "problems.yaml"
    file.write_text(yaml.safe_dump({"expected": expected}))
    assert validate(bad, "--expected", file, "--fail-on", "warning") == 0
    said = capsys.readouterr().out
    assert "known since January" in said
    assert said.splitlines()[-1].startswith("no finding; ")
    on_the_way = {**expected[0], "code": "TRM001", "reason": "a study's file may be given as it is"}
    file.write_text(yaml.safe_dump({"expected": [*expected, on_the_way]}))
    assert validate(bad, "--expected", file, "--fail-on", "warning") == 0
    gone = {"code": "VAL053", "dataset": "AE", "variable": "AESTDY", "reason": "gone by now"}
    file.write_text(yaml.safe_dump({"expected": [*expected, gone]}))
    assert validate(bad, "--expected", file) == 1
    assert "EXP001" in capsys.readouterr().out


def test_a_former_report_tells_the_trend(bad: Path, capsys: Capsys) -> None:
    """One mended, one new, the others stay; the same data change nothing."""
    before = bad.parent / "before.json"
    validate(bad, "--format", "json", "--output", before)
    same = report(bad, "--previous", before)["trend"]
    assert (same["new"], same["gone"]) == (0, 0)
    fall = ["SMALL", "AE", "SMALL-888", 1, "FALL", "Fall", "2024-02-05", "2024-02-06"]
    write(bad, {"AE": [BAD_EVENTS[0], EVENTS[1], BAD_EVENTS[2], fall]})
    capsys.readouterr()
    document = report(bad, "--previous", before)
    gone = [(one["code"], one["records"]) for one in document["trend"]["gone_findings"]]
    assert [code for code, _ in gone] == ["VAL050"]
    assert "SMALL-001" in gone[0][1][0]
    strangers = next(one for one in document["findings"] if one["code"] == "VAL060")
    assert (strangers["state"], strangers["new_rows"]) == ("mixed", [4])
    assert f"{document['trend']['new']} new, 1 gone" in capsys.readouterr().err


def test_the_same_data_give_the_same_bytes(bad: Path, tmp_path: Path) -> None:
    """No clock, no path of this machine."""
    for form in ("json", "html", "xlsx"):
        made = []
        for name in ("one", "two"):
            out = tmp_path / f"{name}.{form}"
            validate(bad, "--format", form, "--output", out)
            made.append(out.read_bytes())
        assert made[0] == made[1]
        assert str(tmp_path).encode() not in made[0]


def test_the_report_bears_the_date_that_is_asked_for(bad: Path) -> None:
    """And none else."""
    assert report(bad)["as_of"] is None
    assert report(bad, "--as-of", "2025-01-31")["as_of"] == "2025-01-31T00:00:00"


def test_a_package_of_ours_with_its_define(tiny: Tiny) -> None:
    """Both folders are found, the keys are those of define.xml, and it is audited."""
    assert tiny.build("--quiet") == 0
    defines = sorted(tiny.out.rglob("define.xml"))
    document = report(tiny.out, "--define", *defines)
    assert {line["name"] for line in document["datasets"]} >= {"DM", "AE", "ADSL", "ADAE"}
    assert not [one for one in document["findings"] if one["severity"] == "error"
                and one["code"].startswith("DEF")]  # fmt: skip
    text = defines[0].read_text(encoding="utf-8")
    broken = tiny.out.parent / "define.xml"
    broken.write_text(text.replace('Type="Derived"', 'Type="Deriven"', 1), encoding="utf-8")
    again = report(tiny.out, "--define", broken)
    assert [one["code"] for one in again["findings"] if one["code"] == "DEF045"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nowhere"], "INP001"),
        (["empty"], "INP012"),
        (["data", "--previous", "data/ae.xpt"], "INP014"),
        (["data", "--previous", "none.json"], "INP001"),
        (["data", "--ct", "2001-01-01"], "SPC013"),
        (["data", "--format", "xlsx"], "SPC004"),
        (["data", "--as-of", "today"], "SPC004"),
        (["data", "--expected", "wrong.yaml"], "SPC002"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], code: str, bad: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, one message, no traceback."""
    monkeypatch.chdir(bad.parent)
    Path("empty").mkdir()
    Path("wrong.yaml").write_text("expectations: []\n")
    assert validate(*arguments) == 2
    said = capsys.readouterr().err
    assert code in said
    assert "Traceback" not in said
