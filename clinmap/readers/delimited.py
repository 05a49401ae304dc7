"""Delimited text (CSV): every cell as it stands in the file.

`007`, `<0.5`, `1:160`, ` NA ` and `UN MAR 2014` survive; only an empty cell and the declared
missing tokens become null. Quoted line breaks are kept. A ragged row is refused, never repaired.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from clinmap.problems import InputError, Location
from clinmap.readers.decoding import decoded

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_BLOCK = 1 << 24
_ZIP = b"PK\x03\x04"


def read_delimited(
    data: bytes,
    file: str,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    missing: Collection[str] = (),
) -> tuple[pd.DataFrame, int]:
    """The cells of a delimited file as text, and the line of the file where record 1 stands.

    Missing values: an empty cell, quoted or not, and every cell that is exactly one of `missing`.
    Empty lines are no records. Problems: InputError INP003 (encoding), INP006 (ragged row, unclosed
    quote), INP007 (a column name twice), each naming file and line; never a value.

    >>> frame, line = read_delimited(b"ID,RES\\n007,<0.5\\n", "lb.csv")
    >>> frame.to_dict("records"), line
    ([{'ID': '007', 'RES': '<0.5'}], 2)
    """
    if data.startswith(_ZIP):
        raise InputError(
            "INP006", "this is an Excel workbook or another zip file, not delimited text",
            location=Location(file), hint="Save the sheet as CSV (UTF-8) and send that.",
        )  # fmt: skip
    text = decoded(data, encoding, file)
    names, first_line = _header(text, delimiter, file)
    if '"' in text:
        _check_records(text, delimiter, file)
    ended = text if text.endswith(("\n", "\r")) else text + "\n"
    table = _parsed(ended.encode("utf-8"), names, delimiter, ("", *missing))
    if table is None:
        _check_records(text, delimiter, file)
        raise _damaged(file, 0, "the rows cannot be parsed")
    return _frame(table), first_line


def _parsed(
    data: bytes, names: list[str], delimiter: str, missing: tuple[str, ...]
) -> pa.Table | None:
    """The file as an Arrow table of text columns, or None when a row does not fit the header."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    try:
        return arrow_csv.read_csv(
            io.BytesIO(data),
            read_options=arrow_csv.ReadOptions(block_size=max(_BLOCK, _longest_block(data))),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                null_values=list(missing),
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _longest_block(data: bytes) -> int:
    """A block that holds any record: a small file itself, else its longest line twice."""
    if len(data) <= _BLOCK:
        return len(data)
    return 2 * max(len(line) for line in data.split(b"\n"))


def _frame(table: pa.Table) -> pd.DataFrame:
    """The table as a frame of pandas' text dtype, stored by Arrow."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    dtype = pd.StringDtype("pyarrow", na_value=np.nan)
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.string(): dtype}.get)
    return frame


def _header(text: str, delimiter: str, file: str) -> tuple[list[str], int]:
    """The column names, and the line after the header; no name may stand twice."""
    for line, end, names in _records(text, delimiter, file):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            shown = ", ".join(name or "(no name)" for name in twice)
            raise InputError(
                "INP007", f"column names that stand twice: {shown}", location=Location(file, line)
            )
        return names, end + 1
    raise InputError("INP002", "the file is empty: not even column names", location=Location(file))


def _check_records(text: str, delimiter: str, file: str) -> None:
    """Refuse the first record that has more or fewer cells than the header."""
    width = 0
    for line, _, cells in _records(text, delimiter, file):
        width = width or len(cells)
        if len(cells) != width:
            raise _damaged(file, line, f"the header has {width} cells, this row has {len(cells)}")


def _records(text: str, delimiter: str, file: str) -> Iterator[tuple[int, int, list[str]]]:
    """Each record, its first and last line; strict: an unclosed quote would swallow the rest."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    started = 1
    try:
        for cells in reader:
            if cells:
                yield started, reader.line_num, cells
            started = reader.line_num + 1
    except csv.Error:
        raise _damaged(
            file, started, "a quoted cell is not closed, or goes on after its closing quote"
        ) from None


def _damaged(file: str, line: int, said: str) -> InputError:
    return InputError(
        "INP006",
        said,
        location=Location(file, line),
        hint="Export the file again; a cell that holds the delimiter must stand in double quotes",
    )
