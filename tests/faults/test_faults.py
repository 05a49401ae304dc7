"""A sample of the planted faults; `make fuzz` plants all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.specifications import STUDIES, Faults

SEED = "1"


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Faults:
    """Copies of the shipped studies."""
    return Faults(tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize("study", STUDIES)
def test_shipped_specifications_have_no_finding(faults: Faults, study: str) -> None:
    """Without a fault, nothing is found."""
    assert [str(found) for found in faults.codes(study)] == []


def test_planted_slips_are_found(faults: Faults) -> None:
    """Of 30 slips, at most one is missed; the page tells of 200."""
    planted = [faults.plant(f"{SEED}-{number}") for number in range(30)]
    assert len([fault for fault in planted if not fault.is_found]) <= 1


def test_study_is_as_before(faults: Faults) -> None:
    """A planted fault is taken out again."""
    before = {p: p.read_bytes() for p in sorted(Path(faults.folder).rglob("*.yaml"))}
    faults.plant("2-1")
    assert {p: p.read_bytes() for p in sorted(Path(faults.folder).rglob("*.yaml"))} == before
