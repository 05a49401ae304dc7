"""`clinmap define excel`: a define.xml as a workbook that people read and fill in."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.exits import CLEAN

EXAMPLES = (
    "clinmap define excel define.xml -o spec.xlsx",
    "clinmap define excel define.xml -o spec.xlsx --layout where-clauses",
    "clinmap define excel my-study --package package -o spec.xlsx",
)
MORE = (
    "Layouts: `textual` writes where clauses as text beside the values (the newer one of\n"
    "Pinnacle 21), `where-clauses` has them on a sheet of their own (the older one).\n"
    "`clinmap define import` takes the workbook back; nothing is lost on the way.\n"
    "exit codes: 0 written; 2 unusable."
)


def add(parts: Parts) -> None:
    """Declare the command."""
    words = "write a define.xml as an Excel specification"
    parser = declare(parts, "excel", run, words, EXAMPLES, MORE)
    parser.add_argument(
        "source", metavar="SOURCE", help="a define.xml, 2.0 or 2.1; with --package, a study"
    )
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FILE", required=True,
        help="the workbook (.xlsx); a study with SDTM and ADaM gives FILE-sdtm and FILE-adam",
    )  # fmt: skip
    parser.add_argument(
        "--layout", choices=("where-clauses", "textual"), default="textual",
        help="how the sheets are laid out (default: textual)",
    )  # fmt: skip
    parser.add_argument(
        "--package", type=Path, metavar="DIR",
        help="the package that `clinmap build` wrote of the study SOURCE",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Write, and say where."""
    from clinmap.app.define.excel import ExcelOrder, write_excel

    order = ExcelOrder(arguments.source, arguments.out, arguments.layout, arguments.package)
    for path in write_excel(order):
        print(path)
    return CLEAN
