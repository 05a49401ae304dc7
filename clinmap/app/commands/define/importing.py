"""`clinmap define import`: a define.xml or an Excel specification as a specification of ours."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from clinmap.app.commands.declaring import Parts, add_fail_on, declare
from clinmap.app.exits import findings_exit

EXAMPLES = (
    "clinmap define import define.xml --out my-study",
    "clinmap define import sdtm/define.xml adam/define.xml --out my-study --study ABC-101",
    "clinmap define import spec.xlsx --out my-study",
)
MORE = (
    "What only a person can say stands as `todo` in the files: `clinmap check` lists each, and\n"
    "`clinmap build` refuses the study until all are written. A workbook that `clinmap define\n"
    "excel` wrote of a study gives the study back, with the changes of its sheets.\n"
    "exit codes: 0 written; 1 written, with findings at or above --fail-on; 2 unusable."
)
_SHOWN = 40


def add(parts: Parts) -> None:
    """Declare the command."""
    words = "make a specification of a define.xml or an Excel specification"
    parser = declare(parts, "import", run, words, EXAMPLES, MORE)
    parser.add_argument(
        "files", metavar="FILE", type=Path, nargs="+",
        help="a define.xml or a workbook (.xlsx, .xls, .ods); several make one study",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR", required=True, help="the folder to write: new, or empty"
    )
    parser.add_argument("--study", default="", metavar="NAME", help="another study identifier")
    add_fail_on(parser)


def run(arguments: argparse.Namespace) -> int:
    """Import, list what was found, and say what is next."""
    from clinmap.app.console import print_problems
    from clinmap.app.define.importing import ImportOrder, import_files
    from clinmap.app.places import Places, openable

    order = ImportOrder(arguments.files, arguments.out, arguments.study)
    made = import_files(order)
    print_problems(made.problems[:_SHOWN], Places((arguments.out,)))
    if len(made.problems) > _SHOWN:
        print(f"… and {len(made.problems) - _SHOWN} more", file=sys.stderr)
    folder = openable(arguments.out / made.study)
    print(f"{len(made.files)} files in {openable(arguments.out)}")
    print(f"Next: clinmap check {folder}")
    return findings_exit(made.problems, arguments.fail_on)
