"""Running the command that was asked for, and what becomes of errors."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.exits import FAULT, INTERRUPTED, PIPE_CLOSED, UNUSABLE
from clinmap.app.plugins import ask_for_plugins
from clinmap.app.versions import strangers, version_text
from clinmap.problems import ClinmapError

if TYPE_CHECKING:
    from clinmap.app.places import Places


def run_command(arguments: argparse.Namespace) -> int:
    """Run the command of parsed arguments and give the exit code."""
    ask_for_plugins(getattr(arguments, "plugin", ()))
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except ClinmapError as error:
        from clinmap.app.console import print_errors

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


def _places(arguments: argparse.Namespace) -> Places:
    """Where the files that an error names may stand."""
    from clinmap.app.places import study_places

    study, raw = getattr(arguments, "study", None), getattr(arguments, "raw", None)
    return study_places(study or "", [Path(raw)] if raw else [])


def _fault(error: Exception, debug: bool) -> int:
    """Say that it is our fault, without the exception's text, which may quote data."""
    import tempfile
    import traceback

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
