"""Delimited text (CSV): every cell as it stands in the file.

`007`, `<0.5`, `1:160`, ` NA ` and `UN MAR 2014` survive; only an empty cell and the declared
missing tokens become null. Quoted line breaks are kept. A ragged row is refused, never repaired.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinmap.problems import InputError, Location, Problem, Severity
from clinmap.raw_formats import CsvOptions
from clinmap.readers.csv_records import (
    Dialect,
    TextLines,
    check_records,
    comment_lines,
    damaged,
    is_badly_quoted,
    line_count,
    records,
    without,
)
from clinmap.readers.decoding import Data, decoded, looks_like_utf8, mapped, utf8_bytes
from clinmap.readers.remarks import set_aside, with_constants, with_points
from clinmap.readers.text_table import Lines, Request, TextTable, check_names, joined_lines

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_BLOCK = 1 << 24
_LINE_END = re.compile(rb"[^\r\n]")


@dataclass(frozen=True, slots=True)
class DelimitedText:
    """The cells of delimited text, where its records stand, and the lines that are no records."""

    frame: pd.DataFrame
    header_line: int
    lines: Lines
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the records begin: the names above them, and what else stands there."""

    names: list[str]
    header_line: int
    offset: int
    line: int
    above: tuple[str, ...]


def read_table(request: Request) -> TextTable:
    """A raw table of delimited text, with the columns that its options add."""
    options = request.table.options
    if not isinstance(options, CsvOptions):
        raise TypeError("not a table of delimited text")
    data = mapped(request.path, request.file)
    found = read_delimited(data, request.file, options, missing=request.table.missing)
    frame, pointed = with_points(request, found.frame, options.decimal_comma)
    frame = with_constants(frame, options.from_comments, found.remarks, request.file)
    doubts = doubtful_text(request, data, options.encoding)
    return TextTable(
        frame,
        found.header_line,
        found.lines,
        added=tuple(options.from_comments),
        problems=(*doubts, *set_aside(request, found.remarks), *pointed),
        exact_missing=True,
    )


def read_delimited(
    data: Data, file: str, options: CsvOptions | None = None, *, missing: Collection[str] = ()
) -> DelimitedText:
    """The cells of delimited text, and the line of the file where each record stands.

    Missing values: an empty cell, quoted or not, and every cell that is exactly one of `missing`.
    Empty lines are no records. Problems: InputError INP003 (encoding), INP006 (ragged row, unclosed
    quote), INP007 (a column name twice), INP008 (a column without a name), INP009 (the file ends
    before `header_line`), each naming file and line; never a value.

    >>> found = read_delimited(b"ID,RES\\n007,<0.5\\n", "lb.csv")
    >>> found.frame.to_dict("records"), found.lines
    ([{'ID': '007', 'RES': '<0.5'}], ((1, 2),))
    """
    chosen = options or CsvOptions()
    text = utf8_bytes(data, chosen.encoding, file)
    try:
        return _read(text, chosen, ("", *missing), file)
    except UnicodeDecodeError:
        decoded(data, chosen.encoding, file)  # names the line, the byte and what would work
        raise damaged(file, 0, "the text cannot be decoded") from None


def doubtful_text(request: Request, data: Data, encoding: str) -> Iterator[Problem]:
    """RAW004 for text declared in a one-byte encoding whose bytes are valid UTF-8."""
    if looks_like_utf8(data, encoding):
        yield Problem(
            "RAW004",
            Severity.WARNING,
            f"the text is declared as {encoding}, but its bytes are UTF-8",
            dataset=request.table.name,
            location=request.place(),
            hint="Declare encoding: utf-8",
        )


def _read(
    text: memoryview, options: CsvOptions, missing: tuple[str, ...], file: str
) -> DelimitedText:
    dialect = Dialect(options.delimiter, options.quote)
    spans = comment_lines(text, options.comment, dialect) if options.comment else []
    comments = tuple(str(text[a:b], "utf-8") for a, b in spans)
    start = _start(without(text, spans), options, dialect, file)
    body = without(text, spans)[start.offset :]
    frame = _frame(body, start, dialect, missing, file)
    lines = _lines(body, start, len(frame), dialect, file)
    return DelimitedText(frame, start.header_line, lines, (*start.above, *comments))


def _start(text: memoryview, options: CsvOptions, dialect: Dialect, file: str) -> _Start:
    """The column names, and where the records begin."""
    lines = TextLines(text)
    above = [line for _, line in zip(range(options.header_line - 1), lines, strict=False)]
    if options.names and not options.header_line:
        check_names(options.names, Location(file))
        return _Start(list(options.names), 0, 0, 1, ())
    first = max(options.header_line, 1)
    for line, end, cells in records(lines, first, dialect, file):
        if options.header_line and line != options.header_line:
            break
        names = list(options.names or cells)
        if len(names) != len(cells):
            said = f"`names` has {len(names)} names, the line that they replace {len(cells)} cells"
            raise damaged(file, line, said)
        check_names(names, Location(file, line))
        kept = tuple(found.strip() for found in above if found.strip())
        return _Start(names, line, lines.offset, end + 1, kept)
    raise _no_header(options, file)


def _no_header(options: CsvOptions, file: str) -> InputError:
    if options.header_line:
        return InputError(
            "INP009",
            f"line {options.header_line} has no column names: it is empty, or the file ends before",
            location=Location(file),
            hint="Correct `header_line`: the line of the file where the column names stand",
        )
    return InputError("INP002", "the file is empty: not even column names", location=Location(file))


def _frame(
    body: memoryview, start: _Start, dialect: Dialect, missing: tuple[str, ...], file: str
) -> pd.DataFrame:
    """The cells; what does not fit the column names is refused with its line."""
    quoted = bool(dialect.quote) and re.search(re.escape(dialect.quote.encode()), body) is not None
    width = len(start.names)
    if quoted and is_badly_quoted(body, dialect):
        check_records(body, start.line, width, dialect, file)
    if _LINE_END.search(body) is None:
        return _pandas(_no_rows(start.names))
    table = _parsed(body, start.names, dialect, missing)
    if table is None:
        check_records(body, start.line, width, dialect, file)
        raise damaged(file, 0, "the rows cannot be parsed")
    return _pandas(table)


def _parsed(
    body: memoryview, names: list[str], dialect: Dialect, missing: tuple[str, ...]
) -> pa.Table | None:
    """The records as an Arrow table of text columns, or None when a row does not fit the names."""
    import pyarrow as pa

    # a record may be longer than the usual block: then the whole text is one
    for block in dict.fromkeys((min(_BLOCK, len(body) + 1), len(body) + 1)):
        try:
            return _parsed_in_blocks(body, names, dialect, missing, block)
        except pa.ArrowInvalid as error:
            if "straddl" not in str(error):
                return None
    return None


def _parsed_in_blocks(
    body: memoryview, names: list[str], dialect: Dialect, missing: tuple[str, ...], block: int
) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    return arrow_csv.read_csv(
        pa.BufferReader(pa.py_buffer(body)),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=block),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote or False,
            newlines_in_values=bool(dialect.quote),
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.large_string() for name in names},
            null_values=list(missing),
            strings_can_be_null=True,
            check_utf8=True,
        ),
    )


def _lines(body: memoryview, start: _Start, rows: int, dialect: Dialect, file: str) -> Lines:
    """The lines of the records: one each, or as the records are told one by one."""
    if not rows:
        return ()
    if line_count(body) == rows:
        return ((1, start.line),)
    return joined_lines(check_records(body, start.line, len(start.names), dialect, file))


def _no_rows(names: list[str]) -> pa.Table:
    import pyarrow as pa

    return pa.table({name: pa.array([], pa.large_string()) for name in names})


def _pandas(table: pa.Table) -> pd.DataFrame:
    """The table as a frame of pandas' text dtype, stored by Arrow."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    dtype = pd.StringDtype("pyarrow", na_value=np.nan)
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.large_string(): dtype}.get)
    return frame
