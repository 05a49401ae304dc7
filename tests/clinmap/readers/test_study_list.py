"""Rows that stand in study.yaml."""

from __future__ import annotations

from pathlib import Path

from clinmap.readers.text_table import Beside

from .tables import cells, codes, read, refusal

ARMS = [
    {"ARMCD": "A", "ORDER": 1, "DOSE": 0.5, "PLANNED": True},
    {"ARMCD": "B", "ORDER": 2.0, "PLANNED": False, "NOTE": None, "TEXT": "007"},
]


def test_entries_are_rows(tmp_path: Path) -> None:
    data = read(tmp_path / "nowhere", "arms", "study", beside=Beside({"arms": ARMS}))
    assert cells(data) == {
        "ARMCD": ["A", "B"],
        "ORDER": ["1", "2"],
        "DOSE": ["0.5", None],
        "PLANNED": ["Y", "N"],
        "NOTE": [None, None],
        "TEXT": [None, "007"],
    }
    assert (data.file, data.lines, len(data.sha256)) == ("study.yaml", (), 64)


def test_the_digest_is_that_of_the_entries(tmp_path: Path) -> None:
    one = read(tmp_path, "arms", "study", beside=Beside({"arms": ARMS, "x": 1}))
    same = read(tmp_path, "arms", "study", beside=Beside({"arms": [dict(row) for row in ARMS]}))
    other = read(tmp_path, "arms", "study", beside=Beside({"arms": ARMS[:1]}))
    assert one.sha256 == same.sha256 != other.sha256


def test_contract_and_no_rows(tmp_path: Path) -> None:
    beside = Beside({"arms": ARMS, "none": []})
    keys = {"columns": ("ARMCD",), "unexpected": "freeze", "beside": beside}
    assert refusal(tmp_path, "arms", "study", **keys).code == "INP005"
    assert codes(read(tmp_path, "none", "study", beside=beside)) == {"RAW001": 1}
    assert refusal(tmp_path, "arm", "study", beside=beside).code == "INP009"
