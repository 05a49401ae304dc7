"""The records and lines of delimited text, without holding its text as Python text.

Text is UTF-8 bytes; a record is what `csv` says it is. Line ends are LF, CR LF or CR.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from clinmap.problems import InputError, Location

Record = tuple[int, int, list[str]]
"""The first and the last line of a record, and its cells."""

_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_PIECE = 1 << 24
_LONGEST_CELL = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Dialect:
    """What stands between cells and around them; an empty quote: nothing stands around them."""

    delimiter: str = ","
    quote: str = '"'


class TextLines:
    """The lines of a text, one by one; `offset` is where the next one starts."""

    def __init__(self, text: memoryview, offset: int = 0) -> None:
        self._text = text
        self.offset = offset

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        match = _LINE.match(self._text, self.offset)
        if match is None or match.end() == self.offset:
            raise StopIteration
        self.offset = match.end()
        return str(match.group(), "utf-8")


def records(lines: TextLines, line: int, dialect: Dialect, file: str) -> Iterator[Record]:
    """Each record; strict: an unclosed quote would swallow the rest (InputError INP006)."""
    quoted = bool(dialect.quote)
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        strict=True,
    )
    started = line
    with _long_cells():
        try:
            for cells in reader:
                if cells:
                    yield started, line + reader.line_num - 1, cells
                started = line + reader.line_num
        except csv.Error:
            said = "a quoted cell is not closed, or goes on after its closing quote"
            raise damaged(file, started, said) from None


def check_records(
    text: memoryview, line: int, width: int, dialect: Dialect, file: str
) -> list[int]:
    """The line of each record; InputError INP006 for the first with more or fewer cells."""
    found = []
    for started, _, cells in records(TextLines(text), line, dialect, file):
        if len(cells) != width:
            said = f"there are {width} column names, this row has {len(cells)} cells"
            raise damaged(file, started, said)
        found.append(started)
    return found


def is_well_quoted(text: memoryview, dialect: Dialect, start: int = 0, end: int = -1) -> bool:
    """Whether each quoted cell is closed, and ends where it is closed.

    >>> [is_well_quoted(memoryview(t), Dialect()) for t in (b'a,"b"\\n', b'a,"b"c\\n', b'"a\\n')]
    [True, False, False]
    """
    if not dialect.quote:
        return True
    stop = len(text) if end < 0 else end
    match = _cells(dialect.delimiter, dialect.quote).match(text, start, stop)
    return match is not None and match.end() == stop


def is_badly_quoted(text: memoryview, dialect: Dialect) -> bool:
    """Whether some quoted cell may not be closed, or go on after its closing quote.

    Quicker than `is_well_quoted`, and never wrong where all is well but for quotes inside of quoted
    cells that follow a delimiter; who must know asks `check_records`.

    >>> [is_badly_quoted(memoryview(t), Dialect()) for t in (b'a,"b"\\n', b'a,"b"c\\n', b'"a\\n')]
    [False, True, True]
    """
    return _bad_cell(dialect.delimiter, dialect.quote).search(text) is not None


def comment_lines(text: memoryview, mark: str, dialect: Dialect) -> list[tuple[int, int]]:
    """Where each comment begins and ends: a line that begins with `mark`, outside quoted cells."""
    marked = re.compile(rb"(?:(?<=[\r\n])|\A)" + re.escape(mark.encode("utf-8")) + rb"[^\r\n]*+")
    quoted = bool(dialect.quote) and re.search(re.escape(dialect.quote.encode()), text) is not None
    found: list[tuple[int, int]] = []
    clear = 0
    for match in marked.finditer(text):
        if quoted and not is_well_quoted(text, dialect, clear, match.start()):
            continue
        found.append(match.span())
        clear = match.end()
    return found


def without(text: memoryview, spans: list[tuple[int, int]]) -> memoryview:
    """The text without these parts; the line ends after them stay, so that lines keep numbers."""
    if not spans:
        return text
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(text)]
    return memoryview(b"".join(text[a:b] for a, b in zip(starts, ends, strict=True)))


def line_count(text: memoryview) -> int:
    """The number of lines up to the last that is not empty.

    >>> [line_count(memoryview(text)) for text in (b"a\\r\\nb\\n\\n", b"a\\rb", b"")]
    [2, 2, 0]
    """
    end = len(text)
    while end and text[end - 1] in b"\r\n":
        end -= 1
    ends, start = 0, 0
    while start < end:
        stop = min(start + _PIECE, end)
        if stop < end and text[stop - 1] == 0x0D and text[stop] == 0x0A:
            stop += 1
        piece = bytes(text[start:stop])
        returns = piece.count(b"\r")
        ends += piece.count(b"\n") + returns - (piece.count(b"\r\n") if returns else 0)
        start = stop
    return ends + 1 if end else 0


def damaged(file: str, line: int, said: str) -> InputError:
    """The error for text whose records cannot be told."""
    return InputError(
        "INP006",
        said,
        location=Location(file, line),
        hint="Export the file again; a cell that holds the delimiter must stand in double quotes",
    )


@cache
def _cells(delimiter: str, quote: str) -> re.Pattern[bytes]:
    """Any number of cells, none of them with a quote that is not closed."""
    d, q = re.escape(delimiter.encode()), re.escape(quote.encode())
    after = rb"(?:[" + d + rb"\r\n]++|\Z)"
    quoted = q + rb"(?:[^" + q + rb"]++|" + q + q + rb")*+" + q + after
    plain = rb"[^" + q + d + rb"\r\n][^" + d + rb"\r\n]*+" + after
    return re.compile(rb"(?:" + quoted + rb"|" + plain + rb"|[" + d + rb"\r\n])*+")


@cache
def _bad_cell(delimiter: str, quote: str) -> re.Pattern[bytes]:
    """A quoted cell that is not closed, or not followed by what ends a cell."""
    d, q = re.escape(delimiter.encode()), re.escape(quote.encode())
    ends = rb"[" + d + rb"\r\n]"
    starts = q + rb"(?<![^" + d + rb"\r\n]" + q + rb")"
    inside = rb"(?:[^" + q + rb"]++|" + q + q + rb")*+"
    return re.compile(starts + inside + rb"(?:" + q + rb"(?!" + ends + rb"|\Z)|\Z)")


@contextmanager
def _long_cells() -> Iterator[None]:
    """Cells of any length: `csv` has a limit of 131,072 characters."""
    former = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(former)
