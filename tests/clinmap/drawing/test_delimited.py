"""Tables as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from clinmap.drawing import table_csv
from clinmap.drawing.delimited import unlike_formula
from clinmap.results.shown import Column, Row, TableShown, Value

GOLDEN = """\
T-P1-1: DLTs by Dose Level
Population: DLT-evaluable
SYNTHETIC DATA

,25 mg (N=6),50 mg (N=1),Total (N=7)
Subjects with a DLT,,,
  n (%),1 (16.7),0,1 (14.3)
  95% CI,(0.4; 64.1),NE,(0.4; 57.9)

"NE: not estimable, one subject."
Source: ADDLT. Data as of 2016-03-31.
"""


def test_a_table_as_csv(table: TableShown) -> None:
    """Titles, headings with N, indented labels, footnotes."""
    assert table_csv(table) == GOLDEN.replace("\n", "\r\n")


def test_a_listing_has_no_column_for_labels() -> None:
    """Rows without labels begin with the first value."""
    listing = TableShown("L-1", "", "", (Column("A", "Cohort"),), (Row("", 0, (Value("1"),)),))
    assert table_csv(listing).splitlines() == ["L-1", "", "Cohort", "1"]


def test_a_table_without_rows_says_so(table: TableShown) -> None:
    """There is no silent empty table."""
    assert "There is nothing to list." in table_csv(replace(table, rows=()))


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "  =1", "-cmd|' /C calc'!A0"])
def test_a_formula_is_made_a_text(text: str) -> None:
    """What a spreadsheet would compute gets an apostrophe."""
    assert unlike_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-1.5", "-1.5 (0.25)", "-12%", "-", "+3", "1 (-2)", "", "a=b"])
def test_a_number_stays_as_it_is(text: str) -> None:
    """Negative numbers are numbers."""
    assert unlike_formula(text) == text


def test_no_cell_of_a_hostile_table_begins_a_formula(hostile_table: TableShown) -> None:
    """Every text of the display comes from data or a specification."""
    cells = [cell for row in csv.reader(io.StringIO(table_csv(hostile_table))) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.lstrip()[:1] in "=+-@" and cell.strip()]
    assert "\x00" not in "".join(cells)
