"""`clinmap docs`: the reference pages that are made from the code."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.commands.schema import write_text
from clinmap.app.exits import CLEAN

EXAMPLES = ("clinmap docs --out docs/reference",)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(parts, "docs", run, COMMANDS["docs"], EXAMPLES)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to write them"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the pages."""
    from clinmap.app.reference_pages import reference_pages

    for name, text in reference_pages().items():
        write_text(arguments.out / name, text)
    return CLEAN
