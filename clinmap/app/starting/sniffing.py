"""How a text file or a sheet is laid out: encoding, delimiter, where the column names stand."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DELIMITERS = (",", ";", "\t", "|")
_LINES = 200
_BYTES = 1 << 20
_PLACES_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Layout:
    """What raw.yaml says of a text file beside its path; empty where it is as usual."""

    encoding: str = ""
    delimiter: str = ""
    comment: str = ""
    header_line: int = 0

    @property
    def options(self) -> dict[str, str | int]:
        """The keys of raw.yaml that differ from what is usual."""
        said: dict[str, str | int] = {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "comment": self.comment,
            "header_line": self.header_line,
        }
        return {key: value for key, value in said.items() if value}


def text_layout(path: Path) -> Layout:
    """The layout of delimited text, by its first megabyte: UTF-8 if it can be, else Windows-1252.

    >>> text_layout(Path("lab.csv"))  # doctest: +SKIP
    Layout(encoding='windows-1252', delimiter=';', comment='', header_line=0)
    """
    with path.open("rb") as opened:
        head = opened.read(_BYTES)
    encoding = encoding_of(head, cut=len(head) == _BYTES)
    text = head.decode(encoding or "utf-8", errors="replace")
    lines = text.removeprefix("\ufeff").splitlines()[:_LINES]
    comment = "#" if lines and lines[0].startswith("#") else ""
    delimiter, line = _table_in(lines, comment)
    usual = "\t" if path.suffix.lower() == ".tsv" else ","
    first = next((n for n, text in enumerate(lines, 1) if _is_told(text, comment)), 1)
    return Layout(
        encoding,
        delimiter if delimiter != usual else "",
        comment,
        line if line > first else 0,
    )


def encoding_of(head: bytes, *, cut: bool = False) -> str:
    """The encoding to declare: nothing for UTF-8, else UTF-16 by its mark, else Windows-1252.

    >>> encoding_of("10³".encode("cp1252"))
    'windows-1252'
    """
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        head[: len(head) - 4 if cut else None].decode("utf-8")
    except UnicodeDecodeError as error:
        near_the_end = cut and error.start > len(head) - 8
        return "" if near_the_end else "windows-1252"
    return ""


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """The row of a sheet (from 1) that holds the column names: the first of the usual width.

    >>> header_row([["Title", "", ""], ["", "", ""], ["ID", "DAY", "RES"], ["1", "2", "3"]])
    3
    """
    widths = [len([cell for cell in row if cell.strip()]) for row in rows[:_PLACES_LOOKED_AT]]
    if not widths:
        return 1
    usual = max(widths)
    for number, width in enumerate(widths):
        cells = [cell for cell in rows[number] if cell.strip()]
        if width >= max(2, 0.7 * usual) and len(set(cells)) == len(cells):
            return number + 1
    return 1


def _is_told(line: str, comment: str) -> bool:
    return bool(line.strip()) and not (comment and line.startswith(comment))


def _table_in(lines: list[str], comment: str) -> tuple[str, int]:
    """The delimiter that cuts most lines into the same number of cells, and the first such line."""
    told = [(n, line) for n, line in enumerate(lines, start=1) if _is_told(line, comment)]
    best: tuple[float, str, int] = (0.0, ",", told[0][0] if told else 1)
    for delimiter in DELIMITERS:
        widths = [_width(line, delimiter) for _, line in told]
        counted = Counter(width for width in widths if width > 1)
        if not counted:
            continue
        width, times = counted.most_common(1)[0]
        line = next(n for (n, _), found in zip(told, widths, strict=True) if found == width)
        score = times / len(told) + width / 1000
        if score > best[0]:
            best = (score, delimiter, line)
    return best[1], best[2]


def _width(line: str, delimiter: str) -> int:
    return len(next(csv.reader([line], delimiter=delimiter), []))
