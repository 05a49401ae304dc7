"""The package of the example study, as a reviewer receives it: the XPT files and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these tests on the worker that has the package: it is built once."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("n2011-04"))


@pytest.fixture(scope="session")
def files(n2011_04_package: Path) -> dict[str, Path]:
    """The SDTM transport files of the package, by dataset."""
    found = n2011_04_package.glob("m5/datasets/*/tabulations/sdtm/*.xpt")
    return {path.stem.upper(): path for path in sorted(found)}


@pytest.fixture(scope="session")
def sdtm(files: dict[str, Path]) -> Callable[..., pd.DataFrame]:
    """`sdtm("AE", "101-003", AESPID="1")`: the records of a subject in the XPT file, as read."""
    return _records(files)


@pytest.fixture(scope="session")
def adam(n2011_04_package: Path) -> Callable[..., pd.DataFrame]:
    """`adam("ADEX", "104-001", PARAMCD="NOMIT")`: the same of an analysis dataset."""
    found = n2011_04_package.glob("m5/datasets/*/analysis/adam/datasets/*.xpt")
    return _records({path.stem.upper(): path for path in sorted(found)})


def _records(files: dict[str, Path]) -> Callable[..., pd.DataFrame]:
    read: dict[str, pd.DataFrame] = {}

    def records(dataset: str, subject: str = "", **wanted: object) -> pd.DataFrame:
        if dataset not in read:
            read[dataset] = pyreadstat.read_xport(str(files[dataset]))[0]
        frame = read[dataset]
        if subject:
            frame = frame[frame["USUBJID"] == f"N2011-04-{subject}"]
        for name, value in wanted.items():
            frame = frame[frame[name] == value]
        return frame.reset_index(drop=True)

    return records
