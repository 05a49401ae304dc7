"""`clinmap check`: is the specification right, before any data is read?"""

from __future__ import annotations

import argparse
import sys
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import STUDY_HELP, Parts, add_fail_on, add_plugin, declare
from clinmap.app.exits import CLEAN, UNUSABLE, findings_exit
from clinmap.problems import Problem, SpecificationError
from mappings.shipped import shipped_studies

if TYPE_CHECKING:
    from clinmap.app.checking.checked import Checked
    from clinmap.app.places import Places
    from clinmap.app.reports.report import Report
    from clinmap.plan import DatasetPlan

FORMATS = ("text", "json", "sarif", "junit", "github", "html", "xlsx")
MANY = ("text", "github")
"""The forms in which several studies may follow one another."""
EXAMPLES = (
    "clinmap check my-study",
    "clinmap check my-study --fix --diff      # show what --fix would write",
    "clinmap check my-study --show-explained --fail-on warning",
    "clinmap check my-study --format github --report check.sarif --report check.xml",
)
MORE = (
    "Reports have the form that the file's name tells: .json, .sarif, .xml (JUnit), .html, .xlsx,\n"
    ".txt.\n"
    "exit codes: 0 no unexplained finding at or above --fail-on; 1 findings; 2 the specification\n"
    "cannot be used. docs/reference/rules.md has all rules, docs/ci.md an example for CI."
)


def add(parts: Parts) -> None:
    """Declare the command."""
    more = f"shipped studies: {', '.join(shipped_studies()) or 'none'}\n{MORE}"
    parser = declare(parts, "check", run, COMMANDS["check"], EXAMPLES, more)
    parser.add_argument("study", metavar="STUDY", nargs="?", default="", help=STUDY_HELP)
    add_plugin(parser)
    parser.add_argument(
        "--changed", metavar="FILE", nargs="+", default=[],
        help="in place of STUDY: the studies below this folder that these files belong to",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how to print (default: text)"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", action="append", default=[],
        help="write a report there, too; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--show-explained", action="store_true", help="list what the study explains, with reasons"
    )
    parser.add_argument("--fix", action="store_true", help="write the fixes that are certain")
    parser.add_argument(
        "--diff",
        action="store_true",
        help="with --fix: show what it would write, and write nothing",
    )
    add_fail_on(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check, report, and tell by the exit code; fix first where that is asked for."""
    _refuse_impossible(arguments)
    if not arguments.changed:
        return _one_study(arguments)
    from clinmap.app.checking.changed import studies_of

    studies = studies_of(arguments.changed, Path())
    codes = [_one_study(argparse.Namespace(**{**vars(arguments), "study": s})) for s in studies]
    return max(codes, default=CLEAN)


def _refuse_impossible(arguments: argparse.Namespace) -> None:
    """Say what cannot be done before anything is."""
    from clinmap.app.reports.writing import form_of_file

    said, hint = "", ""
    for path in arguments.report:
        form_of_file(path)
    if bool(arguments.study) == bool(arguments.changed):
        said, hint = "name one study, or --changed files", "Write clinmap check my-study."
    elif arguments.format == "xlsx":
        said, hint = "a workbook cannot be printed", "Write --report check.xlsx."
    elif arguments.changed and (arguments.report or arguments.format not in MANY):
        said, hint = "files may be of several studies, a report is of one", "Name the study."
    if said:
        raise SpecificationError("SPC004", said, hint=hint)


def _one_study(arguments: argparse.Namespace) -> int:
    from clinmap.app.checking.checked import checked_study
    from clinmap.app.reports.writing import write_reports

    if arguments.fix or arguments.diff:
        _fix(arguments)
    checked = checked_study(arguments.study)
    report = checked.report(arguments.fail_on)
    _print(arguments, checked, report)
    write_reports(report, arguments.report)
    return UNUSABLE if checked.plan is None else findings_exit(checked.problems, arguments.fail_on)


def _fix(arguments: argparse.Namespace) -> None:
    """Fix, or show what would be fixed; beside a form for machines it is said on stderr."""
    from clinmap.app.checking.fixing import difference, fixed_study, planned_edits

    stream = sys.stdout if arguments.format == "text" else sys.stderr
    if arguments.diff:
        lines = list(difference(planned_edits(arguments.study)))
    else:
        lines = [f"fixed {done}" for done in fixed_study(arguments.study)]
    for line in lines or ["nothing that is certain to fix"]:
        print(line, file=stream)
    print(file=stream)


def _print(arguments: argparse.Namespace, checked: Checked, report: Report) -> None:
    from clinmap.app.reports.forms import explained_lines, report_bytes

    if arguments.format != "text":
        print(report_bytes(report, arguments.format).decode(), end="")
        return
    for found, following in zip_longest(report.findings, report.findings[1:]):
        again = following is not None and _same_hint(found.problem, following.problem)
        print(found.text.partition("\n")[0] if again else found.text)
    if report.findings:
        print()
    if checked.plan is not None:
        _print_datasets(checked.plan.datasets, checked.places)
    if (explained := report.explained) and arguments.show_explained:
        print("\nexplained:")
        for line in explained_lines(explained):
            print(line)
    print(f"\n{_verdict(checked, report)}" if checked.plan else _verdict(checked, report))


def _same_hint(one: Problem, other: Problem) -> bool:
    """Whether what mends one is said below the other."""
    return (one.code, one.hint) == (other.code, other.hint)


def _print_datasets(datasets: tuple[DatasetPlan, ...], places: Places) -> None:
    from clinmap.app.console import print_table

    rows = [
        (d.name, d.cls, str(len(d.submitted_variables)), _sources(d), _lines(d, places))
        for d in datasets
    ]
    print_table(("dataset", "class", "variables", "sources", "lines of YAML"), rows, {2, 4})


def _verdict(checked: Checked, report: Report) -> str:
    """The last line: what there is, and how it was found."""
    plan, explained = checked.plan, len(report.explained)
    if plan is None:
        count = len(checked.problems)
        return f"{count} error{'s' * (count != 1)}: the specification cannot be used"
    errors = report.counts["error"]
    said = f"{errors} error{'s' * (errors != 1)}" if errors else "no error"
    if warnings := report.counts["warning"]:
        said += f", {warnings} warning{'s' * (warnings != 1)}"
    more = f"; {explained} explained (--show-explained lists them)" if explained else ""
    return (
        f"{plan.study}: {len(plan.datasets)} datasets from {len(plan.raw)} raw tables; {said}{more}"
    )


def _sources(dataset: DatasetPlan) -> str:
    return ", ".join(dict.fromkeys(s.table for s in dataset.sources)) or dataset.parent


def _lines(dataset: DatasetPlan, places: Places) -> str:
    """The lines of the dataset's own file that say something."""
    path = None if dataset.parent else places.path(dataset.location.file)
    if path is None:
        return ""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return str(sum(1 for line in lines if line and not line.startswith("#")))
