"""Larger raw exports: every record of a study again and again, under suffixed identifiers."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

IDENTIFIERS = frozenset({"PATNUM", "SUBJECT", "PRIORSUBJ"})
"""The columns that hold a subject."""


def copy_raw(source: Path, target: Path, times: int, only: Collection[str] = ()) -> int:
    """Write each raw file of `source` with `times` copies of its rows; the rows written.

    The first copy keeps its identifiers, the others get three digits more. Files that are no CSV,
    files that name no subject, and those that are not in `only` are copied as they are.
    """
    rows = 0
    for path in sorted(path for path in source.rglob("*.*") if path.is_file()):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".csv" and (not only or path.stem in only):
            rows += _copy_csv(path, place, times)
        else:
            shutil.copyfile(path, place)
    return rows


def _copy_csv(path: Path, place: Path, times: int) -> int:
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    made = _copies(frame, times)
    made.to_csv(place, index=False, lineterminator="\n")
    return len(made)


def _copies(frame: pd.DataFrame, times: int) -> pd.DataFrame:
    import numpy as np

    named = [column for column in frame.columns if column in IDENTIFIERS]
    if not named:
        return frame
    made = frame.iloc[np.tile(np.arange(len(frame)), times)].reset_index(drop=True)
    copy = np.repeat(np.arange(times), len(frame))
    suffixes = np.array(["", *(f"{number:03d}" for number in range(1, times))], dtype=object)
    for column in named:
        text = made[column]
        made[column] = text.where(text == "", text + suffixes[copy])
    return made
