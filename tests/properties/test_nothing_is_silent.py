"""What other tools do without a word is a listed problem here, in a script as at a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clinmap.execution.test_sources import column
from tests.small_study import STUDY, built, compiled, write_study

FINDINGS = """
    dataset: VS
    keys: [STUDYID, USUBJID, VSTESTCD, VSDTC]
    from: ev
    variables:
      VSSEQ: {sequence: [.VSDTC]}
      VSTESTCD: {recode: $TERM}
      VSORRES: $SEV
      VSDTC: {datetime: $START, formats: [YYYY-MM-DD, DD MON YYYY]}
"""
GOOD = {"SUBJ": "1", "TERM": "HEIGHT", "START": "2020-01-31", "SEV": "105"}
RAW_COLUMNS = ["SUBJ", "TERM", "START", "END", "SEV"]


def problems(tmp_path: Path, **changed: str) -> tuple[list[str], list[object], list[object]]:
    """The codes found, and the test codes and dates that come out, for one changed row."""
    outcome = built(compiled(tmp_path, VS=FINDINGS).plan, ev=[GOOD, {**GOOD, **changed}])
    found = sorted(problem.code for problem in outcome.problems)
    return found, column(outcome, "VSTESTCD", "VS"), column(outcome, "VSDTC", "VS")


def test_the_good_rows_have_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path, SEV="106")[0] == []


@pytest.mark.parametrize("term", ["stature", "Hight", "HEIGHT (cm)", "0"])
def test_a_term_that_is_not_mapped_is_listed_and_not_written(term: str, tmp_path: Path) -> None:
    codes, terms, _ = problems(tmp_path, TERM=term)
    assert "TRM001" in codes
    assert term.upper() not in terms


@pytest.mark.parametrize(
    "text", ["2020-99-99", "31 FEB 2020", "2020-02-30", "yesterday", "20200131", "01/31/2020"]
)
def test_a_date_that_cannot_be_read_is_listed_and_not_made_up(text: str, tmp_path: Path) -> None:
    codes, _, dates = problems(tmp_path, START=text)
    assert "DTC001" in codes
    assert set(dates) == {"2020-01-31", None}


def test_a_codelist_holds_where_source_and_target_share_a_name(tmp_path: Path) -> None:
    """A column named as the variable is no reason to take its values as they are."""
    raw = "tables:\n  ev: {path: ev.csv, columns: [SUBJ, VSTESTCD, START, SEV]}\n"
    text = FINDINGS.replace("{recode: $TERM}", "{recode: $VSTESTCD}")
    plan = compiled(tmp_path, {"study.yaml": STUDY, "raw.yaml": raw}, VS=text).plan
    row = {"SUBJ": "1", "VSTESTCD": "height", "START": "2020-01-31", "SEV": "105"}
    outcome = built(plan, ev=[row, {**row, "VSTESTCD": "Hight"}])
    assert column(outcome, "VSTESTCD", "VS") == [None, "HEIGHT"]
    assert [problem.code for problem in outcome.problems] == ["TRM001"]


def test_a_script_is_told_what_a_terminal_is(tmp_path: Path) -> None:
    """Without a terminal the same problems are in problems.json, and the exit code says so."""
    write_study(tmp_path / "study", VS=FINDINGS)
    raw = tmp_path / "raw"
    raw.mkdir()
    rows = [GOOD, {**GOOD, "TERM": "stature"}, {**GOOD, "START": "2020-99-99"}]
    lines = [",".join(row.get(name, "") for name in RAW_COLUMNS) for row in rows]
    (raw / "ev.csv").write_text("\n".join([",".join(RAW_COLUMNS), *lines]) + "\n", encoding="utf-8")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "clinmap", "build", str(tmp_path / "study"), "--raw", str(raw)]
    run = subprocess.run([*command, "--out", str(out)], capture_output=True, text=True, check=False)
    found = {p["code"] for p in json.loads((out / "problems.json").read_text())["problems"]}
    assert (run.returncode, {"TRM001", "DTC001"} <= found) == (1, True)
    assert "TRM001" in run.stdout
    assert "DTC001" in run.stdout
