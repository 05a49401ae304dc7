"""`clinmap init`: a starting specification from raw exports."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.exits import CLEAN

if TYPE_CHECKING:
    from clinmap.app.starting.started import Started

EXAMPLES = (
    "clinmap init exports --out my-study",
    "clinmap init exports --out my-study --study ABC-101 --odm metadata.xml",
    "clinmap init export.xml --out my-study",
)
MORE = (
    "Looks at every table and column of the exports, and proposes a domain, variables, codelists\n"
    "and date formats, each with a score and the reasons. The study that it writes passes\n"
    "`clinmap check`, which lists what is still to be decided (SPC029). Read proposals.html.\n"
    "exit codes: 0 written; 2 unusable."
)
_SHOWN = 12


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(parts, "init", run, COMMANDS["init"], EXAMPLES, MORE)
    parser.add_argument(
        "raw", metavar="RAW", type=Path,
        help="the folder of raw exports (csv, xlsx, xpt, sas7bdat, parquet, Dataset-JSON, "
        "ODM-XML), or one ODM-XML file",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR", required=True, help="the folder to write: new, or empty"
    )
    parser.add_argument("--study", default="", metavar="ID", help="the study identifier (STUDYID)")
    parser.add_argument(
        "--odm", type=Path, metavar="FILE",
        help="an ODM-XML file whose metadata (labels, SDTM names, code lists) describe the tables",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Propose and write, show the tables, and say what is next."""
    from clinmap.app.places import openable
    from clinmap.app.starting.making import start_study
    from clinmap.app.starting.started import StartOrder

    order = StartOrder(arguments.raw, arguments.out, arguments.study, arguments.odm)
    started = start_study(order)
    _print_tables(started)
    for one in started.left_out[:_SHOWN]:
        print(f"not taken: {one.path}: {one.reason}", file=sys.stderr)
    if len(started.left_out) > _SHOWN:
        more = len(started.left_out) - _SHOWN
        print(f"… and {more} more, listed in proposals.html", file=sys.stderr)
    folder = openable(arguments.out)
    print(f"\n{len(started.files)} files in {folder}; read {folder}/proposals.html first")
    print(f"Next: clinmap check {folder}")
    return CLEAN


def _print_tables(started: Started) -> None:
    """A line for each table: its domain, and how many columns are in which state."""
    from clinmap.app.console import print_table

    rows = []
    for table in started.study.tables:
        states = [column.state for column in table.columns]
        counts = [str(states.count(s)) for s in ("mapped", "asked", "explained", "open")]
        score = f"{table.score:.2f}" if table.domain else ""
        rows.append((table.name, table.domain or "?", score, str(table.profile.rows), *counts))
    head = ("raw table", "domain", "score", "rows", "mapped", "to decide", "left out", "not known")
    print_table(head, rows, {2, 3, 4, 5, 6, 7})
