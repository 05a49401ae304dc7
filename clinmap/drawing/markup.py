"""Tables as HTML: a page of its own, or a fragment for a page.

Problems: none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

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

Link = Callable[[int, int], str]
"""The address that a value leads to, by row and column from 0; empty for none."""

TABLE_STYLE = """\
.display { margin: 1rem 0; }
.display .table { overflow-x: auto; }
.display table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.display .title { margin: 0; font-weight: 600; font-size: 1.05em; }
.display .population, .display .mark { margin: 0; }
.display .table { margin-top: .5rem; }
.display th, .display td { padding: .2rem .7rem; vertical-align: top; text-align: left; }
.display th.number, .display td.number { text-align: center; }
.display td.number { white-space: nowrap; }
.display thead th { border-top: 1.5px solid; border-bottom: 1px solid; vertical-align: bottom; }
.display tbody tr:last-child > * { border-bottom: 1.5px solid; }
.display tbody th { font-weight: normal; min-width: 9rem; }
.display tbody th[scope=row] { position: sticky; left: 0; background: var(--page, Canvas); }
.display tbody th.heading { font-weight: 600; padding-top: .5rem; }
.display .subjects { display: block; font-weight: normal; }
.display .notes { font-size: .85em; margin: .5rem 0 0; padding: 0; list-style: none; }
.mark { font-weight: 600; letter-spacing: .04em; }
"""

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 15px/1.4 "Liberation Sans", Arial, sans-serif; margin: 1.5rem; }}
@media print {{ @page {{ size: landscape; }} body {{ font-size: 9pt; margin: 0; }}
  thead {{ display: table-header-group; }} tr {{ break-inside: avoid; }} }}
{style}</style>
</head>
<body>
{fragment}</body>
</html>
"""


def table_html(shown: TableShown) -> str:
    """A table as a page that needs no other file.

    >>> page = table_html(TableShown("T-1", "Less < more", "", (), ()))
    >>> "<title>T-1: Less &lt; more</title>" in page
    True
    """
    title = escape(title_lines(shown)[0])
    return _PAGE.format(title=title, style=TABLE_STYLE, fragment=table_fragment(shown))


def table_fragment(shown: TableShown, link: Link | None = None) -> str:
    """A table to be set into a page whose style holds TABLE_STYLE; all texts are escaped.

    `link` gives the address that the value of a row and column leads to.

    >>> from clinmap.results.shown import Column, Value
    >>> cells = (Value("3", 3.0),)
    >>> table = TableShown("T-1", "DLTs", "", (Column("A", "Dose 1"),), (Row("n", 0, cells),))
    >>> '<a href="#r-0-0">3</a>' in table_fragment(table, lambda row, column: f"#r-{row}-{column}")
    True
    """
    return "\n".join(_lines(shown, link)) + "\n"


def _lines(shown: TableShown, link: Link | None) -> Iterator[str]:
    title, *rest = title_lines(shown)
    anchor = re.sub(r"[^\w.-]+", "-", shown.id)
    yield f'<div class="display" id="{anchor}">'
    yield f'<p class="title" id="{anchor}-title">{escape(title)}</p>'
    yield from (f'<p class="population">{escape(line)}</p>' for line in rest)
    if shown.mark:
        yield f'<p class="mark">{escape(plain_text(shown.mark))}</p>'
    yield f'<div class="table"><table aria-labelledby="{anchor}-title">'
    yield f"<thead><tr>{''.join(_heads(shown))}</tr></thead>"
    yield "<tbody>"
    for number, row in enumerate(shown.rows):
        yield f"<tr>{''.join(_cells(shown, row, number, link))}</tr>"
    if not shown.rows:
        yield f'<tr><td colspan="{_width(shown)}">{NO_ROWS}</td></tr>'
    yield "</tbody>"
    yield "</table></div>"
    if shown.footnotes:
        notes = "".join(f"<li>{escape(plain_text(note))}</li>" for note in shown.footnotes)
        yield f'<ul class="notes">{notes}</ul>'
    yield "</div>"


def _width(shown: TableShown) -> int:
    return len(shown.columns) + has_stub(shown)


def _heads(shown: TableShown) -> Iterator[str]:
    if has_stub(shown):
        yield f'<th scope="col">{escape(plain_text(shown.stub))}</th>'
    for (label, subjects), numeric in zip(headings(shown), numeric_columns(shown), strict=True):
        under = f'<span class="subjects">{subjects}</span>' if subjects else ""
        kind = ' class="number"' if numeric else ""
        yield f'<th scope="col"{kind}>{escape(label)}{under}</th>'


def _cells(shown: TableShown, row: Row, number: int, link: Link | None) -> Iterator[str]:
    label = escape(plain_text(row.label))
    indent = f' style="padding-left: {0.7 + 1.2 * row.level:.1f}rem"' if row.level else ""
    if not row.values:
        yield f'<th class="heading" scope="rowgroup" colspan="{_width(shown)}"{indent}>{label}</th>'
        return
    if has_stub(shown):
        yield f'<th scope="row"{indent}>{label}</th>'
    numeric = numeric_columns(shown)
    for column, text in enumerate(texts_of(row, shown)):
        shape = ' class="number"' if numeric[column] else ""
        yield f"<td{shape}{_reason(row, column)}>{_linked(text, link, number, column)}</td>"


def _reason(row: Row, column: int) -> str:
    """Why there is no estimate, for who points at the cell."""
    why = row.values[column].why if column < len(row.values) else ""
    return f' title="{escape(plain_text(why))}"' if why else ""


def _linked(text: str, link: Link | None, row: int, column: int) -> str:
    address = link(row, column) if link is not None and text else ""
    return f'<a href="{escape(address)}">{escape(text)}</a>' if address else escape(text)
