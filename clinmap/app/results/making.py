"""`clinmap results`, step by step: the study of a package, its displays, the files, the table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from clinmap.app.console import print_table
from clinmap.app.exits import CLEAN
from clinmap.app.package.package_files import PackageFiles
from clinmap.app.places import openable
from clinmap.app.registry import registry
from clinmap.app.results.computing import (
    Made,
    analysis_data,
    chosen_displays,
    made_display,
    results_of,
)
from clinmap.app.results.files import FOLDER, PAGE, drawn_in, files_of, write_page, write_results
from clinmap.app.results.page import results_page
from clinmap.plan import Plan
from clinmap.problems import SpecificationError
from mappings.compile import compile_study

STUDY_FILE = "/study.yaml"


def make_results(
    out: Path,
    study: str = "",
    only: Sequence[str] = (),
    quiet: bool = False,
    raw: Path | None = None,
) -> int:
    """Compute and write the results of a package, and the page that leads through them.

    With `raw`, the folder of raw exports, the page shows the values of raw cells. Problems:
    SpecificationError SPC006, SPC021; InputError INP001, RST003; OutputError OUT001 to OUT003;
    everything that can be wrong in the study's specification.
    """
    package = PackageFiles(out, raw)
    plan = plan_of(package, study)
    displays = chosen_displays(results_of(plan), only)
    datasets = analysis_data(package, displays)
    stamp = str(package.manifest["stamp"]).removesuffix("T00:00:00")
    sources = {name: str(d["label"]) for name, d in package.manifest["datasets"].items()}
    made = []
    for number, display in enumerate(displays, start=1):
        _progress(f"{number} of {len(displays)}: {display.id}", quiet)
        made.append(made_display(display, plan, datasets, sources, stamp))
    write_results(out, made, plan, stamp)
    _progress("the way back to the raw rows", quiet)
    write_page(out, results_page(plan, made, package, drawn_in(out)))
    if not quiet:
        _progress("", quiet)
        print_table(("id", "title", "values", "no estimate", "files"), _rows(made), {2, 3})
        print(f"\n{len(made)} displays in {openable(out / FOLDER)}")
        print(f"Next: read {openable(out / PAGE)}, where each number leads back to the raw rows")
    return CLEAN


def plan_of(package: PackageFiles, study: str = "") -> Plan:
    """The compiled study of a package: the one that is named, else that of its manifest.

    Problems: SpecificationError SPC006 where the study is not found, or is another one.
    """
    wanted = str(package.manifest["study"])
    for name in [study] if study else _names(package):
        try:
            plan = compile_study(name, registry()).plan
        except SpecificationError as error:
            if study or error.code != "SPC006":
                raise
            continue
        if plan.study == wanted:
            return plan
        if study:
            raise SpecificationError(
                "SPC006", f"the package is of study {wanted}, and {study} is study {plan.study}",
                hint="Name the study that the package was built from.",
            )  # fmt: skip
    raise SpecificationError(
        "SPC006",
        f"the specification of study {wanted}, which the package was built from, is not found",
        hint="Name its folder with --study.",
    )


def _names(package: PackageFiles) -> Iterator[str]:
    """The studies whose files the package was built from, by the names of their folders."""
    for entry in package.manifest.get("specification", ()):
        file = str(entry["file"])
        if file.endswith(STUDY_FILE) and file.count("/") == 1:
            yield file.removesuffix(STUDY_FILE)


def _progress(text: str, quiet: bool) -> None:
    """One line that is written over again, on a terminal only."""
    if not quiet and sys.stderr.isatty():
        print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)


def _rows(made: Sequence[Made]) -> Iterator[tuple[str, ...]]:
    for one in made:
        kinds = " ".join(name.rsplit(".", 1)[1] for name in files_of(one))
        yield (one.plan.id, one.plan.title, f"{one.values:,}", f"{one.without_estimate:,}", kinds)
