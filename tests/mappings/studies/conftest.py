"""The mission's study, simulated and built once for the tests of its datasets."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.app.pipeline import BuiltStudy, build_study
from clinmap.app.registry import registry
from clinmap.simulation.n2011_04 import simulate
from mappings.compile import compile_study


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("n2011-04")
    simulate(out)
    return out


@pytest.fixture(scope="session")
def built(raw: Path) -> BuiltStudy:
    return build_study(compile_study("n2011-04", registry()), raw)
