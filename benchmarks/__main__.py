"""Build both studies at several times their subjects, and write docs/performance.md.

Run from the project's root: `python -m benchmarks [--pilot DIR] [--scales 1 10 100] [--simulated 1
10]`. `--pilot` is the folder with the raw exports of cdiscpilot01, whose records are copied;
without it only n2011-04 is built, whose raw exports are simulated with so many times 30 subjects.
Machines differ and are noisy: read the growth, not the seconds. `--only adam` (or `define`)
measures and writes the section on analysis datasets (on define.xml) alone; the others stay.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PILOT, SIMULATED = "cdiscpilot01", "n2011-04"
SUBJECTS = 30
Results = dict[str, list[dict[str, Any]]]
Scales = dict[str, list[int]]
STAGES = ("compile", "read", "sdtm", "adam", "facts", "validate", "define", "package")


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pilot", type=Path, default=Path("../shared/data/pharmaverseraw"))
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--simulated", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--page", type=Path, default=Path("docs/performance.md"))
    parser.add_argument("--only", choices=["adam", "builds", "define"], help="this part alone")
    options = parser.parse_args()
    if options.only == "builds":
        page = with_builds(options.page.read_text(encoding="utf-8"), options)
    elif options.only == "define":
        page = with_define(options.page.read_text(encoding="utf-8"))
    elif options.only:
        page = with_analysis(options.page.read_text(encoding="utf-8"))
    else:
        page = with_define(with_analysis(_whole_page(options)))
    options.page.write_text(page, encoding="utf-8")
    print(f"wrote {options.page}")


def _whole_page(options: argparse.Namespace) -> str:
    from benchmarks.odm_files import odm_section
    from benchmarks.readers import reading_section

    with tempfile.TemporaryDirectory() as folder:
        results, scales = _builds(options, Path(folder))
        print("reading, format by format", file=sys.stderr)
        reading = reading_section(Path(folder))
        odm = odm_section(Path(folder))
    sections = ["", "## Reading", "", *reading, "", "## Reading ODM-XML", "", *odm, ""]
    return _page(results, scales) + "\n".join(sections)


def _builds(options: argparse.Namespace, folder: Path) -> tuple[Results, Scales]:
    """Each study at each scale."""
    scales = {PILOT: options.scales, SIMULATED: options.simulated}
    if not options.pilot.is_dir():
        print(f"{PILOT} is left out: there is no {options.pilot}", file=sys.stderr)
        del scales[PILOT]
    results = {
        study: [_measured(study, options.pilot, folder, scale) for scale in wanted]
        for study, wanted in scales.items()
    }
    return results, scales


def with_builds(page: str, options: argparse.Namespace) -> str:
    """The page with the sections on whole builds measured anew."""
    with tempfile.TemporaryDirectory() as folder:
        results, scales = _builds(options, Path(folder))
    for study, found in results.items():
        page = with_section(page, study, _table(found, scales[study]))
    head = _page({}, {}).rstrip("\n")
    return head + page[page.index("\n\n## ") :]


def with_analysis(page: str) -> str:
    """The page with the section on analysis datasets measured anew."""
    from benchmarks.adam import TITLE, adam_section

    with tempfile.TemporaryDirectory() as folder:
        return with_section(page, TITLE, adam_section(Path(folder)))


def with_define(page: str) -> str:
    """The page with the section on define.xml measured anew."""
    from benchmarks.define import TITLE, define_section

    with tempfile.TemporaryDirectory() as folder:
        return with_section(page, TITLE, define_section(Path(folder)))


def with_section(page: str, title: str, lines: list[str]) -> str:
    """The page with the section in the place of the one of that title, or behind all others.

    >>> with_section("# P\\n\\n## A\\n\\nold\\n", "A", ["new"])
    '# P\\n\\n## A\\n\\nnew\\n'
    """
    head, *sections = page.rstrip("\n").split("\n## ")
    made = "\n".join([title, "", *lines])
    kept = [made if part.splitlines()[0] == title else part for part in sections]
    kept += [made] if made not in kept else []
    return "\n\n## ".join(part.rstrip("\n") for part in (head, *kept)) + "\n"


def _measured(study: str, raw: Path, folder: Path, scale: int) -> dict[str, Any]:
    target = folder / f"{study}-{scale}"
    raw_rows = _made(study, raw, target, scale)
    print(f"{study} at {scale}x: {raw_rows:,} raw rows", file=sys.stderr)
    command = [sys.executable, "-m", "benchmarks.one", study, str(target), str(folder / "out")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "raw_rows": raw_rows}


def _made(study: str, raw: Path, target: Path, scale: int) -> int:
    """Write the raw exports of so many times the subjects; the rows written."""
    from benchmarks.copies import copy_raw
    from clinmap.simulation.n2011_04 import simulate

    if study == PILOT:
        return copy_raw(raw, target, scale)
    return sum(simulate(target, subjects=SUBJECTS * scale).values())


def _page(results: Results, scales: Scales) -> str:
    lines = [
        "# Performance",
        "",
        "Written by `make bench`. The records of cdiscpilot01 are copied under suffixed",
        "identifiers, n2011-04 is simulated with more subjects; each build is one process, here on",
        "a machine with 2 cores. Seconds and peak resident memory per stage. Machines differ and",
        "are noisy: read the growth, not the seconds.",
    ]
    for study, found in results.items():
        lines += ["", f"## {study}", "", *_table(found, scales[study])]
    return "\n".join(lines) + "\n"


def _table(found: list[dict[str, Any]], scales: list[int]) -> list[str]:
    head = [f"{scale}x s | {scale}x MB" for scale in scales]
    growth = f"{scales[-1]}x / {scales[-2]}x" if len(scales) > 1 else "growth"
    lines = [
        f"| stage | {' | '.join(head)} | {growth} |",
        "|---|" + "---:|" * (2 * len(scales) + 1),
    ]
    for stage in STAGES:
        cells = [f"{x['seconds'][stage]:.2f} | {x['megabytes'][stage]:.0f}" for x in found]
        lines.append(f"| {stage} | {' | '.join(cells)} | {_growth(found, stage)} |")
    totals = [f"{_total(x):.2f} | {max(x['megabytes'].values()):.0f}" for x in found]
    last = f"{_total(found[-1]) / _total(found[-2]):.1f}" if len(found) > 1 else ""
    lines.append(f"| **all** | {' | '.join(totals)} | {last} |")
    rows = [f"{x['raw_rows']:,} | {x['rows']:,}" for x in found]
    lines.append(f"| raw rows, rows built | {' | '.join(rows)} | |")
    return lines


def _growth(found: list[dict[str, Any]], stage: str) -> str:
    if len(found) < 2:
        return ""
    return f"{found[-1]['seconds'][stage] / max(found[-2]['seconds'][stage], 1e-3):.1f}"


def _total(found: dict[str, Any]) -> float:
    return float(sum(found["seconds"].values()))


if __name__ == "__main__":
    main()
