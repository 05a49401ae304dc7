"""The command line: its arguments, and the command that they ask for.

Nothing more is imported here than reading the arguments needs: `clinmap --help` starts without
pandas, pyarrow, pandera, pyreadstat and pydantic, and without the commands themselves.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from clinmap.app.commands import add_commands
from clinmap.app.versions import version_text

DESCRIPTION = """\
From raw clinical-study exports to SDTM, ADaM and define.xml, every value traceable to the raw cell
that it came from. One declarative specification drives all of it."""
EPILOG = """\
exit codes: 0 clean; 1 unexplained findings at or above --fail-on; 2 the specification or an input
is unusable; 3 a fault of clinmap; 130 interrupted.

examples:
  clinmap demo --out demo-output
  clinmap check my-study
  clinmap build my-study --raw exports --out package
  clinmap trace package AE --where "AESEQ == 3" --variable AESTDTC"""


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code."""
    words = sys.argv[1:] if argv is None else argv
    made = parser(words)
    arguments = made.parse_args(words)
    if arguments.version:
        print(version_text())
        return 0
    if not hasattr(arguments, "run"):
        made.print_help()
        return 2
    from clinmap.app.running import run_command

    return run_command(arguments)


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of a command line; of the subcommands, only the one in `words` has arguments.

    The first word that is no option is the subcommand: no option before it takes a value.
    """
    made = argparse.ArgumentParser(
        "clinmap",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="store_true", help="print the version and stop")
    made.add_argument(
        "--debug", action="store_true", help="show the traceback where clinmap itself is at fault"
    )
    asked = next((word for word in words if not word.startswith("-")), "")
    add_commands(made.add_subparsers(title="commands", metavar="COMMAND"), asked)
    return made
