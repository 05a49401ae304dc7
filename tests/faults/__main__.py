"""Plant faults and look whether they are found: `python -m tests.faults --specifications 200`.

Faults are chosen by seed and number, so that each can be planted again with `--only`. What was
found is written with `--save`, and both runs together make a page with `--page` and `--results`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def main() -> int:
    """Plant the faults; gives 1 where fewer than 98 of 100 are found."""
    options = _parser().parse_args()
    if options.page:
        from tests.faults.page import page

        documents = [json.loads(path.read_text(encoding="utf-8")) for path in options.results]
        options.page.write_text(page(documents), encoding="utf-8")
        return 0
    with TemporaryDirectory() as folder:
        if options.datasets:
            plant = _into_datasets(Path(folder), options.package)
        else:
            plant = _into_specifications(Path(folder))
        document = _run(plant, options)
    if options.save:
        options.save.write_text(json.dumps(document, indent=1), encoding="utf-8")
    found = sum(fault["found_by_code"] for fault in document["faults"])
    sys.stdout.write(f"{found} of {len(document['faults'])} found\n")
    return 0 if found >= 0.98 * len(document["faults"]) else 1


def _run(plant: Callable[[str], Any], options: argparse.Namespace) -> dict[str, Any]:
    wanted = options.datasets or options.specifications
    seeds = [options.only] if options.only else [f"{options.seed}-{n}" for n in range(wanted)]
    faults = []
    for seed in seeds:
        fault = plant(seed)
        faults.append({**asdict(fault), "seed": seed, "found_by_code": fault.is_found})
        if not fault.is_found:
            sys.stdout.write(f"missed: {seed} {fault}\n")
            sys.stdout.flush()
    what = "datasets" if options.datasets else "specifications"
    return {"what": what, "seed": options.seed, "date": date.today().isoformat(), "faults": faults}


def _into_specifications(folder: Path) -> Callable[[str], Any]:
    from tests.faults.specifications import Faults

    return Faults(folder).plant


def _into_datasets(folder: Path, package: Path | None) -> Callable[[str], Any]:
    from clinmap.app.main import main as clinmap
    from tests.faults.datasets import Faults

    if package is None:
        clinmap(["simulate", "n2011-04", "--out", str(folder / "raw")])
        package = folder / "package"
        clinmap(
            ["build", "n2011-04", "--raw", str(folder / "raw"), "--out", str(package), "--quiet"]
        )
    return Faults(package).plant


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.faults", description=__doc__)
    parser.add_argument("--specifications", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--datasets", type=int, default=0, help="plant into built datasets instead")
    parser.add_argument("--package", type=Path, help="a package of n2011-04 (default: built anew)")
    parser.add_argument("--seed", default="1", help="default: 1")
    parser.add_argument("--only", default="", metavar="SEED-NUMBER", help="one fault again")
    parser.add_argument("--save", type=Path, help="write what was found as JSON")
    parser.add_argument("--page", type=Path, help="write this page from the files of --results")
    parser.add_argument("--results", type=Path, nargs="+", default=[], help="what --save wrote")
    return parser


if __name__ == "__main__":
    sys.exit(main())
