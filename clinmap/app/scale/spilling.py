"""Frames in files instead of memory: written as Arrow, and mapped, so that nothing is held twice.

Text is a number for each row and each distinct value once; numbers are as they are. What is mapped
belongs to the operating system, which may drop it from memory and read it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from clinmap.execution.finish import Built
    from clinmap.execution.tables import FrameTable
    from clinmap.partition.task import PartBuilt, PartResult

_Dataset = TypeVar("_Dataset", "Built", "PartBuilt")

Arrays = Mapping[str, "np.ndarray[Any, Any]"]


class Spill:
    """A folder of Arrow files beside `out`; each frame that is given to it comes back mapped.

    Problems: OutputError OUT002 where the disk is full, read-only or failing.
    """

    def __init__(self, folder: Path, out: Path) -> None:
        self.folder = folder
        self.out = out
        self.count = 0

    def table(self, table: FrameTable) -> FrameTable:
        """A table with its frame and hashes mapped."""
        frame, arrays = self._mapped(table.name, table.frame, {"hashes": table.hashes})
        return replace(table, frame=frame, hashes=arrays["hashes"])

    def built(self, name: str, built: _Dataset) -> _Dataset:
        """A dataset with its values, its lineage and how it stood at work mapped."""
        more = {"hashes": built.hashes, **_work_arrays(built.work)}
        frame, arrays = self._mapped(name, built.frame, more)
        lineage, _ = self._mapped(f"{name}-lineage", built.lineage, {})
        return replace(
            built,
            frame=frame,
            lineage=lineage,
            hashes=arrays["hashes"],
            work=_work_of(built.work, arrays),
        )

    def result(self, result: PartResult) -> PartResult:
        """What became of a part, with its datasets mapped; they may be taken out of it."""
        kept = {}
        for name in list(result.datasets):
            part = result.datasets.pop(name)
            kept[name] = self.built(f"{name}-{result.number}", part)
        return replace(result, datasets=kept)

    def _mapped(self, name: str, frame: pd.DataFrame, more: Arrays) -> tuple[pd.DataFrame, Arrays]:
        from clinmap.writers.disk_trouble import disk_trouble

        self.count += 1
        with disk_trouble(self.out):
            return mapped_frame(frame, self.folder / f"{self.count:06d}-{name.lower()}", more)


def mapped_frame(frame: pd.DataFrame, path: Path, more: Arrays) -> tuple[pd.DataFrame, Arrays]:
    """The frame, and more arrays of its length, written beside `path` and mapped from there.

    Columns that are neither text, numbers nor categories stay in memory. The files are removed at
    once where the system lets what is mapped live on.
    """
    import pandas as pd

    numbers, texts, kept = _taken_apart(frame)
    arrays = {**numbers, **{f"@{name}": array for name, array in more.items()}}
    found = _mapped_arrays(arrays, path.with_suffix(".rows"))
    known = _mapped_texts(texts, path.with_suffix(".texts"))
    columns = {name: _column(name, frame, found, known, kept) for name in frame.columns}
    made = pd.DataFrame(columns, index=frame.index, copy=False)
    return made, {name: found[f"@{name}"] for name in more}


def _taken_apart(
    frame: pd.DataFrame,
) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, pa.Array], dict[str, pd.Series]]:
    """Of each column its numbers, and what they stand for where it is text; then the rest."""
    import pandas as pd

    from clinmap.coded_text import coded

    numbers: dict[str, np.ndarray[Any, Any]] = {}
    texts: dict[str, pa.Array] = {}
    kept: dict[str, pd.Series] = {}
    for name, values in frame.items():
        column = str(name)
        if isinstance(values.dtype, pd.StringDtype):
            numbers[column], texts[column] = coded(values)
        elif isinstance(values.dtype, pd.CategoricalDtype):
            numbers[column] = values.cat.codes.to_numpy()
        elif values.dtype.kind in "iuf":
            numbers[column] = values.to_numpy()
        else:
            kept[column] = values
    return numbers, texts, kept


def _column(
    name: str, frame: pd.DataFrame, arrays: Arrays, texts: Mapping[str, pa.Array],
    kept: Mapping[str, pd.Series],
) -> Any:  # fmt: skip
    """A column made from what is mapped; nothing is copied."""
    import pandas as pd

    from clinmap.coded_text import from_codes

    if name in kept:
        return kept[name]
    if name in texts:
        return from_codes(arrays[name], texts[name], frame.index)
    dtype = frame[name].dtype
    if isinstance(dtype, pd.CategoricalDtype):
        made = pd.Categorical.from_codes(arrays[name], dtype=dtype, validate=False)
        return pd.Series(made, index=frame.index, copy=False)
    return pd.Series(arrays[name], index=frame.index, copy=False)


def _mapped_arrays(arrays: Arrays, path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """Arrays of one length, mapped from a file."""
    import pyarrow as pa

    if not arrays:
        return {}
    batch = pa.record_batch({name: pa.array(array) for name, array in arrays.items()})
    mapped = _mapped([batch], path)[0]
    return {
        name: mapped.column(number).to_numpy(zero_copy_only=True)
        for number, name in enumerate(arrays)
    }


def _mapped_texts(texts: Mapping[str, pa.Array], path: Path) -> dict[str, pa.Array]:
    """Distinct values, mapped from a file: a batch for each column, for they differ in number."""
    import pyarrow as pa

    if not texts:
        return {}
    batches = _mapped([pa.record_batch({"known": known}) for known in texts.values()], path)
    return {name: batch.column(0) for name, batch in zip(texts, batches, strict=True)}


def _mapped(batches: list[pa.RecordBatch], path: Path) -> list[pa.RecordBatch]:
    import os

    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    reader = pa.ipc.open_file(pa.memory_map(str(path)))
    found = [reader.get_batch(number) for number in range(reader.num_record_batches)]
    if os.name == "posix":  # the space is free again when the last that is mapped is gone
        path.unlink()
    return found


def _work_arrays(work: Any) -> dict[str, np.ndarray[Any, Any]]:
    if work is None:
        return {}
    return {"order": work.order, "segment": work.segment_of, "position": work.positions}


def _work_of(work: Any, arrays: Arrays) -> Any:
    if work is None:
        return None
    return replace(
        work, order=arrays["order"], segment_of=arrays["segment"], positions=arrays["position"]
    )
