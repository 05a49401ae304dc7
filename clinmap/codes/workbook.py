"""The codes of Excel specifications: WBK."""

from __future__ import annotations

from clinmap.codes.code import ERROR, NOTE, WARNING, Code

# fmt: off
WORKBOOK_CODES: tuple[Code, ...] = (
    Code("WBK001", ERROR, "a workbook is no Excel specification",
         "Give a workbook with the sheets Datasets and Variables, and the columns named on top."),
    Code("WBK002", NOTE, "a workbook has a sheet that is not known; it is left out",
         "Nothing, if the sheet is for people only; else correct its name."),
    Code("WBK003", NOTE, "a sheet has a column that is not known; it is left out",
         "Nothing, if the column is for people only; else correct its name."),
    Code("WBK004", ERROR, "a cell of an Excel specification cannot be used",
         "Correct the cell."),
    Code("WBK005", ERROR, "a cell names what no sheet has",
         "Correct the name, or add what it names."),
    Code("WBK006", ERROR, "a sheet says something twice",
         "Keep one of the rows."),
    Code("WBK007", ERROR, "a cell holds an error such as #REF!",
         "Have the formula corrected in the workbook."),
    Code("WBK008", WARNING, "a sheet says other than the specification in the same workbook",
         "Change the specification where the message says, or the sheet."),
    Code("WBK009", NOTE, "a change of a sheet was made in the specification",
         "Nothing; look at the line."),
    Code("WBK010", WARNING, "the specification language cannot take something over",
         "Look at the comment in the file, and write by hand what is wanted."),
)
# fmt: on
"""In the order of the docs."""
