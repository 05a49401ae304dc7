"""`clinmap diff`: what differs between two specifications, revisions or cuts of the data."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import STUDY_HELP, Parts, add_plugin, declare
from clinmap.app.exits import CLEAN, FINDINGS

if TYPE_CHECKING:
    from clinmap.app.planning.comparing import StudyDiff

FORMATS = ("text", "json", "html")
EXAMPLES = (
    "clinmap diff my-study@HEAD~1",
    "clinmap diff my-study@v1.0 my-study@v1.1",
    "clinmap diff old-study new-study --raw exports",
    "clinmap diff my-study --raw exports-of-june exports-of-july",
    "clinmap diff my-study@HEAD --format html --out changes.html",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(
        parts, "diff", run, COMMANDS["diff"], EXAMPLES,
        "exit codes: 0 no difference; 1 differences; 2 unusable.\n"
        "STUDY@REVISION is a study at a revision of git; without NEW it is compared with the files "
        "as they are.\nPackages are compared by `clinmap compare`.",
    )  # fmt: skip
    parser.add_argument("study", metavar="OLD", help=f"{STUDY_HELP}; or STUDY@REVISION")
    parser.add_argument("new", metavar="NEW", nargs="?", default="", help="the same, for the new")
    parser.add_argument(
        "--raw", dest="exports", nargs="+", type=Path, default=(), metavar="DIR",
        help="build what may change from this folder of raw exports and compare values; two "
        "folders: the old side from the first, the new from the second",
    )  # fmt: skip
    parser.add_argument(
        "--select", nargs="+", default=(), metavar="ITEM",
        help="with --raw: build and compare only these datasets (as in `clinmap build`)",
    )  # fmt: skip
    parser.add_argument("--format", choices=FORMATS, default="text", help="the form of the report")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the report there")
    add_plugin(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(arguments: argparse.Namespace) -> int:
    """Compare, report, and tell by the exit code."""
    from clinmap.app.planning.comparing import study_diff
    from clinmap.app.watch import Silence, progress

    raw = arguments.exports
    watch = progress(arguments.quiet) if raw else Silence()
    found = study_diff(arguments.study, arguments.new, raw, arguments.select, watch)
    report = _report(found, arguments.format)
    if arguments.out:
        from clinmap.app.commands.schema import write_text

        write_text(arguments.out, report)
    else:
        print(report, end="")
    return FINDINGS if found.differs else CLEAN


def _report(found: StudyDiff, form: str) -> str:
    from clinmap.app.places import study_places
    from clinmap.app.planning.diff_text import diff_json, diff_lines

    if form == "json":
        return diff_json(found)
    if form == "html":
        from clinmap.app.planning.diff_page import diff_page

        return diff_page(found)
    return "\n".join(diff_lines(found, study_places(found.new))) + "\n"
