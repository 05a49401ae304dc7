"""`clinmap docs`: the reference pages that are made from the code."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.commands.schema import write_text
from clinmap.app.exits import CLEAN
from clinmap.app.reference_pages import reference_pages

EXAMPLES = ("clinmap docs --out docs/reference",)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(
        parts, "docs", run, "write the reference pages of operations and codes", EXAMPLES
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to write them"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the pages."""
    for name, text in reference_pages().items():
        write_text(arguments.out / name, text)
    return CLEAN
