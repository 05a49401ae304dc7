"""`clinmap results`: tables, listings and figures of a built package."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import STUDY_HELP, Parts, declare

EXAMPLES = (
    "clinmap results package",
    "clinmap results package --only T-P1-1 F-S7",
    "clinmap results package --raw exports",
    "clinmap results package --study my-study",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(
        parts, "results", run, COMMANDS["results"], EXAMPLES,
        "They are computed from the analysis datasets of the package, as results.yaml of the study "
        "asks, and written into its folder results, with a page results.html beside it.",
    )  # fmt: skip
    parser.add_argument("out", metavar="OUT", type=Path, help="a package that clinmap built")
    parser.add_argument("--study", default="", metavar="STUDY", help=f"{STUDY_HELP} "
                        "(default: the study that the package was built from)")  # fmt: skip
    parser.add_argument(
        "--only", nargs="+", default=(), metavar="ID", help="only these displays (T-P1-1)"
    )
    parser.add_argument("--raw", type=Path, metavar="DIR",
                        help="raw exports, to show raw values on the page")  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="no progress and no table")


def run(arguments: argparse.Namespace) -> int:
    """Compute and write the results."""
    from clinmap.app.results.making import make_results
    from clinmap.problems import InputError

    if arguments.raw is not None and not arguments.raw.is_dir():
        raise InputError("INP001", f"there is no folder of raw exports {arguments.raw}")
    return make_results(
        arguments.out, arguments.study, arguments.only, arguments.quiet, arguments.raw
    )
