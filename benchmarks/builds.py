"""Whole builds of both studies at several times their subjects: what each stage costs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.page import paragraph

PILOT, SIMULATED = "cdiscpilot01", "n2011-04"
SUBJECTS = 30
STAGES = ("compile", "read", "sdtm", "adam", "facts", "validate", "define", "package")
SCALES = {PILOT: (1, 10, 100), SIMULATED: (1, 10)}


def build_lines(study: str, raw: Path, folder: Path) -> list[str]:
    """The lines of the page on the builds of a study."""
    if study == PILOT and not raw.is_dir():
        return [f"Not measured: there is no folder {raw.name} with the raw exports."]
    how = (
        "The records of the raw exports are copied under suffixed identifiers"
        if study == PILOT
        else f"The raw exports are simulated with so many times {SUBJECTS} subjects"
    )
    words = f"{how}; each build is one process. Peak memory is that of the process in the stage."
    found = [_measured(study, raw, folder, scale) for scale in SCALES[study]]
    return [*paragraph(words), "", *build_table(found, SCALES[study])]


def write_raw(study: str, raw: Path, target: Path, scale: int) -> int:
    """Write the raw exports of so many times the subjects; the rows written."""
    from benchmarks.copies import copy_raw
    from clinmap.simulation.n2011_04 import simulate

    if study == PILOT:
        return copy_raw(raw, target, scale)
    return sum(simulate(target, subjects=SUBJECTS * scale).values())


def _measured(study: str, raw: Path, folder: Path, scale: int) -> dict[str, Any]:
    target = folder / f"{study}-{scale}"
    raw_rows = write_raw(study, raw, target, scale)
    print(f"  {study} at {scale}x: {raw_rows:,} raw rows", file=sys.stderr)
    command = [sys.executable, "-m", "benchmarks.one", study, str(target), str(folder / "out")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "raw_rows": raw_rows}


def build_table(found: Sequence[dict[str, Any]], scales: Sequence[int]) -> list[str]:
    """A table of the stages: seconds and megabytes at each scale, and the growth of the last."""
    head = [f"{scale}x CPU s | {scale}x MB" for scale in scales]
    lines = [
        f"| stage | {' | '.join(head)} | {scales[-1]}x / {scales[-2]}x |",
        "|---|" + "---:|" * (2 * len(scales) + 1),
    ]
    for stage in STAGES:
        cells = [f"{x['seconds'][stage]:.2f} | {x['megabytes'][stage]:.0f}" for x in found]
        growth = found[-1]["seconds"][stage] / max(found[-2]["seconds"][stage], 1e-3)
        lines.append(f"| {stage} | {' | '.join(cells)} | {growth:.1f} |")
    totals = [f"{_total(x):.2f} | {max(x['megabytes'].values()):.0f}" for x in found]
    lines.append(
        f"| **all** | {' | '.join(totals)} | {_total(found[-1]) / _total(found[-2]):.1f} |"
    )
    rows = [f"{x['raw_rows']:,} | {x['rows']:,}" for x in found]
    return [*lines, f"| raw rows, rows built | {' | '.join(rows)} | |"]


def _total(found: dict[str, Any]) -> float:
    return float(sum(found["seconds"].values()))
