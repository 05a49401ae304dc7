"""`clinmap build`: from raw exports to a package."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands.declaring import Parts, add_fail_on, add_select, add_study, declare
from clinmap.app.package.other_formats import OTHER_FORMATS

EXAMPLES = (
    "clinmap build my-study --raw exports --out package",
    "clinmap build my-study --raw exports --out package --select AE DM",
    "clinmap build my-study --raw exports --out package --formats json parquet",
    "clinmap build my-study --raw exports --out package --as-of 2025-06-30 --fail-on warning",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(parts, "build", run, "build a study's package from raw exports", EXAMPLES)
    add_study(parser)
    parser.add_argument(
        "--raw", required=True, type=Path, metavar="DIR", help="the folder of raw exports"
    )
    add_build_options(parser)
    add_select(parser)
    parser.add_argument(
        "--mirror",
        default="",
        metavar="NAME",
        help="read the raw tables that are in this mirror of raw.yaml from it",
    )
    parser.add_argument(
        "--formats",
        nargs="+",
        default=(),
        choices=("xpt", *OTHER_FORMATS),
        metavar="FORMAT",
        help="write the datasets in these formats as well: json and ndjson (Dataset-JSON 1.1), "
        "parquet; xpt is always written",
    )
    reuse = parser.add_mutually_exclusive_group()
    reuse.add_argument(
        "--full", action="store_true", help="build everything, also what has not changed"
    )
    reuse.add_argument(
        "--reuse",
        type=Path,
        metavar="PACKAGE",
        help="take what has not changed from this package (default: the one in --out)",
    )
    parser.add_argument(
        "--split-size",
        type=_size,
        default=0,
        metavar="SIZE",
        help="give datasets with a larger file in parts as well (default: 5GB)",
    )


def add_build_options(parser: argparse.ArgumentParser) -> None:
    """The options that `build` and `demo` share."""
    parser.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="DIR",
        help="the folder to write: new, empty, or one that an earlier run wrote",
    )
    parser.add_argument(
        "--as-of",
        default="",
        metavar="ISO",
        help="the date-time in every output (default: SOURCE_DATE_EPOCH, else as_of of study.yaml)",
    )
    add_fail_on(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress and no table")


def run(arguments: argparse.Namespace) -> int:
    """Build and write the package."""
    from clinmap.app.build.building import build_package

    return build_package(
        arguments.study,
        arguments.raw,
        arguments.out,
        selected=arguments.select,
        state=arguments.state,
        as_of=arguments.as_of,
        split_size=arguments.split_size,
        mirror=arguments.mirror,
        formats=[form for form in arguments.formats if form != "xpt"],
        fail_on=arguments.fail_on,
        quiet=arguments.quiet,
        full=arguments.full,
        reuse=arguments.reuse,
    )


def _size(text: str) -> int:
    """A size in bytes; argparse says what is wrong with another text."""
    from clinmap.writers.splitting import bytes_of

    try:
        return bytes_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
