"""Larger raw exports: every record of a study again and again, under suffixed identifiers."""

from __future__ import annotations

from pathlib import Path

IDENTIFIERS = frozenset({"PATNUM", "SUBJECT", "PRIORSUBJ", "SUBJ", "SAMPID", "REGNUM"})
"""The columns that hold a subject, or a sample of one."""


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
        elif path.suffix == ".xpt":
            rows += _copy_xpt(path, place, times)
    return rows


def _copy_csv(path: Path, place: Path, times: int) -> int:
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    made = _copies(frame, times)
    made.to_csv(place, index=False, lineterminator="\n")
    return len(made)


def _copy_xpt(path: Path, place: Path, times: int) -> int:
    import pyreadstat

    frame, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
    made = _copies(frame, times)
    known = meta.original_variable_types
    formats = {n: f for n, f in known.items() if f and f != "NULL" and not f.startswith("$")}
    pyreadstat.write_xport(
        made, str(place), table_name=meta.table_name, file_format_version=5, variable_format=formats
    )
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
