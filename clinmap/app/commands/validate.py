"""`clinmap validate`: any folder of SDTM or ADaM datasets, whoever made them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, add_fail_on, declare
from clinmap.app.exits import findings_exit
from clinmap.app.validating.orders import ValidationOrder
from clinmap.problems import SpecificationError

FORMATS = ("text", "json", "sarif", "junit", "github", "html", "xlsx")
EXAMPLES = (
    "clinmap validate datasets",
    "clinmap validate adam --sdtm sdtm --define adam/define.xml sdtm/define.xml",
    "clinmap validate datasets --format html --output report.html",
    "clinmap validate datasets --expected problems.yaml --previous january.json",
    "clinmap validate datasets --select AE DM --format json --output february.json",
)
MORE = (
    "DIR may be a package of clinmap, or any folder of XPT, Dataset-JSON, NDJSON, Parquet or\n"
    "SAS7BDAT files. The forms json, html and xlsx hold the records of the findings, with\n"
    "subjects; the others name rows only.\n"
    "exit codes: 0 no finding at or above --fail-on; 1 findings; 2 nothing could be validated.\n"
    "`clinmap codes CODE` explains a rule; docs/validate.md explains the reports."
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(parts, "validate", run, COMMANDS["validate"], EXAMPLES, MORE)
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder of the datasets")
    parser.add_argument("--sdtm", type=Path, metavar="DIR",
                        help="the tabulations that analysis datasets were made from")  # fmt: skip
    parser.add_argument("--define", type=Path, metavar="FILE", nargs="+", action="extend",
                        default=[], help="define.xml: its keys count, and it is audited with the "
                        "data")  # fmt: skip
    parser.add_argument("--ct", metavar="DATE|FILE", nargs="+", action="extend", default=[],
                        help="terminology of NCI EVS; else that of clinmap")  # fmt: skip
    parser.add_argument("--expected", type=Path, metavar="FILE",
                        help="findings explained, in the form of problems.yaml")  # fmt: skip
    parser.add_argument("--previous", type=Path, metavar="FILE",
                        help="a former report as JSON: tell what is new, what gone")  # fmt: skip
    parser.add_argument("--select", metavar="DATASET", nargs="+", action="extend", default=[],
                        help="report on these datasets only; all are read")  # fmt: skip
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="the form of the report (default: text)")  # fmt: skip
    parser.add_argument("--output", "--out", type=Path, metavar="FILE",
                        help="write the report there")  # fmt: skip
    parser.add_argument("--as-of", default="", metavar="DATE",
                        help="the date that the report bears (default: none)")  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    add_fail_on(parser)


def run(arguments: argparse.Namespace) -> int:
    """Validate, report, and tell by the exit code."""
    from clinmap.app.reports.writing import write_report
    from clinmap.app.validating.forms import validation_bytes
    from clinmap.app.validating.validating import validate_folder
    from clinmap.app.watch import progress

    if arguments.format == "xlsx" and not arguments.output:
        raise SpecificationError(
            "SPC004", "a workbook cannot be printed", hint="Add --output report.xlsx."
        )
    report = validate_folder(_order(arguments), progress(arguments.quiet))
    content = validation_bytes(report, arguments.format)
    if arguments.output:
        write_report(arguments.output, content)
        print(arguments.output, file=sys.stderr)
        since = f"; {report.trend.total.said}" if report.trend else ""
        print(f"{report.title}: {report.verdict}{since}", file=sys.stderr)
    else:
        print(content.decode(), end="")
    return findings_exit(report.problems, arguments.fail_on)


def _order(arguments: argparse.Namespace) -> ValidationOrder:
    return ValidationOrder(
        arguments.folder,
        arguments.sdtm,
        arguments.define,
        arguments.ct,
        arguments.expected,
        arguments.previous,
        arguments.select,
        arguments.as_of,
        arguments.fail_on,
    )
