"""`clinmap demo`: the whole way on synthetic data, from nothing to a package and its results."""

from __future__ import annotations

import argparse
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.build import add_build_options, asked_of
from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.commands.simulate import add_cast
from clinmap.problems import OutputError

STUDY = "n2011-04"
RAW, PACKAGE = "raw", "package"
EXAMPLES = ("clinmap demo --out demo-output", "clinmap demo --out demo-output --subjects 300")


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(
        parts, "demo", run, COMMANDS["demo"], EXAMPLES,
         f"The raw exports go to DIR/{RAW}, the package and results to DIR/{PACKAGE}.",
    )  # fmt: skip
    add_build_options(parser)
    add_cast(parser)


def run(arguments: argparse.Namespace) -> int:
    """Simulate, build, compute the results; the exit code is that of the build."""
    from clinmap.app.build.building import build_package
    from clinmap.app.results.making import make_results
    from clinmap.app.simulating import check_simulation_target, simulate_into
    from clinmap.writers.package import check_target

    out: Path = arguments.out
    _open_folder(out)
    check_simulation_target(out / RAW)
    check_target(out / PACKAGE)
    simulate_into(out / RAW, arguments.subjects, arguments.seed)
    code = build_package(
        STUDY,
        out / RAW,
        out / PACKAGE,
        as_of=arguments.as_of,
        fail_on=arguments.fail_on,
        quiet=arguments.quiet,
        asked=asked_of(arguments),
    )
    make_results(out / PACKAGE, STUDY, quiet=arguments.quiet, raw=out / RAW)
    return code


def _open_folder(out: Path) -> None:
    """Make the folder, or refuse one that holds something else than a demonstration (OUT001)."""
    if not out.resolve().parent.is_dir():
        raise OutputError("OUT002", f"the folder that should hold {out.name} does not exist")
    if out.exists() and (
        not out.is_dir() or {path.name for path in out.iterdir()} - {RAW, PACKAGE}
    ):
        raise OutputError(
            "OUT001",
            f"{out.name} exists and holds something else than a demonstration",
            hint="Give another folder, or remove this one yourself.",
        )
    out.mkdir(exist_ok=True)
