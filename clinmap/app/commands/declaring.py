"""How a subcommand is declared: its help, its examples, and arguments that several have."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
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
    add_plugin(parser)


def add_plugin(parser: argparse.ArgumentParser) -> None:
    """Which plug-ins to load; `clinmap.app.command_line` does."""
    parser.add_argument(
        "--plugin",
        metavar="NAME",
        action="append",
        default=[],
        help="load the operations of this plug-in, an installed one or a module; none is otherwise",
    )


def add_select(parser: argparse.ArgumentParser) -> None:
    """Which datasets are meant, and beside which package `state:` asks."""
    parser.add_argument(
        "--select",
        nargs="+",
        default=(),
        metavar="ITEM",
        help="only these datasets: AE, sdtm, adam, findings, AD%%, state:changed; AE+ with what is "
        "made from it, +AE with what it is made from, A/B in both, A-B without",
    )
    parser.add_argument(
        "--state",
        type=Path,
        metavar="PACKAGE",
        help="the package that state:changed, state:new and state:failed compare with "
        "(default: the one at --out)",
    )


def add_fail_on(parser: argparse.ArgumentParser) -> None:
    """Which findings make the exit code 1."""
    parser.add_argument(
        "--fail-on",
        choices=FAIL_ON,
        default="error",
        help="unexplained findings from this severity on make the exit code 1 (default: error)",
    )
