"""`clinmap plan`: what a build would do, without doing it."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, add_select, add_study, declare
from clinmap.app.exits import CLEAN, FINDINGS

FORMATS = ("text", "json", "dot")
EXAMPLES = (
    "clinmap plan my-study",
    "clinmap plan my-study --raw exports --out package",
    "clinmap plan my-study --select +ADAE",
    "clinmap plan my-study --raw exports --out package --select state:changed",
    "clinmap plan my-study --format dot | dot -Tsvg -o plan.svg",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(
        parts, "plan", run, COMMANDS["plan"], EXAMPLES,
        "exit codes: 0 all files are there; 1 a raw file is missing; 2 unusable.",
    )  # fmt: skip
    add_study(parser)
    parser.add_argument("--raw", type=Path, metavar="DIR", help="the folder of raw exports")
    parser.add_argument(
        "--out", type=Path, metavar="DIR",
        help="the package that a build would write: what has changed since it was made is told",
    )  # fmt: skip
    add_select(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="the form of the answer")


def run(arguments: argparse.Namespace) -> int:
    """Print the outline."""
    from clinmap.app.planning.outline import outline
    from clinmap.app.planning.outline_text import outline_dot, outline_json, outline_lines
    from clinmap.app.planning.states import states_beside
    from clinmap.app.registry import registry
    from mappings.compile import compile_study

    plan = compile_study(arguments.study, registry()).plan
    states = states_beside(plan, arguments.raw, arguments.state, arguments.out)
    found = outline(plan, arguments.raw, arguments.select, states)
    forms = {"json": outline_json, "dot": outline_dot}
    if arguments.format in forms:
        print(forms[arguments.format](found), end="")
    else:
        print("\n".join(outline_lines(found)))
    return FINDINGS if found.missing else CLEAN
