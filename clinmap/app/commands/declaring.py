"""How a subcommand is declared: its help, its examples, and arguments that several have."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from clinmap.app.exits import FAIL_ON

Parts = Any  # argparse keeps the type of its collection of subparsers to itself
Run = Callable[[argparse.Namespace], int]
STUDY_HELP = "a folder with study.yaml, or the name of a shipped study; a folder wins"


def declare(
    parts: Parts, name: str, run: Run, help_: str, examples: Sequence[str], more: str = ""
) -> argparse.ArgumentParser:
    """A subcommand with its help and examples; `run` is what it does."""
    listed = "\n".join(f"  {example}" for example in examples)
    made: argparse.ArgumentParser = parts.add_parser(
        name,
        help=help_,
        description=help_[0].upper() + help_[1:] + ("." if not help_.endswith(".") else ""),
        epilog=f"{more}\n\nexamples:\n{listed}".lstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(run=run)
    return made


def add_study(parser: argparse.ArgumentParser) -> None:
    """The study to work on."""
    parser.add_argument("study", metavar="STUDY", help=STUDY_HELP)


def add_fail_on(parser: argparse.ArgumentParser) -> None:
    """Which findings make the exit code 1."""
    parser.add_argument(
        "--fail-on",
        choices=FAIL_ON,
        default="error",
        help="unexplained findings from this severity on make the exit code 1 (default: error)",
    )
