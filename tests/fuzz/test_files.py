"""Damaged raw files end in an error that names them, or in a build that accounts for everything."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.fuzz.cases import Harness, harness

FILES = 120


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Harness:
    """The studies with their raw files."""
    return harness(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.slow
def test_damaged_files(cases: Harness) -> None:
    """A seeded sample of what `make fuzz` does; both ways to end well occur."""
    ends: Counter[str] = Counter()
    for number in range(FILES):
        outcome = cases.run(f"ci-{number}", command=False)
        assert not outcome.findings, (outcome.seed, outcome.file, outcome.how, outcome.findings)
        ends["error" if outcome.errors else "built"] += 1
    assert min(ends["error"], ends["built"]) > FILES / 10


@pytest.mark.slow
@pytest.mark.parametrize("number", range(3))
def test_damaged_files_by_the_command_line(cases: Harness, number: int) -> None:
    """The same with `clinmap build`: an exit code, no traceback, and no package where it failed."""
    outcome = cases.run(f"command-{number}", command=True)
    assert not outcome.findings, (outcome.file, outcome.how)


@pytest.mark.slow
def test_a_fault_is_a_finding(cases: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a traceback nor a silent loss passes for a good end."""
    import tests.fuzz.cases as module

    monkeypatch.setattr(module, "_codes", lambda error: 1 / 0)
    found = [cases.run(f"ci-{number}", command=False).findings for number in range(8)]
    assert any("ZeroDivisionError" in text for findings in found for text in findings)


@pytest.mark.slow
def test_a_finding_is_kept(cases: Harness, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The damaged file of a finding stands in the folder of findings, under its seed."""
    import tests.fuzz.cases as module

    monkeypatch.setattr(module, "_leaks", lambda texts, target, made: ["said"])
    monkeypatch.setattr(cases, "kept", tmp_path)
    cases.run("ci-0", command=False)
    assert {path.suffix for path in (tmp_path / "ci-0").iterdir()} > {".json"}
