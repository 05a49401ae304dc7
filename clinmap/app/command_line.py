"""The command line: its arguments, and what becomes of errors.

Nothing heavy is imported here or in `clinmap.app.commands`: `clinmap --help` and `clinmap check`
start without pandas, pyarrow, pandera and pyreadstat.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from clinmap.app import commands
from clinmap.app.console import print_errors
from clinmap.app.exits import FAULT, INTERRUPTED, PIPE_CLOSED, UNUSABLE
from clinmap.app.places import Places, study_places
from clinmap.app.registry import ask_for_plugins
from clinmap.app.versions import strangers, version_text
from clinmap.problems import ClinmapError

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
    arguments = parser().parse_args(argv)
    if arguments.version:
        print(version_text())
        return 0
    if not hasattr(arguments, "run"):
        parser().print_help()
        return UNUSABLE
    ask_for_plugins(getattr(arguments, "plugin", ()))
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except ClinmapError as error:
        print_errors(error, _places(arguments))
        return UNUSABLE
    except KeyboardInterrupt:
        print("\nclinmap: interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:
        return _fault(error, arguments.debug)
    return code


def parser() -> argparse.ArgumentParser:
    """The parser of the command line, with a subcommand for each module of `commands`."""
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
    parts = made.add_subparsers(title="commands", metavar="COMMAND")
    for command in commands.COMMANDS:
        command.add(parts)
    return made


def _places(arguments: argparse.Namespace) -> Places:
    """Where the files that an error names may stand."""
    study, raw = getattr(arguments, "study", None), getattr(arguments, "raw", None)
    return study_places(study or "", [Path(raw)] if raw else [])


def _fault(error: Exception, debug: bool) -> int:
    """Say that it is our fault, without the exception's text, which may quote data."""
    print(
        f"clinmap: internal error ({type(error).__name__}). This is a fault of clinmap, not of "
        "your study; nothing was written.",
        file=sys.stderr,
    )
    for line in strangers():
        print(line, file=sys.stderr)
    if debug:
        traceback.print_exception(error)
        return FAULT
    with tempfile.NamedTemporaryFile(
        "w", prefix="clinmap-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.writelines([version_text(), "\n", *traceback.format_exception(error)])
    print(
        f"Please report it with {file.name} (look through it first: it may quote data), or run "
        "again with `clinmap --debug …`.",
        file=sys.stderr,
    )
    return FAULT
