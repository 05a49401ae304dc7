"""One generated study shared by the tests of the generator."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from clinmap.simulation.n2011_04 import simulate

Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("n2011-04")
    simulate(out)
    return out


@pytest.fixture(scope="session")
def rows_of(study: Path) -> Callable[..., Rows]:
    """Return ``rows_of(form, subject, COLUMN="value", ...)``."""

    def rows(form: str, subject: str | None = None, **wanted: str) -> Rows:
        found = read(study / "edc" / f"{form}.csv")
        if subject:
            found = [row for row in found if row["SUBJECT"] == subject]
        return [row for row in found if all(row[name] == text for name, text in wanted.items())]

    return rows
