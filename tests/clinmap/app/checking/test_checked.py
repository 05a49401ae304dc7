"""`clinmap check`: what is explained is listed with its reason, and never forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from clinmap.app.main import main
from tests.clinmap.app.conftest import Tiny

Capsys = pytest.CaptureFixture[str]
AE = "study/sdtm/ae.yaml"


def expect(tiny: Tiny, **keys: str) -> None:
    """Declare one expected problem."""
    said = "".join(f"    {key}: {value}\n" for key, value in keys.items())
    text = f"expected:\n  -\n{said}"
    (tiny.study / "problems.yaml").write_text(text, encoding="utf-8")


def not_made(tiny: Tiny) -> None:
    """Two Expected variables are neither made nor explained."""
    tiny.change(AE, "  AEACN: not collected\n  AEREL: not collected\n", "")


@pytest.mark.parametrize(
    "keys",
    [
        {"dataset": "AE", "variable": '"*"'},
        {"dataset": '"*"'},
        {"dataset": '"*"', "variable": '"*"'},
    ],
    ids=["dataset", "everywhere", "everywhere twice"],
)
def test_a_rule_is_switched_off_with_a_reason(
    tiny: Tiny, capsys: Capsys, keys: dict[str, str]
) -> None:
    """Of a dataset or of the study; the findings are still listed."""
    not_made(tiny)
    expect(tiny, code="SPC016", reason="agreed with the sponsor", **keys)
    assert tiny.check("--fail-on", "warning") == 0
    out = capsys.readouterr().out
    assert "warning SPC016" not in out
    assert "; 2 explained (--show-explained lists them)" in out
    assert tiny.check("--show-explained") == 0
    out = capsys.readouterr().out
    assert out.count("      agreed with the sponsor\n") == 2


def test_what_is_said_of_one_comes_before_what_is_said_of_all(tiny: Tiny, capsys: Capsys) -> None:
    """Each finding has the reason of the narrowest declaration."""
    not_made(tiny)
    text = """\
expected:
  - {code: SPC016, dataset: "*", reason: of all}
  - {code: SPC016, dataset: AE, variable: AEREL, reason: of one}
"""
    (tiny.study / "problems.yaml").write_text(text, encoding="utf-8")
    assert tiny.check("--format", "json") == 0
    explained = json.loads(capsys.readouterr().out)["explained"]
    assert {(e["variable"], e["explained"]) for e in explained} == {
        ("AEACN", "of all"), ("AEREL", "of one"),
    }  # fmt: skip


@pytest.mark.parametrize("code", ["SPC016", "SPC018", "SPC022"])
def test_a_suppression_that_nothing_matches_is_an_error(
    tiny: Tiny, capsys: Capsys, code: str
) -> None:
    """Also where the code does not occur at all; the line of problems.yaml is named."""
    expect(tiny, code=code, dataset='"*"', reason="was once so")
    assert tiny.check() == 1
    out = capsys.readouterr().out
    assert f"problems.yaml:3:5: error EXP001: {code} was expected in any dataset" in out


def test_an_expectation_of_the_data_is_left_to_the_build(tiny: Tiny) -> None:
    """`check` reads no data and cannot know."""
    expect(tiny, code="DTC001", dataset="AE", variable="AESTDTC", reason="partial")
    assert tiny.check() == 0


def test_a_build_judges_what_check_explains(tiny: Tiny) -> None:
    """A column that nobody reads, of a raw table: the same declaration holds in both."""
    tiny.change("study/raw.yaml", "BEGAN, NOTE]", "BEGAN, NOTE, PAGE]")
    events = tiny.raw / "events.csv"
    lines = events.read_text(encoding="utf-8").splitlines()
    events.write_text("\n".join(f"{line},PAGE" for line in lines) + "\n", encoding="utf-8")
    assert tiny.check("--fail-on", "warning") == 1
    expect(tiny, code="SPC018", dataset="events", reason="the page is of no use")
    assert tiny.check("--fail-on", "warning") == 0
    assert tiny.build() == 0


def test_a_reason_must_be_given(tiny: Tiny, capsys: Capsys) -> None:
    """Nothing is switched off in silence."""
    expect(tiny, code="SPC016", dataset='"*"')
    assert tiny.check() == 2
    assert "'reason' is missing" in capsys.readouterr().out


def test_one_analysis_gives_several_reports(tiny: Tiny, tmp_path: Path, capsys: Capsys) -> None:
    """The file's name says the form; each has the same findings."""
    not_made(tiny)
    names = ("check.json", "check.sarif", "check.xml", "check.html", "check.xlsx", "check.txt")
    more = [part for name in names for part in ("--report", str(tmp_path / "out" / name))]
    assert tiny.check("--format", "github", *more) == 0
    assert capsys.readouterr().out.count("::warning ") == 2
    found = {name: (tmp_path / "out" / name).read_bytes() for name in names}
    assert len(json.loads(found["check.json"])["findings"]) == 2
    assert len(json.loads(found["check.sarif"])["runs"][0]["results"]) == 2
    assert len(etree.fromstring(found["check.xml"]).findall(".//testcase")) > 2
    assert found["check.html"].count(b"<tr data-severity") == 2
    assert found["check.xlsx"][:2] == b"PK"
    assert b"AEREL" in found["check.txt"]


@pytest.mark.parametrize(
    "more", [("--report", "check.pdf"), ("--format", "xlsx")], ids=["ending", "workbook"]
)
def test_a_report_that_cannot_be_made_is_said_first(
    tiny: Tiny, capsys: Capsys, more: tuple[str, ...]
) -> None:
    """Before anything is checked or fixed."""
    tiny.change(AE, "{recode: $SEV}", "{recod: $SEV}")
    before = (tiny.base / AE).read_bytes()
    assert tiny.check("--fix", *more) == 2
    assert "SPC004" in capsys.readouterr().err
    assert (tiny.base / AE).read_bytes() == before


def test_places_have_line_and_column(tiny: Tiny, capsys: Capsys) -> None:
    """In the text and in the JSON."""
    tiny.change(AE, "{recode: $SEV}", "{recod: $SEV}")
    assert tiny.check() == 2
    assert f"{tiny.line(AE, 'recod')}:11: error SPC010" in capsys.readouterr().out
    assert main(["check", str(tiny.study), "--format", "json"]) == 2
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert (found["line"], found["column"]) == (8, 11)
