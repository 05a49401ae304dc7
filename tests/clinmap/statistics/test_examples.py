"""The examples in the docstrings of the statistics."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from clinmap.statistics import fisher, multiplicity, proportion, ranks, survival


@pytest.mark.parametrize("module", [fisher, multiplicity, proportion, ranks, survival])
def test_the_examples_are_true(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
