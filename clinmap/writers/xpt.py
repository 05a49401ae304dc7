"""SAS transport files, version 5: checked before writing, stamped, read back after writing.

`check_xpt` says what a frame has that the format cannot carry; `write_xpt` refuses that, writes,
sets the file's time stamps to the given moment (equal input gives equal bytes), and compares what
it reads back with what it was given. ReadStat, below pyreadstat, would cut long labels, take text
over 200 bytes and text that is not ASCII, and turn numbers out of range into infinity or 0 without
a word.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.problems import OutputError, Problem
from clinmap.writers.xpt_checks import character_columns, check_columns, check_names, check_values
from clinmap.writers.xpt_proof import Expected, check_written
from clinmap.writers.xpt_shape import XptDataset, XptVariable

if TYPE_CHECKING:
    import pandas as pd

_RECORD = 80
_STAMPS = (144, 160, 464, 480)
_ROWS_START = b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!"


def check_xpt(
    frame: pd.DataFrame, dataset: XptDataset, lengths: Mapping[str, int] | None = None
) -> list[Problem]:
    """What stops this frame from being a version 5 transport file, as problems (all are errors).

    XPT001: a name is over 8 bytes or not a SAS name. XPT002: a label is over 40 bytes or not
    printable ASCII. XPT003: text is longer than the length of its variable, or over 200 bytes.
    XPT004: text has characters that are not printable ASCII. XPT005: a number is infinite or
    outside IBM's range. XPT006: the columns are not the variables, or text where numbers should be.
    XPT007: the last row is blank in every variable, and would be lost. Rows are named `DS:n`,
    counted from 1; values are never shown.

    Missing values are always fine. `lengths` (such as measured ones) wins over the variables' own.
    """
    variables = submitted(dataset)
    problems = [*check_names(dataset, variables), *check_columns(frame, dataset, variables)]
    if any(problem.code == "XPT006" for problem in problems):
        return problems
    return [*problems, *check_values(frame, dataset.name, widths(frame, variables, lengths))]


def write_xpt(
    frame: pd.DataFrame,
    dataset: XptDataset,
    path: Path,
    stamp: datetime,
    lengths: Mapping[str, int] | None = None,
) -> None:
    """Write a frame as a version 5 transport file, with every time stamp set to `stamp`.

    Columns: those of the dataset's submitted variables, in the order of the variables; text columns
    are character, number columns numeric. Each character variable has the length of `lengths`, else
    of its variable, else of its longest value (at least 1). Missing values: blank text and SAS's
    missing number. A dataset without rows keeps its variables and their lengths.

    Problems: OutputError with the code of `check_xpt` for what that finds; XPT008 when the file
    cannot be written; XPT009 when what is read back differs from what was given.

    >>> stamp = datetime(2025, 3, 28)
    >>> write_xpt(frame, plan.dataset("DM"), Path("dm.xpt"), stamp)  # doctest: +SKIP
    """
    _refuse(check_xpt(frame, dataset, lengths))
    variables = submitted(dataset)
    ordered = frame[[v.name for v in variables]].reset_index(drop=True)
    width = widths(ordered, variables, lengths)
    try:
        _written(ordered, dataset, variables, width, path)
        _stamped(path, stamp, keep_rows=bool(len(ordered)))
    except Exception as error:  # pyreadstat raises many kinds, and may quote values
        path.unlink(missing_ok=True)
        said = f"{dataset.name} cannot be written to {path.name} ({type(error).__name__})"
        raise OutputError("XPT008", said) from None
    check_written(Expected(ordered, dataset, variables, width), path)


def submitted(dataset: XptDataset) -> list[XptVariable]:
    """The variables that stand in the file: all but supplemental and work variables."""
    return [v for v in dataset.variables if getattr(v, "place", "dataset") == "dataset"]


def widths(
    frame: pd.DataFrame, variables: Sequence[XptVariable], lengths: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The length in bytes of each character variable: given, else measured, and never below 1."""
    given = lengths or {}
    found = {}
    character = character_columns(frame, variables)
    for variable in variables:
        if variable.name in character:
            length = given.get(variable.name, variable.length)
            found[variable.name] = length or _measured(frame[variable.name])
    return found


def _measured(column: pd.Series) -> int:
    """The bytes of the longest value without trailing blanks, at least 1."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.array(column.dropna(), type=pa.large_string())
    lengths = pc.binary_length(pc.utf8_rtrim(text, characters=" "))
    return max(int(pc.max(lengths).as_py() or 0), 1)


def _refuse(problems: Sequence[Problem]) -> None:
    """Raise the first problem as an OutputError that says how many there are."""
    if problems:
        first = problems[0]
        where = f"{first.dataset}.{first.variable}" if first.variable else first.dataset
        more = f" ({len(problems) - 1} more problems)" if len(problems) > 1 else ""
        raise OutputError(first.code, f"{where}: {first.message}{more}", hint=first.hint)


def _written(
    frame: pd.DataFrame,
    dataset: XptDataset,
    variables: Sequence[XptVariable],
    width: Mapping[str, int],
    path: Path,
) -> None:
    """Have pyreadstat write the file, with one row of blanks where there are no rows."""
    import pyreadstat

    pyreadstat.write_xport(
        _padded(frame, width),
        os.fspath(path),
        file_label=dataset.label,
        column_labels={v.name: v.label for v in variables},
        table_name=dataset.name,
        file_format_version=5,
        variable_format={v.name: v.format.upper() for v in variables if v.format},
    )


def _padded(frame: pd.DataFrame, width: Mapping[str, int]) -> pd.DataFrame:
    """The frame with the first row's text filled with blanks up to the length of its variable.

    pyreadstat takes a variable's length from its longest value. The format fills every value with
    blanks anyway, so the bytes of the value are the same, and the length is the one asked for.
    """
    import pandas as pd

    rows = frame if len(frame) else frame.reindex([0])
    columns: dict[str, pd.Series] = {}
    for name in frame.columns:
        column = rows[name]
        if name in width:
            text = column.astype(object).where(column.notna(), "")
            text.iloc[0] = str(text.iloc[0]).rstrip(" ").ljust(width[name])
            columns[name] = text
        else:
            columns[name] = column.astype("float64")
    return pd.DataFrame(columns)


def _stamped(path: Path, stamp: datetime, *, keep_rows: bool) -> None:
    """Set the four time stamps of library and member; cut the row of blanks of an empty dataset."""
    data = bytearray(path.read_bytes())
    text = sas_stamp(stamp)
    for place in _STAMPS:
        data[place : place + len(text)] = text
    if not keep_rows:
        del data[data.rindex(_ROWS_START) + _RECORD :]
    path.write_bytes(data)


def sas_stamp(stamp: datetime) -> bytes:
    """A moment as transport files have it, in 16 bytes of English whatever the locale.

    >>> sas_stamp(datetime(2025, 3, 28, 9, 5, 0))
    b'28MAR25:09:05:00'
    """
    months = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
    month = months[3 * stamp.month - 3 : 3 * stamp.month]
    day = f"{stamp.day:02d}{month}{stamp.year % 100:02d}"
    return f"{day}:{stamp.hour:02d}:{stamp.minute:02d}:{stamp.second:02d}".encode("ascii")
