"""`clinmap define html`: a define.xml as one page that a reviewer reads in a browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.exits import CLEAN
from clinmap.problems import OutputError

EXAMPLES = (
    "clinmap define html define.xml",
    "clinmap define html define.xml --old ../package-of-june/define.xml -o review.html",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(
        parts, "html", run, "write a define.xml as one page for the browser", EXAMPLES,
        "The page needs no network and no other file. Links to documents and datasets are\n"
        "relative: they work where the page lies beside the define.xml.\n"
        "exit codes: 0 written; 2 unusable.",
    )  # fmt: skip
    parser.add_argument("define", metavar="DEFINE", type=Path, help="a define.xml, 2.0 or 2.1")
    parser.add_argument(
        "--old", metavar="OTHER", type=Path, help="mark what differs from this other version"
    )
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FILE",
        help="write the page there (default: beside the define.xml, ending in .html)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Read, write the page, say where it is."""
    from clinmap.app.commands.schema import write_text
    from define.difference.compare import differences
    from define.document.read import read_define
    from define.page.page import define_page

    out = arguments.out or arguments.define.with_suffix(".html")
    read = [path for path in (arguments.define, arguments.old) if path]
    if out.resolve() in [path.resolve() for path in read]:
        raise OutputError("OUT002", f"{out.name} is the file to be read", hint="Name another -o.")
    new, *old = [read_define(path) for path in read]
    found = differences(old[0], new) if old else ()
    write_text(out, define_page(new, found, arguments.old.name if old else ""))
    return CLEAN
