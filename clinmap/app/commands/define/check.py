"""`clinmap define check`: is a define.xml sound in itself, and true of the data?"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from clinmap.app.commands.declaring import Parts, add_fail_on, declare
from clinmap.app.exits import findings_exit
from clinmap.problems import SpecificationError

FORMATS = ("text", "json", "sarif", "junit", "github", "html", "xlsx")
EXAMPLES = (
    "clinmap define check define.xml",
    "clinmap define check define.xml --data .",
    'clinmap define check define.xml --ct "SDTM Terminology.txt" --ct "ADaM Terminology.txt"',
    "clinmap define check define.xml --data datasets --format html --out audit.html",
    "clinmap define check define.xml --format sarif --fail-on warning > audit.sarif",
)
MORE = (
    "exit codes: 0 no finding at or above --fail-on; 1 findings; 2 the file cannot be used.\n"
    "`clinmap codes CODE` explains a code; docs/reference/define-audit.md has all of them."
)


def add(parts: Parts) -> None:
    """Declare the command."""
    words = "audit a define.xml, 2.0 or 2.1, against itself and against datasets"
    parser = declare(parts, "check", run, words, EXAMPLES, MORE)
    parser.add_argument("file", metavar="FILE", type=Path, help="the define.xml")
    parser.add_argument(
        "--data", type=Path, metavar="DIR",
        help="the folder of the datasets that it describes (XPT, Dataset-JSON, Parquet, SAS7BDAT)",
    )  # fmt: skip
    parser.add_argument(
        "--ct", type=Path, metavar="FILE", nargs="+", action="extend", default=[],
        help="terminology as NCI EVS publishes it (text, Excel, ODM-XML); else that of clinmap",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="the form of the report (default: text)"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the report there")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    add_fail_on(parser)


def run(arguments: argparse.Namespace) -> int:
    """Audit, report, and tell by the exit code."""
    from clinmap.app.define.auditing import Order, audit
    from clinmap.app.reports import report_bytes
    from clinmap.app.reports.writing import write_report
    from clinmap.app.watch import progress

    if arguments.format == "xlsx" and not arguments.out:
        raise SpecificationError(
            "SPC004", "a workbook cannot be printed", hint="Add --out audit.xlsx."
        )
    watch = progress(arguments.quiet or not arguments.data)
    report = audit(Order(arguments.file, arguments.ct, arguments.data), watch)
    content = report_bytes(report, arguments.format)
    if arguments.out:
        write_report(arguments.out, content)
        print(arguments.out, file=sys.stderr)
        print(f"{report.title}: {report.verdict}", file=sys.stderr)
    else:
        print(content.decode(), end="")
    return findings_exit(report.problems, arguments.fail_on)
