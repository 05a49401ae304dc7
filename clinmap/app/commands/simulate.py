"""`clinmap simulate`: synthetic raw exports of a shipped study."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.console import print_table
from clinmap.app.exits import CLEAN

STUDIES = ("n2011-04",)
SUBJECTS = 30
SEED = 20130204
EXAMPLES = (
    "clinmap simulate n2011-04 --out exports",
    "clinmap simulate n2011-04 --subjects 3000 --seed 7 --out exports",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(parts, "simulate", run, COMMANDS["simulate"], EXAMPLES)
    parser.add_argument("study", metavar="STUDY", choices=STUDIES, help="n2011-04")
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR",
        help="the folder to write: new, empty, or one that an earlier simulation wrote",
    )  # fmt: skip
    add_cast(parser)
    parser.add_argument(
        "--odm", action="store_true", default=None,
        help="write the forms as ODM-XML too, also for more than 200 subjects",
    )  # fmt: skip


def add_cast(parser: argparse.ArgumentParser) -> None:
    """How many subjects, and which of all possible ones."""
    parser.add_argument(
        "--subjects", type=_positive, default=SUBJECTS, metavar="N", help=f"default: {SUBJECTS}"
    )
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help=f"default: {SEED}")


def run(arguments: argparse.Namespace) -> int:
    """Write the exports and say what was written."""
    from clinmap.app.simulating import simulate_into

    counts = simulate_into(arguments.out, arguments.subjects, arguments.seed, arguments.odm)
    print_table(("file", "rows"), [(name, f"{n:,}") for name, n in sorted(counts.items())], {1})
    print(f"\nSynthetic data in {arguments.out}")
    return CLEAN


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
