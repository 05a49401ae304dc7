"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from clinmap.app.main import main

ROOT = Path(__file__).resolve().parents[1]

# No deadline: a busy machine is no bug. In CI the examples are the same in every run.
settings.register_profile("default-without-deadline", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default-without-deadline")


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the project; without it the test is skipped."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the reference material in ../shared, which is absent")
    return folder


@pytest.fixture(scope="session")
def n2011_04_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The raw exports of the example study, simulated once; nobody may change them."""
    folder = tmp_path_factory.mktemp("raw") / "n2011-04"
    assert main(["simulate", "n2011-04", "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="session")
def n2011_04_package(n2011_04_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the example study; who asks for it is in the xdist group `n2011-04`.

    Building it exits with 0, since what is expected is declared.
    """
    out = tmp_path_factory.mktemp("out") / "package"
    arguments = ["build", "n2011-04", "--raw", str(n2011_04_raw), "--out", str(out), "--quiet"]
    assert main(arguments) == 0
    return out
