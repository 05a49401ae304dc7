"""`clinmap compare`: two datasets, folders or packages, cell by cell."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import STUDY_HELP, Parts, declare
from clinmap.app.exits import CLEAN, FINDINGS
from clinmap.problems import SpecificationError

FORMATS = ("text", "markdown", "html")
EXAMPLES = (
    "clinmap compare old/ae.xpt new/ae.xpt --keys USUBJID,AESEQ",
    "clinmap compare package-of-june package-of-july",
    "clinmap compare package reference --study my-study --format html --out differences.html",
    "clinmap compare ours/adlb.xpt theirs/adlb.xpt --tolerance 1e-9,1e-12 --cells cells.parquet",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(
        parts, "compare", run, COMMANDS["compare"], EXAMPLES,
        "exit codes: 0 identical; 1 differences; 2 unusable.\n"
        "keys: --keys, else those of --study or of a package, else guessed; the report says which.",
    )  # fmt: skip
    for name, word in (("a", "base"), ("b", "comparison")):
        parser.add_argument(
            name, metavar=name.upper(), type=Path,
            help=f"the {word}: an XPT or Parquet file, a folder of them, or a package",
        )  # fmt: skip
    parser.add_argument("--keys", default="", metavar="X,Y", help="variables that rows meet by")
    parser.add_argument("--study", metavar="STUDY", help=f"take its keys: {STUDY_HELP}")
    parser.add_argument(
        "--tolerance", default="", metavar="REL[,ABS]",
        help="how far numbers may be apart: relative, absolute (default: 1e-9,0)",
    )  # fmt: skip
    parser.add_argument("--ignore", default="", metavar="X,Y", help="variables to leave out")
    parser.add_argument("--format", choices=FORMATS, default="text", help="the form of the report")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the report there")
    parser.add_argument(
        "--cells", type=Path, metavar="FILE",
        help="write every differing cell there (Parquet), with its pattern, worst first",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Compare, report, and tell by the exit code."""
    from clinmap import comparison
    from clinmap.app.comparing import compare_paths, study_keys, write_cells

    keys = _words(arguments.keys)
    found = compare_paths(
        arguments.a,
        arguments.b,
        keys=keys,
        planned=study_keys(arguments.study),
        tolerance=comparison.Tolerance(*_tolerance(arguments.tolerance)),
        ignore=_words(arguments.ignore),
    )
    reports = {
        "text": comparison.report_text,
        "markdown": comparison.report_markdown,
        "html": comparison.report_html,
    }
    report = reports[arguments.format](found)
    if arguments.out:
        from clinmap.app.commands.schema import write_text

        write_text(arguments.out, report)
    else:
        print(report, end="")
    if arguments.cells:
        write_cells(arguments.cells, found)
    return CLEAN if found.identical else FINDINGS


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip().upper() for word in text.split(",") if word.strip())


def _tolerance(text: str) -> tuple[float, ...]:
    if not text:
        return ()
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if not 1 <= len(numbers) <= 2 or any(not 0 <= number < 1e300 for number in numbers):
        raise SpecificationError(
            "SPC004",
            f"--tolerance {text!r} is not REL or REL,ABS",
            hint="Write for example 1e-9,0.",
        )
    return numbers
