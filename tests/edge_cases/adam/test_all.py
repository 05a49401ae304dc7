"""Every edge case that asks something of ADaM has a test, and all datasets are there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent
OF_TABULATION_ONLY = {14, 19, 21, 37, 39}
DATASETS = (
    "ADSL", "ADEX", "ADAE", "ADDLT", "ADESC", "ADLB", "ADIMM", "ADNCA", "ADPP", "ADIS", "ADTR",
    "ADRS", "ADGF", "ADTLDA", "ADTTE", "ADHIST",
)  # fmt: skip


def test_every_edge_case_has_a_test() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("test_*.py"))]
    named = {
        int(number) for text in texts for number in re.findall(r"^def test_e(\d\d)_", text, re.M)
    }
    assert sorted(set(range(1, 41)) - named - OF_TABULATION_ONLY) == []


@pytest.mark.parametrize("name", DATASETS)
def test_the_sixteen_datasets_have_records(name: str, adam: Callable[..., pd.DataFrame]) -> None:
    assert len(adam(name))


def test_e38_transliteration_changes_no_count(
    sdtm: Callable[..., pd.DataFrame], adam: Callable[..., pd.DataFrame]
) -> None:
    assert len(adam("ADAE", "101-001")) == len(sdtm("AE", "101-001"))
    assert "Fievre" in set(adam("ADAE", "101-001")["AETERM"])
