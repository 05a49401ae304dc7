"""The examples in the docstrings of the drawing."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from clinmap.drawing import (
    delimited,
    figures,
    layout,
    marks,
    markup,
    rich_text,
    scales,
    words,
)


@pytest.mark.parametrize(
    "module", [delimited, figures, layout, marks, markup, rich_text, scales, words]
)
def test_the_examples_are_true(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
