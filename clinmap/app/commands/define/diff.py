"""`clinmap define diff`: what differs in meaning between two define.xml."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.exits import CLEAN, FINDINGS

FORMATS = ("text", "json", "html")
EXAMPLES = (
    "clinmap define diff old/define.xml new/define.xml",
    "clinmap define diff old/define.xml new/define.xml --format html --out differences.html",
    "clinmap define diff define-2-0.xml define-2-1.xml --format json",
)
MORE = (
    "Compared by meaning: OIDs, the order of definitions and blanks in texts are no difference.\n"
    "Grouped by what must be done: data to change, more is allowed, derivations, standards and\n"
    "documents, wording, order.\n"
    "exit codes: 0 the same; 1 differences; 2 unusable."
)


def add(parts: Parts) -> None:
    """Declare the command."""
    words = "compare two define.xml, 2.0 or 2.1, by what they mean"
    parser = declare(parts, "diff", run, words, EXAMPLES, MORE)
    parser.add_argument("old", metavar="OLD", type=Path, help="the define.xml to compare with")
    parser.add_argument("new", metavar="NEW", type=Path, help="the define.xml that is compared")
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="the form of the report (default: text)"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the report there")


def run(arguments: argparse.Namespace) -> int:
    """Compare, report, and tell by the exit code."""
    from define.difference import report as reports
    from define.difference.compare import differences
    from define.document.read import read_define

    old, new = read_define(arguments.old), read_define(arguments.new)
    names = _names(arguments.old, arguments.new)
    report = reports.Report(old, new, names, differences(old, new))
    forms = {
        "text": reports.report_text,
        "json": reports.report_json,
        "html": reports.report_html,
    }
    written = forms[arguments.format](report)
    if arguments.out:
        from clinmap.app.commands.schema import write_text

        write_text(arguments.out, written)
    else:
        print(written, end="")
    return FINDINGS if report.differences else CLEAN


def _names(old: Path, new: Path) -> tuple[str, str]:
    """What the files are called, with their folder where both have one name."""
    if old.name != new.name:
        return old.name, new.name
    return str(old), str(new)
