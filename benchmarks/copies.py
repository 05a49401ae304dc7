"""Larger raw exports: every record of a study again and again, under suffixed identifiers."""

from __future__ import annotations

from pathlib import Path

IDENTIFIERS = frozenset({"PATNUM"})
"""The columns that hold a subject."""


def copy_raw(source: Path, target: Path, times: int) -> int:
    """Write each raw file of `source` with `times` copies of its rows; the rows written.

    The first copy keeps its identifiers, the others get three digits more. Reference tables, which
    name no subject, are copied as they are.
    """
    rows = 0
    for path in sorted(source.rglob("*.*")):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".csv":
            rows += _copy_csv(path, place, times)
    return rows


def _copy_csv(path: Path, place: Path, times: int) -> int:
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    made = _copies(frame, times)
    made.to_csv(place, index=False, lineterminator="\n")
    return len(made)


def _copies(frame, times):  # type: ignore[no-untyped-def]
    import pandas as pd

    named = [column for column in frame.columns if column in IDENTIFIERS]
    if not named:
        return frame
    parts = [frame]
    for copy in range(1, times):
        part = frame.copy()
        for column in named:
            text = part[column]
            part[column] = text.where(text == "", text + f"{copy:03d}")
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
