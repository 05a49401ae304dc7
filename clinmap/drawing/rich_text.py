"""Tables as RTF, for word processors: landscape, with the headings on every page.

Source: Rich Text Format specification 1.9.1, sections on table definitions, headers and footers,
and Unicode. Problems: none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clinmap.drawing.layout import (
    NO_ROWS,
    has_stub,
    headings,
    numeric_columns,
    plain_text,
    texts_of,
    title_lines,
)
from clinmap.results.shown import Row, TableShown

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 15840, 12240, 1080
"""US Letter, landscape, in twips (1440 to an inch)."""

TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
INDENT = 200
WIDEST = 40
"""Longer texts than so many letters make no column wider; they wrap."""

NARROWEST, BETWEEN = 12, 2
"""Letters: the least width of the stub, and what stands between columns."""

_FONTS = r"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}}"
_PAGE_OF = (
    r"Page {\field{\*\fldinst PAGE}{\fldrslt 1}} of {\field{\*\fldinst NUMPAGES}{\fldrslt 1}}"
)
_TOP = r"\clbrdrt\brdrs\brdrw15"
_BOTTOM = r"\clbrdrb\brdrs\brdrw15"


def table_rtf(shown: TableShown) -> bytes:
    """A table as an RTF document in Times 9 point (8 where it has more than eight columns).

    Titles and `Page x of y` stand in the header of each page, column headings are repeated, rows
    are not split over pages, footnotes follow the last row, the mark stands in the footer. Word
    repeats the headings; LibreOffice (7.4) does not know them in RTF and shows them once.

    >>> table_rtf(TableShown("T-1", "Über", "", (), ()))[:6]
    b'{\\\\rtf1'
    """
    return "\n".join(_lines(shown)).encode("ascii")


def escaped(text: str) -> str:
    r"""A text as RTF writes it, every character outside ASCII as \uN? in 16-bit units.

    >>> escaped("{5 µg}")
    '\\{5 \\u181?g\\}'
    """
    return "".join(_character(c) for c in plain_text(text))


def _character(c: str) -> str:
    if c in "\\{}":
        return f"\\{c}"
    if ord(c) < 128:
        return c
    units = c.encode("utf-16-le", "replace")
    pairs = (units[i : i + 2] for i in range(0, len(units), 2))
    return "".join(rf"\u{int.from_bytes(pair, 'little', signed=True)}?" for pair in pairs)


def _lines(shown: TableShown) -> Iterator[str]:
    size = r"\fs16" if len(shown.columns) > 8 else r"\fs18"
    yield r"{\rtf1\ansi\ansicpg1252\uc1\deff0\deflang1033" + _FONTS
    yield rf"{{\info{{\title {escaped(title_lines(shown)[0])}}}}}"
    yield (
        rf"\paperw{PAGE_WIDTH}\paperh{PAGE_HEIGHT}\landscape"
        rf"\margl{MARGIN}\margr{MARGIN}\margt{MARGIN}\margb{MARGIN}\viewkind1"
    )
    yield from _header(shown)
    yield rf"{{\footer\pard\plain\f0\fs16\qc {escaped(shown.mark)}\par}}"
    yield rf"\pard\plain\f0{size}"
    yield from _table(shown)
    yield rf"\pard\plain\f0{size}\sb120\par" if shown.footnotes else r"\pard"
    yield from (rf"\pard\plain\f0\fs16\ql {escaped(note)}\par" for note in shown.footnotes)
    yield "}"


def _header(shown: TableShown) -> Iterator[str]:
    yield rf"{{\header\pard\plain\f0\fs16\qr {_PAGE_OF}\par"
    for number, line in enumerate(title_lines(shown)):
        weight = r"\b" if number == 0 else ""
        yield rf"\pard\plain\f0\fs20\qc{weight} {escaped(line)}\par"
    yield r"\pard\plain\f0\fs16\par}"


def _table(shown: TableShown) -> Iterator[str]:
    ends = _ends(_widths(shown))
    align = (*([r"\ql"] if has_stub(shown) else []),
             *(r"\qc" if numeric else r"\ql" for numeric in numeric_columns(shown)))  # fmt: skip
    stub = [escaped(shown.stub)] if has_stub(shown) else []
    heads = [
        escaped(label) + (rf"\line {subjects}" if subjects else "")
        for label, subjects in headings(shown)
    ]
    cells = [rf"{a}\b {text}" for a, text in zip(align, [*stub, *heads], strict=True)]
    yield _row(cells, ends, _TOP + _BOTTOM, r"\trhdr")
    last = len(shown.rows) - 1
    for number, row in enumerate(shown.rows):
        yield _body(row, shown, ends, align, _BOTTOM if number == last else "")
    if not shown.rows:
        yield _row([rf"\ql {NO_ROWS}"], ends[-1:], _BOTTOM)


def _body(
    row: Row, shown: TableShown, ends: Sequence[int], align: Sequence[str], border: str
) -> str:
    stub = rf"\ql\li{INDENT * row.level}"
    if not row.values:
        return _row([rf"{stub}\sb60\keepn\b {escaped(row.label)}"], ends[-1:], border)
    texts = [escaped(text) for text in texts_of(row, shown)]
    label = [f"{stub} {escaped(row.label)}"] if has_stub(shown) else []
    own = align[len(label) :]
    return _row([*label, *(f"{a} {t}" for a, t in zip(own, texts, strict=True))], ends, border)


def _row(cells: Sequence[str], ends: Sequence[int], border: str, kind: str = "") -> str:
    """A row of cells that end at so many twips from the left."""
    shape = "".join(rf"{border}\clvertalt\cellx{end}" for end in ends)
    content = "".join(rf"\pard\intbl{cell}\b0\cell " for cell in cells)
    return rf"\trowd\trgaph60\trleft0{kind}\trkeep{shape}{content}\row"


def _widths(shown: TableShown) -> list[int]:
    """How wide the stub and the columns want to be, in letters, with what stands between them.

    Values have their whole width, headings half of it: they may stand in two lines.
    """
    rows = [texts_of(row, shown) for row in shown.rows if row.values]
    wanted = [
        _width(label, (subjects, *(row[i] for row in rows)))
        for i, (label, subjects) in enumerate(headings(shown))
    ]
    labels = [row.label + "x" * 2 * row.level for row in shown.rows if row.values]
    stub = [_width(shown.stub, (*labels, "x" * NARROWEST))] if has_stub(shown) else []
    return [*stub, *wanted]


def _width(heading: str, values: Sequence[str]) -> int:
    words = [_letters(word) for text in (heading, *values) for word in text.split()]
    whole = max(_letters(heading) // 2, *map(_letters, values))
    return min(max(whole, *words, 4), WIDEST) + BETWEEN


def _letters(text: str) -> int:
    """How long a text is, in small letters; a capital is nearly as wide as one and a half."""
    return len(text) + sum(map(str.isupper, text)) * 2 // 5


def _ends(widths: Sequence[int]) -> list[int]:
    """Where columns end, over the whole width of the text."""
    whole = sum(widths)
    return [round(TEXT_WIDTH * sum(widths[: i + 1]) / whole) for i in range(len(widths))]
