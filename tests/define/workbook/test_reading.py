"""Workbooks as people make them: tolerant of names, exact about what is wrong."""

from __future__ import annotations

import pytest

from clinmap.problems import InputError
from define.document.model import Comment
from define.workbook.imports import TakenDefine, define_of_sheets

Grid = list[list[str]]


def small(**more: Grid) -> dict[str, Grid]:
    """A small workbook without any OID, as a person writes it."""
    sheets: dict[str, Grid] = {
        "Study": [["Attribute", "Value"], ["StudyName", "ABC"], ["StandardName", "SDTMIG"],
                  ["StandardVersion", "3.4"]],
        "datasets ": [["DATASET", "description", "Class", "Key Variables", "Colour"],
                      ["LB", "Laboratory", "FINDINGS", "STUDYID LBTESTCD", "red"]],
        "Variables": [["dataset", "Variable name", "label", "type", "LENGTH", "Codelist", "Origin",
                       "Comment"],
                      ["LB", "STUDYID", "Study", "text", "3", "", "Assigned", "As it is called."],
                      ["LB", "LBTESTCD", "Test", "text", "8", "TESTS", "Assigned", ""],
                      ["LB", "LBORRES", "Result", "TEXT", "8", "", "Collected", ""]],
        "Value Level": [["Dataset", "Variable", "Where Clause", "Data Type"],
                        ["LB", "LBORRES", "LBTESTCD EQ GLUC", "float"]],
        "Codelists": [["ID", "Name", "Term", "Decoded Value"],
                      ["TESTS", "Tests", "GLUC", "Glucose"]],
    }  # fmt: skip
    return {**sheets, **more}


def found(taken: TakenDefine, code: str) -> list[str]:
    """Sheet, row, column and message of the findings with a code."""
    return [f"{p.location}: {p.message} {p.hint}" for p in taken.problems if p.code == code]


def test_names_of_sheets_and_columns_may_be_written_otherwise() -> None:
    """Case, blanks, and the other names that columns go by."""
    define = define_of_sheets(small()).define
    group = define.item_groups[0]
    assert (group.label, group.cls) == ("Laboratory", "FINDINGS")
    assert [ref.key_sequence for ref in group.refs] == [1, 2, None]
    assert [item.data_type for item in define.items] == ["text", "text", "text", "float"]
    assert define.where_clauses[0].checks[0].values == ("GLUC",)
    assert define.study.name == "ABC"
    assert define.version == "2.0.0"


def test_a_sentence_becomes_a_comment() -> None:
    """Where a sheet has no ID for it."""
    assert define_of_sheets(small()).define.comments == (
        Comment("COM.LB.STUDYID", "As it is called."),
    )


def test_what_is_not_known_is_listed() -> None:
    """A column and a sheet that no layout has."""
    taken = define_of_sheets(small(Colours=[["x"]]), "a.xlsx")
    assert found(taken, "WBK002")[0].startswith("a.xlsx, sheet Colours: the sheet 'Colours'")
    assert "a.xlsx, sheet Datasets:1: Datasets: the column 'Colour'" in found(taken, "WBK003")[0]


def test_a_cell_that_cannot_be_used_is_named() -> None:
    """Sheet, row, column, what is wrong, and a near match."""
    sheets = small()
    sheets["Variables"][2][3:6] = ["tekst", "eight", "TEST"]
    taken = define_of_sheets(sheets, "a.xlsx")
    wrong = found(taken, "WBK004")
    assert wrong[0].startswith("a.xlsx, sheet Variables:3: Variables, Data Type: 'tekst'")
    assert "text" in wrong[0].partition("Did you mean")[2]
    assert "'eight' is no whole number" in wrong[1]
    assert "Did you mean TESTS?" in found(taken, "WBK005")[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["LB", "LBORES", "LBTESTCD EQ GLUC", "text"], "Did you mean LBORRES?"),
        (["LB", "LBORRES", "LBTESTC EQ GLUC", "text"], "Did you mean LBTESTCD?"),
        (["LB", "LBORRES", "GLUC", "text"], "VARIABLE EQ VALUE"),
        (["LB", "LBORRES", "", "text"], "the cell is empty"),
    ],
)
def test_values_that_hang_in_the_air_are_named(row: list[str], said: str) -> None:
    """A variable that there is not, and a where clause that is none."""
    sheets = small()
    sheets["Value Level"].append(row)
    taken = define_of_sheets(sheets)
    assert [text for text in (*found(taken, "WBK004"), *found(taken, "WBK005")) if said in text]


def test_what_stands_twice_is_listed() -> None:
    """A dataset, a variable and a term."""
    sheets = small()
    for name in ("datasets ", "Variables", "Codelists"):
        sheets[name].append(list(sheets[name][1]))
    taken = define_of_sheets(sheets)
    assert len(found(taken, "WBK006")) == 3
    assert len(taken.define.items) == 4


def test_a_version_that_there_is_not_is_listed() -> None:
    """The sheets themselves tell which one is meant."""
    sheets = small()
    sheets["Study"].append(["DefineVersion", "3"])
    taken = define_of_sheets(sheets)
    assert taken.define.version == "2.0.0"
    assert "Write 2.1.0 or 2.0.0." in found(taken, "WBK004")[0]


def test_keys_that_are_no_variables_are_listed() -> None:
    """Also a dataset that no row describes."""
    sheets = small()
    sheets["datasets "][1][3] = "STUDYID, LBSEQ"
    sheets["Variables"].append(["DM", "AGE", "", "", "", "", "", ""])
    messages = found(define_of_sheets(sheets), "WBK005")
    assert any("LB has no variable 'LBSEQ'" in text for text in messages)
    assert any("the sheet Datasets has no 'DM'" in text for text in messages)


@pytest.mark.parametrize("name", ["datasets ", "Variables"])
def test_a_workbook_without_what_it_needs_is_refused(name: str) -> None:
    """The message names the sheet and those that there are."""
    sheets = small()
    sheets["Sheet1"] = sheets.pop(name)
    with pytest.raises(InputError, match="no Excel specification") as caught:
        define_of_sheets(sheets, "a.xlsx")
    assert caught.value.code == "WBK001"
    assert "Sheet1" in caught.value.hint


def test_a_sheet_without_its_first_column_is_refused() -> None:
    """The message names the column and a near one."""
    sheets = small()
    sheets["Variables"][0][1] = "Varable"
    with pytest.raises(InputError, match="no column Variable") as caught:
        define_of_sheets(sheets, "a.xlsx")
    assert "Varable" in caught.value.hint


def test_sheets_of_one_row_or_none_are_empty() -> None:
    """Only the names of columns, or nothing at all."""
    sheets: dict[str, Grid] = {"Datasets": [["Dataset"]], "Variables": [["Dataset", "Variable"]],
                               "Methods": [], "Codelists": [[""]]}  # fmt: skip
    taken = define_of_sheets(sheets)
    assert taken.define.item_groups == ()
    assert not taken.problems


@pytest.mark.parametrize(
    "row",
    [
        ["nonsense", "label", '""', '"x"'],
        ["|items|IT.LB.LBORRES", "label", '"Result"', "{not json"],
        ["|items|IT.LB.LBORRES", "label", '"Result"', "[1]"],
        ["|items|IT.LB.LBORRES", "nothing", '"Result"', '"x"'],
        ["|items", "order of", "[1]", "{}"],
        ["|items|NEW", "whole", "", '{"oid": "NEW"}'],
        ["|strange|NEW", "whole", "", '{"oid": "NEW"}'],
        ["|items|NEW", "whole", "", "[" * 5000],
    ],
)
def test_more_that_somebody_spoilt_is_left_out(row: list[str]) -> None:
    """Never a traceback: what is no JSON, or of no field, is listed or has no effect."""
    head = ["Part", "Field", "In the sheets", "In the define.xml"]
    plain = define_of_sheets(small()).define
    taken = define_of_sheets(small(More=[head, row]))
    assert taken.define == plain
    assert row[0] == "nonsense" or found(taken, "WBK004")
