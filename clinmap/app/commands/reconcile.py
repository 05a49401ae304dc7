"""`clinmap reconcile`: another export of the same raw tables, and what it makes a difference to."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, add_study, declare

FORMATS = ("text", "json")
EXAMPLES = (
    "clinmap reconcile my-study --raw exports",
    "clinmap reconcile my-study --raw exports --mirror odm --format json",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(
        parts, "reconcile", run, COMMANDS["reconcile"], EXAMPLES,
        "exit codes: 0 they say the same; 1 they differ; 2 unusable.\n"
        "The other exports are those under `mirrors` of raw.yaml. Rows meet by the mirror's key;\n"
        "then the SDTM datasets are built from both and compared.",
    )  # fmt: skip
    add_study(parser)
    parser.add_argument(
        "--raw", required=True, type=Path, metavar="DIR", help="the folder of raw exports"
    )
    parser.add_argument("--mirror", default="", metavar="NAME", help="only this mirror")
    parser.add_argument("--format", choices=FORMATS, default="text", help="the form of the report")


def run(arguments: argparse.Namespace) -> int:
    """Compare and tell by the exit code."""
    from clinmap.app.reconciling import run as reconcile

    return reconcile(arguments.study, arguments.raw, arguments.mirror, arguments.format)
