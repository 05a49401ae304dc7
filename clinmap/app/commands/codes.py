"""`clinmap codes`: what the codes of findings mean, and how to mend what they say."""

from __future__ import annotations

import argparse

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.console import print_table
from clinmap.app.exits import CLEAN
from clinmap.codes import CODES, find_code
from clinmap.problems import SpecificationError, near_match

EXAMPLES = ("clinmap codes", "clinmap codes TRM001")


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(parts, "codes", run, COMMANDS["codes"], EXAMPLES)
    parser.add_argument("code", metavar="CODE", nargs="?", help="explain this code")


def run(arguments: argparse.Namespace) -> int:
    """List the codes, or explain one."""
    if not arguments.code:
        print_table(("code", "severity", "meaning"), [(c.id, c.severity, c.title) for c in CODES])
        return CLEAN
    code = find_code(arguments.code.upper())
    if code is None:
        hint = near_match(arguments.code, [known.id for known in CODES])
        raise SpecificationError("SPC021", f"there is no code {arguments.code}", hint=hint)
    print(f"{code.id} ({code.severity}): {code.title}\n{code.fix}")
    if code.reference:
        print(f"See {code.reference}.")
    return CLEAN
