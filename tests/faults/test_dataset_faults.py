"""A sample of the faults that are planted into built datasets; `make fuzz` plants all of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.faults.datasets import Faults

SEED = "1"


@pytest.fixture(scope="module")
def faults(n2011_04_package: Path) -> Faults:
    """Ten subjects of the example study."""
    return Faults(n2011_04_package)


def test_planted_faults_are_found(faults: Faults) -> None:
    """Of 7 faults none is missed; the page tells of 200."""
    planted = [faults.plant(f"{SEED}-{number}") for number in range(7)]
    assert [str(fault) for fault in planted if not fault.is_found] == []


def test_same_seed_plants_the_same(faults: Faults) -> None:
    """A fault can be planted again, and the datasets are as before."""
    before = {name: given.frame.copy() for name, given in faults.clean.items()}
    assert faults.plant("2-1") == faults.plant("2-1")
    for name, frame in before.items():
        pd.testing.assert_frame_equal(faults.clean[name].frame, frame)
