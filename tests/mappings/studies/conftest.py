"""The mission's study, simulated and built once for the tests of its datasets."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.app.build.pipeline import BuiltStudy, build_study
from clinmap.app.registry import registry
from mappings.compile import compile_study

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these tests on one worker: what several of them ask for is built once."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("n2011-04-built"))


@pytest.fixture(scope="session")
def raw(n2011_04_raw: Path) -> Path:
    return n2011_04_raw


@pytest.fixture(scope="session")
def built(raw: Path) -> BuiltStudy:
    return build_study(compile_study("n2011-04", registry()), raw)
