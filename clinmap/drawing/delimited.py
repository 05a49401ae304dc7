"""Tables as CSV, safe to open in a spreadsheet.

Problems: none.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from clinmap.drawing.layout import NO_ROWS, has_stub, headings, plain_text, texts_of, title_lines
from clinmap.results.shown import TableShown

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?%?( \([-\d.;,% ]*\))?|-+")
INDENT = "  "


def table_csv(shown: TableShown) -> str:
    """A table as CSV: title lines, an empty line, the headings, the rows, and the footnotes.

    Row labels are indented by two spaces a level. A cell that a spreadsheet would take for a
    formula gets an apostrophe before it; negative numbers stay as they are. Lines end in CR LF
    (RFC 4180), quotes are doubled.

    >>> from clinmap.results.shown import Column, Row, Value
    >>> cells = (Value("3 (25.0)", 3.0),)
    >>> table = TableShown("T-1", "DLTs", "", (Column("A", "Dose 1", 12),), (Row("n", 1, cells),))
    >>> print(table_csv(table).replace("\\r", ""), end="")
    T-1: DLTs
    <BLANKLINE>
    ,Dose 1 (N=12)
      n,3 (25.0)
    """
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(_lines(shown))
    return stream.getvalue()


def unlike_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> unlike_formula("=1+1"), unlike_formula("-1.5 (0.2)"), unlike_formula("-1+1"),
    ("'=1+1", '-1.5 (0.2)', "'-1+1")
    """
    bare = text.lstrip()
    return f"'{text}" if bare.startswith(_FORMULA) and not _NUMBER.fullmatch(bare) else text


def _lines(shown: TableShown) -> Iterator[list[str]]:
    stub = has_stub(shown)
    yield from ([unlike_formula(text)] for text in title_lines(shown))
    yield from ([unlike_formula(plain_text(shown.mark))] for _ in range(bool(shown.mark)))
    yield []
    names = [f"{label} {subjects}".rstrip() for label, subjects in headings(shown)]
    yield [unlike_formula(n) for n in ([plain_text(shown.stub)] if stub else []) + names]
    for row in shown.rows:
        label = INDENT * row.level + unlike_formula(plain_text(row.label))
        cells = [unlike_formula(text) for text in texts_of(row, shown)]
        yield [label, *cells] if stub else cells
    yield from ([NO_ROWS] for _ in range(not shown.rows))
    if shown.footnotes:
        yield []
        yield from ([unlike_formula(plain_text(note))] for note in shown.footnotes)
