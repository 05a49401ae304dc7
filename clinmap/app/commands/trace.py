"""`clinmap trace`: which raw cells a value came from, and through which operations."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.exits import CLEAN
from clinmap.app.package.package_files import PackageFiles
from clinmap.problems import InputError, SpecificationError, near_match

EXAMPLES = (
    "clinmap trace package AE --row 3",
    "clinmap trace package AE --where \"AESEQ == 3 and USUBJID == '01-701-1015'\"",
    "clinmap trace package DM --row 1 --variable RFSTDTC --raw exports",
)
LIMIT = 5


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(
        parts, "trace", run, COMMANDS["trace"], EXAMPLES,
        "The answer is data: it shows values and subject identifiers.",
    )  # fmt: skip
    parser.add_argument("out", metavar="OUT", type=Path, help="a package that clinmap built")
    parser.add_argument("dataset", metavar="DATASET", help="the dataset, such as AE")
    parser.add_argument("--where", default="", metavar="CONDITION", help="only rows where it holds")
    parser.add_argument("--row", type=int, metavar="N", help="only this row, counted from 1")
    parser.add_argument(
        "--variable", nargs="+", default=(), metavar="X", help="only these variables"
    )
    parser.add_argument("--raw", type=Path, metavar="DIR", help="raw exports, to show raw values")
    parser.add_argument(
        "--limit",
        type=int,
        default=LIMIT,
        metavar="N",
        help=f"at most so many rows (default: {LIMIT})",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")


def run(arguments: argparse.Namespace) -> int:
    """Trace the rows that match and print them."""
    from clinmap.app.tracing import Tracer, matching_rows

    if arguments.raw is not None and not arguments.raw.is_dir():
        raise InputError("INP001", f"there is no folder of raw exports {arguments.raw}")
    package = PackageFiles(arguments.out, arguments.raw)
    dataset = package.known_dataset(arguments.dataset)
    variables = _variables(package, dataset, arguments.variable)
    rows = matching_rows(package, dataset, arguments.where, arguments.row)
    tracer = Tracer(package)
    as_json = arguments.format == "json"
    chosen = rows[: max(arguments.limit, 1)]
    traced = [tracer.row(dataset, row, variables, repeat=as_json) for row in chosen]
    more = len(rows) - len(traced)
    if as_json:
        from clinmap.writers.documents import json_text

        document = {"study": package.manifest["study"], "rows": traced, "more": more,
                    "changed": package.changed}  # fmt: skip
        print(json_text(document), end="")
        return CLEAN
    from clinmap.app.trace_text import row_lines

    for one in traced:
        print("\n".join(row_lines(one)), end="\n\n")
    for file in package.changed:
        print(f"{file} is not the file that the package was built from: its values are not shown")
    if more:
        print(f"{more} more rows match; narrow --where, or raise --limit")
    return CLEAN


def _variables(package: PackageFiles, dataset: str, asked: list[str]) -> list[str]:
    """The variables to trace: those asked for, else all that are submitted."""
    known = package.operations[dataset]["variables"]
    for name in asked:
        if name.upper() not in {variable.upper() for variable in known}:
            raise SpecificationError(
                "SPC011", f"{dataset} has no variable {name!r}", hint=near_match(name, known)
            )
    if asked:
        by_upper = {variable.upper(): variable for variable in known}
        return [by_upper[name.upper()] for name in asked]
    return [name for name, made in known.items() if made["place"] != "work"]
