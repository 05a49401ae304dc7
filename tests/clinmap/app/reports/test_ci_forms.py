"""SARIF, JUnit XML and workflow commands, held against their schemas and read as servers do."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from lxml import etree

from clinmap.app.places import Places
from clinmap.app.reports import Report, report_bytes
from clinmap.app.reports.writing import ENDINGS, form_of_file, write_reports
from clinmap.problems import Location, OutputError, Problem, Severity, SpecificationError

SCHEMAS = Path(__file__).parents[3] / "schemas"
HOSTILE = "</failure><x> ]]> \x00\x1b[31m \ud7ff 100% : , ä"
WARNING = Problem(
    "SPC016",
    Severity.WARNING,
    HOSTILE,
    "AE",
    "AEACN",
    location=Location("study/sdtm/ae b.yaml", 3, 5),
)
ERROR = Problem("SPC010", Severity.ERROR, "no such operation", location=Location("s/dm.yaml", 7))
EXPLAINED = Problem(
    "SPC016", Severity.WARNING, "not made", "AE", "AEREL",
    location=Location("study/sdtm/ae b.yaml", 1), explained="not collected",
)  # fmt: skip
NOWHERE = Problem("SPC006", Severity.NOTE, "a note without a place")
PROBLEMS = (ERROR, WARNING, WARNING, EXPLAINED, NOWHERE)
REPORT = Report("Check of S", PROBLEMS, files=("s/dm.yaml", "s/clean.yaml"))


def sarif_of(report: Report) -> Any:
    return json.loads(report_bytes(report, "sarif"))


def junit_of(report: Report) -> etree._Element:
    return etree.fromstring(report_bytes(report, "junit"))


@pytest.mark.parametrize("report", [REPORT, Report("nothing", ())], ids=["findings", "none"])
def test_sarif_is_valid(report: Report) -> None:
    """The schema of SARIF 2.1.0."""
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    validator = Draft4Validator(schema)
    assert [error.message for error in validator.iter_errors(sarif_of(report))] == []
    assert list(validator.iter_errors({"version": "2.1.0", "runs": [{"tool": {}}]}))


@pytest.mark.parametrize("report", [REPORT, Report("nothing", ())], ids=["findings", "none"])
def test_junit_is_valid(report: Report) -> None:
    """The schema by which Jenkins reads it."""
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / "junit-10.xsd")))
    assert schema.validate(junit_of(report)), schema.error_log
    assert not schema.validate(etree.fromstring("<testsuites><testcase/></testsuites>"))


def test_sarif_keeps_what_is_explained_as_suppressed() -> None:
    """With the reason; nothing else is suppressed."""
    results = sarif_of(REPORT)["runs"][0]["results"]
    suppressed = [result for result in results if "suppressions" in result]
    assert [s["suppressions"] for s in suppressed] == [
        [{"kind": "external", "justification": "not collected"}]
    ]
    assert len(results) == len(PROBLEMS)


def test_sarif_says_where_and_how_to_mend() -> None:
    """Line and column, a URI that is one, and of each rule its help and the docs' place."""
    run = sarif_of(REPORT)["runs"][0]
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "study/sdtm/ae%20b.yaml"
    assert place["region"] == {"startLine": 3, "startColumn": 5}
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["SPC006", "SPC010", "SPC016"]
    assert all("docs/reference/rules.md#spc0" in rule["help"]["text"] for rule in rules)
    assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [
        r["ruleId"] for r in run["results"]
    ]
    assert "locations" not in run["results"][3]


def test_fingerprints_survive_a_new_line_above_and_tell_doubles_apart() -> None:
    """The same finding keeps its mark; a second one like it has another."""
    below = replace(WARNING, location=Location("study/sdtm/ae b.yaml", 30, 5))
    moved = Report("later", [below])
    marks = [
        r["partialFingerprints"]["clinmapFinding/v1"]
        for r in sarif_of(REPORT)["runs"][0]["results"]
    ]
    assert len(set(marks)) == len(marks)
    again = sarif_of(moved)["runs"][0]["results"][0]["partialFingerprints"]["clinmapFinding/v1"]
    assert again == marks[1]


def test_no_path_of_this_machine_is_in_sarif_or_junit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file below the current folder is named from there, another one as messages name it."""
    (tmp_path / "work" / "study").mkdir(parents=True)
    (tmp_path / "work" / "study" / "raw.yaml").touch()
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "raw.yaml").touch()
    monkeypatch.chdir(tmp_path / "work")
    problems = [
        Problem("SPC004", Severity.ERROR, name, location=Location(f"{name}/raw.yaml", 1))
        for name in ("study", "house")
    ]
    report = Report("places", problems, places=Places((tmp_path / "work", tmp_path)))
    text = report_bytes(report, "sarif").decode()
    assert str(tmp_path) not in text
    uris = [
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for r in json.loads(text)["runs"][0]["results"]
    ]
    assert uris == ["study/raw.yaml", "house/raw.yaml"]
    assert str(tmp_path) not in report_bytes(report, "junit").decode()


def test_junit_has_a_suite_for_each_file_and_a_case_for_each_code() -> None:
    """An error fails, a warning says so, what is explained is skipped, a clean file passes."""
    root = junit_of(REPORT)
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["no file", "s/clean.yaml", "s/dm.yaml", "study/sdtm/ae b.yaml"]
    assert [len(suites["s/clean.yaml"][0]), suites["s/clean.yaml"][0].get("name")] == [
        0,
        "no finding",
    ]
    (failure,) = root.iter("failure")
    assert failure.get("message") == "no such operation"
    (skipped,) = root.iter("skipped")
    assert skipped.get("message") == "not collected"
    assert (root.get("tests"), root.get("failures")) == ("5", "1")
    ours = suites["study/sdtm/ae b.yaml"]
    assert (ours.get("tests"), ours.get("failures"), ours.get("skipped")) == ("2", "0", "1")


@pytest.mark.parametrize(
    ("fail_on", "failures"), [("warning", "2"), ("error", "1"), ("never", "0")]
)
def test_junit_fails_where_the_run_fails(fail_on: str, failures: str) -> None:
    """By the severity given with --fail-on."""
    report = Report("Check", PROBLEMS, fail_on=fail_on)
    assert junit_of(report).get("failures") == failures


def test_annotations_are_one_line_each_and_escaped() -> None:
    """What is explained is not said; a line break or colon cannot begin another command."""
    lines = report_bytes(REPORT, "github").decode().splitlines()
    assert len([line for line in lines if line.startswith("::")]) == 4
    assert "not made" not in "".join(lines)
    assert any(
        line.startswith("::warning file=study/sdtm/ae b.yaml,line=3,col=5,") for line in lines
    )


@pytest.mark.parametrize(("name", "form"), [(f"a/check{e}", form) for e, form in ENDINGS.items()])
def test_the_name_of_a_file_tells_the_form(name: str, form: str) -> None:
    """Capitals or not."""
    assert form_of_file(Path(name.upper())) == form


def test_reports_that_cannot_be_written(tmp_path: Path) -> None:
    """A name that tells nothing, a folder in the way."""
    with pytest.raises(SpecificationError, match=r"check\.pdf does not tell"):
        write_reports(REPORT, [tmp_path / "check.pdf"])
    (tmp_path / "x.json").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_reports(REPORT, [tmp_path / "x.json"])


def test_json_has_what_is_explained_apart() -> None:
    """Counts are of what is not."""
    document = json.loads(report_bytes(REPORT, "json"))
    assert document["counts"] == {"error": 1, "warning": 2, "note": 1}
    assert [found["explained"] for found in document["explained"]] == ["not collected"]
    assert {found["explained"] for found in document["findings"]} == {""}
