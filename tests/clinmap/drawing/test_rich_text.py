"""Tables as RTF; striprtf reads them back."""

from __future__ import annotations

import re
from dataclasses import replace

from striprtf.striprtf import rtf_to_text

from clinmap.drawing import table_rtf
from clinmap.results.shown import Column, Row, TableShown, Value

GOLDEN_BODY = r"""
\trowd\trgaph60\trleft0\trkeep\clbrdrb\brdrs\brdrw15\clvertalt\cellx4075\clbrdrb\brdrs\brdrw15\clvertalt\cellx7859\clbrdrb\brdrs\brdrw15\clvertalt\cellx9896\clbrdrb\brdrs\brdrw15\clvertalt\cellx13680\pard\intbl\ql\li200 95% CI\b0\cell \pard\intbl\qc (0.4; 64.1)\b0\cell \pard\intbl\qc NE\b0\cell \pard\intbl\qc (0.4; 57.9)\b0\cell \row
""".strip()  # noqa: E501


def read(shown: TableShown) -> list[list[str]]:
    """The rows of the body, cell by cell, as another program reads them."""
    text: str = rtf_to_text(table_rtf(shown).decode("ascii"))
    return [line.split("|") for line in text.splitlines() if "|" in line]


def test_the_cells_come_back(table: TableShown) -> None:
    """Another reader finds headings, labels and values in their places."""
    rows = [[cell.strip() for cell in row][:4] for row in read(table)]
    assert rows[-2:] == [
        ["n (%)", "1 (16.7)", "0", "1 (14.3)"],
        ["95% CI", "(0.4; 64.1)", "NE", "(0.4; 57.9)"],
    ]
    assert any("Subjects with a DLT" in row[0] for row in rows)


def test_a_row_is_written_so(table: TableShown) -> None:
    """Borders, cells that end where the column does, an indented label."""
    assert GOLDEN_BODY in table_rtf(table).decode("ascii").splitlines()


def test_page_header_headings_and_footnotes(table: TableShown) -> None:
    """Landscape; titles and page of pages in the header; one row of headings, repeated."""
    text = table_rtf(table).decode("ascii")
    header = text[text.index(r"{\header") : text.index(r"{\footer")]
    assert r"\landscape" in text
    assert "T-P1-1: DLTs by Dose Level" in header
    assert r"\fldinst PAGE}" in header
    assert r"\fldinst NUMPAGES}" in header
    assert text.count(r"\trhdr") == 1
    assert "25 mg" in next(line for line in text.splitlines() if r"\trhdr" in line)
    assert r"{\footer\pard\plain\f0\fs16\qc SYNTHETIC DATA\par}" in text
    assert text.index(r"\row") < text.index("Source: ADDLT. Data as of 2016-03-31.")


def test_hostile_texts_come_back_as_they_are(hostile_table: TableShown) -> None:
    """Braces, backslashes and characters outside of ASCII are no commands."""
    content = table_rtf(hostile_table)
    bare = re.sub(rb"\\[\\{}]", b"", content)
    assert bare.count(b"{") == bare.count(b"}")
    assert rb"{\\rtf" not in bare
    text = rtf_to_text(content.decode("ascii"))
    assert "<script>alert('1')</script> {\\rtf} & µ" in text
    assert rb"\u-10178?\u-8800?" in content


def test_columns_share_the_width_of_the_page(table: TableShown) -> None:
    """The last cell of every row ends at the right margin, however long the texts."""
    long = replace(table.columns[0], label="word " * 60)
    for shown in (table, replace(table, columns=(long, *table.columns[1:]))):
        lines = table_rtf(shown).decode("ascii").splitlines()
        ends = {
            re.findall(r"\\cellx(\d+)", line)[-1] for line in lines if line.startswith(r"\trowd")
        }
        assert len(ends) == 1
        assert 13600 <= int(ends.pop()) <= 13680


def test_a_listing_of_many_columns_and_a_table_without_rows(table: TableShown) -> None:
    """A listing has no column of labels; many columns are set smaller; no rows are named so."""
    columns = tuple(Column(str(n), f"V{n}") for n in range(9))
    listing = TableShown("L-1", "All", "", columns, (Row("", 0, (Value("x"),) * 9),))
    assert [cell.strip() for cell in read(listing)[-1]][:9] == ["x"] * 9
    assert rb"\f0\fs16" in table_rtf(listing).split(rb"\footer")[1]
    assert rb"There is nothing to list." in table_rtf(replace(table, rows=()))
