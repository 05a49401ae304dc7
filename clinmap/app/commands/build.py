"""`clinmap build`: from raw exports to a package."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, add_fail_on, add_select, add_study, declare
from clinmap.app.package.other_formats import OTHER_FORMATS
from clinmap.app.scale.asked import Asked, memory_of, workers_of

EXAMPLES = (
    "clinmap build my-study --raw exports --out package",
    "clinmap build my-study --raw exports --out package --select AE DM",
    "clinmap build my-study --raw exports --out package --formats json parquet",
    "clinmap build my-study --raw exports --out package --as-of 2025-06-30 --fail-on warning",
    "clinmap build my-study --raw exports --out package --memory 2GB",
    "clinmap build my-study --raw exports --out package --workers 4",
    "clinmap build my-study --raw exports --out package --scheduler tcp://10.0.0.5:8786",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(parts, "build", run, COMMANDS["build"], EXAMPLES)
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
        type=_typed(_size),
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
    add_scale(parser)


def add_scale(parser: argparse.ArgumentParser) -> None:
    """How a large study is built in parts; the package is the same."""
    group = parser.add_argument_group("large studies (docs/large-studies.md)")
    group.add_argument(
        "--memory",
        type=_typed(memory_of),
        default=0,
        metavar="SIZE",
        help="build in parts that keep within so much memory, such as 2GB; finished datasets wait "
        "in files beside the output",
    )
    where = group.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=_typed(workers_of),
        default=0,
        metavar="N",
        help="build in parts, in N processes of this machine (pip install 'clinmap[scale]')",
    )
    where.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="build in parts, on the workers of this Dask scheduler: tcp://HOST:8786, or the file "
        "that it wrote",
    )


def asked_of(arguments: argparse.Namespace) -> Asked:
    """What the options of `add_scale` ask for."""
    return Asked(arguments.memory, arguments.workers, arguments.scheduler)


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
        asked=asked_of(arguments),
    )


def _size(text: str) -> int:
    from clinmap.writers.splitting import bytes_of

    return bytes_of(text)


def _typed(read: Callable[[str], int]) -> Callable[[str], int]:
    """What reads an argument, so that argparse shows what is wrong with it."""

    def made(text: str) -> int:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return made
