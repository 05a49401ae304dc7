"""The package of the example study, as a reviewer receives it: the XPT files and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from clinmap.app.main import main

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these tests on one worker: the package is built once."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("edge-cases"))


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw = tmp_path_factory.mktemp("raw") / "n2011-04"
    out = tmp_path_factory.mktemp("out") / "package"
    assert main(["simulate", "n2011-04", "--out", str(raw)]) == 0
    assert main(["build", "n2011-04", "--raw", str(raw), "--out", str(out), "--quiet"]) == 0
    return out


@pytest.fixture(scope="session")
def sdtm(package: Path) -> Callable[..., pd.DataFrame]:
    """`sdtm("AE", "101-003", AESPID="1")`: the records of a subject in the XPT file, as read."""
    read: dict[str, pd.DataFrame] = {}

    def records(dataset: str, subject: str = "", **wanted: object) -> pd.DataFrame:
        if dataset not in read:
            (path,) = package.glob(f"m5/datasets/*/tabulations/sdtm/{dataset.lower()}.xpt")
            read[dataset] = pyreadstat.read_xport(str(path))[0]
        frame = read[dataset]
        if subject:
            frame = frame[frame["USUBJID"] == f"N2011-04-{subject}"]
        for name, value in wanted.items():
            frame = frame[frame[name] == value]
        return frame.reset_index(drop=True)

    return records
