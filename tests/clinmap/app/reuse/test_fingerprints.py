"""Fingerprints: what they cover, what they leave out, and when there is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from clinmap.app.registry import registry
from clinmap.app.reuse.digests import Unknown, code_digest, digest
from clinmap.app.reuse.fingerprints import changed, fingerprints, raw_digests
from clinmap.app.reuse.nodes import parameters_read
from clinmap.plan import Plan
from clinmap.problems import Location
from mappings.compile import compile_study
from tests.small_study import EVENTS, OTHER, compiled

SEEN = {"ev": "1", "pt": "2"}
CIRCLE = EVENTS + "      XXSTDTC: $START\n      XXDECOD: YY.YYTERM\n"


def plan(folder: Path, **datasets: str) -> Plan:
    """Two datasets that need each other, or others."""
    return compiled(folder, None, **{"XX": CIRCLE, "YY": OTHER, **datasets}).plan


def test_places_are_no_part_of_a_digest() -> None:
    """The same parts elsewhere are the same."""
    assert digest(("a", Location("x.yaml", 1))) == digest(("a", Location("y.yaml", 9)))
    assert digest(("a", 1)) != digest(("a", "1"))
    assert digest((("a",), "b")) != digest(("a", ("b",)))


def test_of_something_of_no_known_type_there_is_no_digest() -> None:
    """An object says nothing of what it holds."""
    with pytest.raises(Unknown):
        digest(object())


def test_datasets_that_need_each_other_change_by_variable(tmp_path: Path) -> None:
    """XX and YY need each other; a variable that nothing rests on changes its own dataset only."""
    before = fingerprints(plan(tmp_path / "a"), SEEN)
    alone = plan(tmp_path / "b", XX=CIRCLE.replace("XXDECOD: YY.YYTERM", "XXDECOD: {constant: x}"))
    both = plan(tmp_path / "c", XX=CIRCLE.replace("XXSTDTC: $START", "XXSTDTC: $END"))
    assert changed(alone, fingerprints(alone, SEEN), {"fingerprints": before}) == {"XX"}
    assert changed(both, fingerprints(both, SEEN), {"fingerprints": before}) == {"XX", "YY"}


def test_a_raw_table_changes_what_reads_it(tmp_path: Path) -> None:
    """YY is made from pt alone."""
    made = plan(tmp_path, YY=OTHER.replace("      YYSTDTC: {earliest: XX.XXSTDTC}\n", ""))
    before = {"fingerprints": fingerprints(made, SEEN)}
    assert changed(made, fingerprints(made, {**SEEN, "ev": "3"}), before) == {"XX"}


def test_what_cannot_be_known_is_changed(tmp_path: Path) -> None:
    """A raw table without a digest: in a database, or not there."""
    made = plan(tmp_path)
    found = fingerprints(made, {**SEEN, "ev": ""})
    assert found["XX"] == ""
    assert "XX" in changed(made, found, {"fingerprints": found})


def test_files_that_are_not_there_have_no_digest(tmp_path: Path) -> None:
    """One that is there has."""
    made = plan(tmp_path / "study")
    (tmp_path / "ev.csv").write_text("SUBJ\n", encoding="utf-8")
    found = raw_digests(made, tmp_path)
    assert (len(found["ev"]), found["pt"]) == (64, "")


def test_the_code_of_a_foreign_operation_counts() -> None:
    """Ours is under one digest for all; a class that stands in no file cannot be known."""
    assert code_digest(registry().get("recode") or object) == ""
    assert len(code_digest(SimpleNamespace)) == 64
    with pytest.raises(Unknown):
        code_digest(type("Nowhere", (), {"__module__": "nowhere"}))


def test_parameters_that_an_operation_reads_are_found() -> None:
    """By the name in its own parameters, or in its code."""
    study = compile_study("n2011-04", registry()).plan
    read = {
        (step.operation.name, name)
        for dataset in study.datasets
        for variable in dataset.variables
        for step, _ in variable.all_steps
        for name in parameters_read(step, study.parameters)
    }
    assert {("visit", "visits"), ("toxicity_grade", "ctcae")} <= read


@pytest.mark.parametrize("seed", ["1", "2"])
def test_fingerprints_are_the_same_in_every_process(
    tmp_path: Path, seed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing in them depends on the order of sets."""
    monkeypatch.setattr("clinmap.app.reuse.fingerprints.made_by", str)
    program = (
        "import sys; from pathlib import Path; from tests.clinmap.app.reuse import "
        "test_fingerprints as t; import clinmap.app.reuse.fingerprints as f; f.made_by = str; "
        "print(t.fingerprints(t.plan(Path(sys.argv[1])), t.SEEN)['XX'])"
    )
    folder = str(tmp_path / seed)
    found = subprocess.run(
        [sys.executable, "-c", program, folder],
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == fingerprints(plan(tmp_path / "here"), SEEN)["XX"]
