"""A frame that is put into files comes back the same, and is no longer this process's memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from clinmap.app.scale.memory import give_back, held_now
from clinmap.app.scale.spilling import Spill, mapped_frame
from clinmap.coded_text import is_coded
from clinmap.execution.finish import AtWork, Built
from clinmap.execution.tables import FrameTable
from clinmap.plan import DatasetPlan
from clinmap.problems import OutputError

TEXT = ["b", None, "a", "b", "ä €"]


def frame() -> pd.DataFrame:
    numbers = [1.5, np.nan, -0.0, 1e-300, 2.0]
    return pd.DataFrame(
        {"T": pd.Series(TEXT, dtype="str"), "N": numbers, "M": pd.Series([None] * 5, dtype="str")}
    )


def built() -> Built:
    lineage = pd.DataFrame(
        {
            "row": np.array([1, 1, 2]),
            "variable": pd.Categorical(["", "X", ""], categories=["", "X"]),
            "source": pd.Categorical(["ae", "ae", "dm"]),
            "record": np.array([5, 6, 7]),
        }
    )
    work = AtWork(np.arange(5), np.zeros(5, dtype=np.int32), np.arange(5)[::-1].copy(), ("ae",))
    plan = DatasetPlan("AE", "Events", "EVENTS", "", "Tabulation", (), (), (), ())
    return Built(plan, frame(), lineage, np.arange(5, dtype=np.uint64), work)


def test_a_frame_comes_back_the_same(tmp_path: Path) -> None:
    """Text with missing values and numbers, bit for bit, and an array beside them."""
    hashes = np.array([2**64 - 1, 0, 1, 2, 3], dtype=np.uint64)
    made, arrays = mapped_frame(frame(), tmp_path / "ae", {"hashes": hashes})
    pdt.assert_frame_equal(made, frame(), check_exact=True)
    assert np.signbit(made["N"][2])
    assert is_coded(made["T"])
    assert np.array_equal(arrays["hashes"], hashes)


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(rows: int, tmp_path: Path) -> None:
    """A frame without rows keeps its columns and their types."""
    made, _ = mapped_frame(frame().head(rows), tmp_path / "ae", {})
    pdt.assert_frame_equal(made, frame().head(rows))


def test_a_frame_without_columns(tmp_path: Path) -> None:
    """It keeps its number of rows."""
    bare = pd.DataFrame(index=pd.RangeIndex(3))
    assert len(mapped_frame(bare, tmp_path / "x", {})[0]) == 3


def test_what_is_mapped_cannot_be_changed(tmp_path: Path) -> None:
    """Nobody writes into a finished dataset by accident."""
    made, _ = mapped_frame(frame(), tmp_path / "ae", {})
    with pytest.raises(ValueError, match="read-only"):
        made["N"].to_numpy()[0] = 1
    changed = made.copy()
    changed.loc[0, "T"] = "z"
    changed.loc[0, "N"] = 9
    pdt.assert_frame_equal(made, frame())


def test_a_dataset_comes_back_the_same(tmp_path: Path) -> None:
    """Values, lineage, hashes, and how its rows stood at work."""
    before = built()
    after = Spill(tmp_path, tmp_path / "out").built("AE", before)
    pdt.assert_frame_equal(after.frame, before.frame)
    pdt.assert_frame_equal(after.lineage, before.lineage)
    assert np.array_equal(after.hashes, before.hashes)
    assert after.work is not None
    assert before.work is not None
    assert after.work.tables == ("ae",)
    for name in ("order", "segment_of", "positions"):
        there, was = getattr(after.work, name), getattr(before.work, name)
        assert there.dtype == was.dtype
        assert np.array_equal(there, was)


def test_a_table_comes_back_the_same(tmp_path: Path) -> None:
    """With its hashes."""
    hashes = np.arange(5, dtype=np.uint64)
    made = Spill(tmp_path, tmp_path / "out").table(FrameTable("ae", frame(), hashes))
    pdt.assert_frame_equal(made.frame, frame())
    assert np.array_equal(made.hashes, hashes)


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    """OUT002 as when a package is written; a folder that is gone is no such trouble."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no disk that is always full")
    (tmp_path / "000001-ae.rows").symlink_to(full)
    with pytest.raises(OutputError, match="No space left") as caught:
        Spill(tmp_path, tmp_path / "out").built("AE", built())
    assert caught.value.code == "OUT002"


@pytest.mark.skipif(not held_now(), reason="only Linux tells what is held")
def test_what_is_mapped_is_not_held(tmp_path: Path) -> None:
    """80 MB of numbers and codes are in memory before, and in a file after."""
    rows = 4_000_000
    texts = pd.array(["a", "b"], dtype="str").take(np.arange(rows) % 2)
    large: pd.DataFrame | None = pd.DataFrame({"N": np.arange(rows) * 0.5, "T": texts})
    give_back()
    before = held_now()
    made, _ = mapped_frame(large, tmp_path / "large", {})
    del large, texts
    give_back()
    assert before - held_now() > 40_000_000
    assert made["N"].sum() == rows * (rows - 1) / 4
