"""`clinmap define …`: what is done with a define.xml, ours or anybody's."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Protocol

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts
from clinmap.app.commands.define import check, diff, excel, html, importing
from clinmap.app.exits import UNUSABLE


class Command(Protocol):
    """A module of the group."""

    @property
    def EXAMPLES(self) -> Sequence[str]:  # noqa: N802 - the name of a constant of the module
        """Command lines to copy."""

    def add(self, parts: Parts) -> None:
        """Declare the command."""


GROUP: tuple[Command, ...] = (check, diff, html, excel, importing)
"""The commands of the group, in the order of the help."""


def add(parts: Parts) -> None:
    """Declare the group and its commands."""
    words = COMMANDS["define"]
    examples = "\n".join(f"  {command.EXAMPLES[0]}" for command in GROUP)
    group: argparse.ArgumentParser = parts.add_parser(
        "define",
        help=words,
        description=f"{words.capitalize()}.",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    inner = group.add_subparsers(title="commands", metavar="COMMAND")
    for command in GROUP:
        command.add(inner)

    def show_help(_: argparse.Namespace) -> int:
        group.print_help()
        return UNUSABLE

    group.set_defaults(run=show_help)
