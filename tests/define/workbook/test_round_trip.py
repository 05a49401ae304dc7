"""A define.xml to a workbook and back: nothing is lost, and what is changed in a cell counts."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from clinmap.readers.workbook import read_workbook
from clinmap.writers.workbook import write_workbook
from define.document.model import (
    Alias,
    AnalysisDataset,
    AnalysisResult,
    Comment,
    Define,
    Display,
    DocumentRef,
    FormalExpression,
    Item,
    ItemOrigin,
    Leaf,
    Method,
    PageRef,
    ProgrammingCode,
    RangeCheck,
    ValueList,
    WhereClause,
    by_oid,
)
from define.document.read import read_define
from define.workbook.export import LONGEST_CELL, Sheets, sheets_of
from define.workbook.imports import define_of_sheets
from define.workbook.layout import COLUMNS, HEADINGS, LAYOUTS, NUMBERS, VARIABLES, Layout

both = pytest.mark.parametrize("layout", LAYOUTS)


def through_a_file(sheets: Sheets, folder: Path) -> Sheets:
    """The sheets, written as a workbook and read again."""
    path = folder / "spec.xlsx"
    write_workbook(sheets, path, NUMBERS)
    return read_workbook(path).sheets


def strange(define: Define) -> Define:
    """The document with all that the columns of a workbook do not foresee."""
    first = define.items[0]
    item = replace(
        first,
        aliases=(Alias("Other name", "x:y"),),
        sas_name="S1",
        origins=(
            ItemOrigin("Collected", "Subject", "as told", (
                DocumentRef("LF.acrf", (PageRef("PhysicalRef", "7 8"),
                                        PageRef("PhysicalRef", first=9, last=12))),
                DocumentRef("LF.csdrg"),
            )),
            ItemOrigin("Predecessor", "", "DM.X"),
        ),
    )  # fmt: skip
    nobodys = Item("ITEM-1", "LONE", "text", label=" blanks \n and lines ")
    clause = WhereClause("WC-1", (RangeCheck("ITEM-1", "NOTIN", ("a,b", '"', ""), "Hard"),), "C-1")
    result = AnalysisResult(
        "R1", "WHY", "WHAT", "Text", "",
        (AnalysisDataset(define.item_groups[0].oid, ("WC-1",), (first.oid,)),),
        documentation="", code=ProgrammingCode("SAS", "x" * 70_000, (DocumentRef("LF.csdrg"),)),
    )  # fmt: skip
    return replace(
        define,
        items=(item, *define.items[1:], nobodys),
        where_clauses=(*define.where_clauses, clause),
        value_lists=(ValueList("VL-1", description="Nobody's"), *define.value_lists),
        methods=(Method("M.1", "=1+1", "=HYPERLINK()", "Imputation", (
            FormalExpression("SAS", "a"), FormalExpression("R", "b"))), *define.methods),
        comments=(Comment("C-1", "_x000D_\r\n\ttab"), *define.comments, Comment("COM.C-1", "1.50")),
        leaves=(*define.leaves, Leaf("L1", "", "")),
        displays=(Display("D1", "Table 1", "Title", (DocumentRef("LF.csdrg"),), (result,)),),
    )  # fmt: skip


@both
@pytest.mark.parametrize("which", ["sdtm", "adam"])
def test_nothing_is_lost(
    which: str, layout: Layout, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Define to Excel to Define: equal, without a finding."""
    define: Define = request.getfixturevalue(which)
    taken = define_of_sheets(through_a_file(sheets_of(define, layout), tmp_path))
    assert taken.define == define
    assert not taken.problems


@both
def test_nothing_strange_is_lost(sdtm: Define, layout: Layout, tmp_path: Path) -> None:
    """Several origins, pages, aliases, orphans, long texts, blanks and signs."""
    define = strange(sdtm)
    sheets = sheets_of(define, layout)
    assert {"More", "Long Texts"} <= set(sheets)
    assert (
        max(len(cell) for grid in sheets.values() for row in grid for cell in row) <= LONGEST_CELL
    )
    assert define_of_sheets(through_a_file(sheets, tmp_path)).define == define


@both
def test_a_define_that_was_read_is_kept(golden: Path, layout: Layout, tmp_path: Path) -> None:
    """The document that a person has read."""
    define = read_define(golden)
    assert define_of_sheets(through_a_file(sheets_of(define, layout), tmp_path)).define == define


@both
def test_columns_are_those_of_the_layout(sdtm: Define, layout: Layout) -> None:
    """The layout's own columns come first, in its order."""
    for name, grid in sheets_of(sdtm, layout).items():
        wanted = COLUMNS[layout].get(name, tuple(grid[0]))
        shown = [
            "Label" if cell == "Description" and "Label" in wanted else cell for cell in grid[0]
        ]
        assert tuple(shown[: len(wanted)]) == wanted, name
        assert {len(row) for row in grid} == {len(grid[0])}


def test_only_one_layout_has_where_clauses_apart(sdtm: Define) -> None:
    """The newer layout writes them as text."""
    older, newer = sheets_of(sdtm, "where-clauses"), sheets_of(sdtm, "textual")
    assert "WhereClauses" in older
    assert "WhereClauses" not in newer
    column = newer["ValueLevel"][0].index("Where Clause")
    assert all(" EQ " in row[column] or " IN (" in row[column] for row in newer["ValueLevel"][1:])


@both
def test_cells_are_texts_and_never_formulas(sdtm: Define, layout: Layout, tmp_path: Path) -> None:
    """The XML of the file has no formula and no link; a text that begins with = is a text."""
    path = tmp_path / "spec.xlsx"
    write_workbook(sheets_of(strange(sdtm), layout), path, NUMBERS)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheets = [etree.fromstring(parts[name]) for name in parts if name.startswith("xl/worksheets/")]
    kinds = {cell.get("t", "n") for sheet in sheets for cell in sheet.iter("{*}c")}
    assert kinds == {"s", "n"}
    assert not [found for sheet in sheets for found in sheet.iter("{*}f", "{*}hyperlink")]
    assert b"<t>=1+1</t>" in parts["xl/sharedStrings.xml"]


def test_the_same_document_gives_the_same_bytes(sdtm: Define, tmp_path: Path) -> None:
    """Written twice, byte for byte."""
    from clinmap.writers.workbook import workbook_bytes

    assert workbook_bytes(sheets_of(sdtm)) == workbook_bytes(sheets_of(sdtm))


def changed(sheets: Sheets, sheet: str, row: int, column: str, value: str) -> Sheets:
    """The sheets with another value in a cell."""
    sheets[sheet][row][sheets[sheet][0].index(column)] = value
    return sheets


def heading(layout: Layout) -> str:
    """What a layout calls the label of a variable."""
    return HEADINGS[layout].get((VARIABLES, "Label"), "Label")


@both
def test_a_changed_cell_counts(sdtm: Define, layout: Layout) -> None:
    """Also where the sheet More says what the cell held before."""
    define = strange(sdtm)
    sheets = changed(sheets_of(define, layout), "Variables", 1, "Origin", "Protocol")
    sheets = changed(sheets, "Variables", 1, heading(layout), "New")
    now = by_oid(define_of_sheets(sheets).define.items)[define.items[0].oid]
    assert now.label == "New"
    assert [origin.type for origin in now.origins] == ["Protocol"]
    assert now.aliases == define.items[0].aliases


@both
def test_a_row_that_is_taken_out_stays_out(sdtm: Define, layout: Layout) -> None:
    """The sheet More brings nothing back; the others keep their order."""
    define = strange(sdtm)
    sheets = sheets_of(define, layout)
    del sheets["Variables"][2]
    now = define_of_sheets(sheets).define
    gone = define.item_groups[0].refs[1]
    assert now.item_groups[0].refs == tuple(r for r in define.item_groups[0].refs if r != gone)


def test_a_new_row_stands_at_the_end(sdtm: Define) -> None:
    """A variable that somebody adds."""
    sheets = sheets_of(sdtm)
    head = sheets["Variables"][0]
    told = {"Dataset": "AE", "Variable": "AENEW", "Data Type": "text", "Length": "3"}
    sheets["Variables"].append([told.get(name, "") for name in head])
    group = define_of_sheets(sheets).define.item_group("AE")
    assert group is not None
    assert group.refs[-1].item_oid == "IT.AE.AENEW"
