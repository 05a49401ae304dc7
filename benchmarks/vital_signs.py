"""A vital-signs domain of three million rows, built by the shipped study n2011-04."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.alternating import Cost, alternating, cpu_seconds, report
from benchmarks.copies import copy_raw
from benchmarks.page import Claim, Section, paragraph
from clinmap.simulation.n2011_04 import simulate

TITLE = "Vital signs"
STUDY, DATASET = "n2011-04", "VS"
FORMS = ("vs", "dm", "enroll", "course", "eot", "elig", "death", "exlen", "exchi", "exiso")
"""What VS and the reference dates come from: copied; the other exports stay as they are."""

MIRROR = "odm"
"""The second export of the same forms, which may be absent: it would hold other subjects."""

ALONE, WHOLE = "alone", "whole"
COPIES, ROUNDS = 862, 2
REFERENCE_SECONDS, REFERENCE_GB, REFERENCE_ROWS = 65, 2.7, 2_960_000
"""sdtm.oak on a vital-signs domain of that size: given, measured elsewhere."""


def vital_signs_section(folder: Path) -> Section:
    """The lines of the page on vital signs, and its claim."""
    simulate(folder / "simulated", subjects=30)
    shutil.rmtree(folder / "simulated" / MIRROR)
    rows = copy_raw(folder / "simulated", folder / "copied", COPIES, FORMS)
    raw = str(folder / "copied")
    costs = alternating(
        {how: ("benchmarks.vital_signs", raw, how) for how in (ALONE, WHOLE)}, ROUNDS
    )
    alone = costs[ALONE]
    ours = f"{alone.seconds:.1f} s, {alone.peak / 1024:.1f} GB"
    other = f"sdtm.oak {REFERENCE_SECONDS} s, {REFERENCE_GB} GB (given)"
    claim = Claim(f"{REFERENCE_ROWS / 1e6:g}M rows", ours, other, _ratio(alone), 15)
    return Section([*_words(rows), "", *_table(costs)], [claim])


def _ratio(cost: Cost) -> float:
    return REFERENCE_SECONDS / cost.seconds * cost.rows / REFERENCE_ROWS


def _words(rows: int) -> list[str]:
    return paragraph(
        f"""
        VS of the shipped study {STUDY}, by the study's own specification, compiled before. The
        forms that VS and its reference dates need are copied {COPIES} times under suffixed
        subjects ({rows:,} raw rows); the other exports stay as they are, and there is no ODM file
        beside them. Once with DM, SE, EX and whatever else it reads given, as the reference is
        given DM; once with all of them made as well, since a reference date may come from any of
        them. Read and built in memory with lineage and problems; not validated, not written;
        imports do not count. The numbers of sdtm.oak (R) are those of a vital-signs domain of
        2.96M rows; they were measured elsewhere and are given. Memory counts what was given.
        """
    )


def _table(costs: Mapping[str, Cost]) -> list[str]:
    said = {ALONE: "clinmap, the datasets that VS reads given", WHOLE: "clinmap, they made as well"}
    lines = [
        f"| {said[how]} | {cost.rows:,} | {cost.seconds:.1f} | {cost.peak / 1024:.1f} | "
        f"{_ratio(cost):.1f} |"
        for how, cost in costs.items()
    ]
    return [
        "| | rows | CPU s | peak GB | times as fast as sdtm.oak |",
        "|---|---:|---:|---:|---:|",
        *lines,
        f"| compiling the study | | {costs[WHOLE].said['compile']:.1f} | | |",
        f"| sdtm.oak (given) | {REFERENCE_ROWS:,} | {REFERENCE_SECONDS} | {REFERENCE_GB} | 1 |",
    ]


def main() -> None:
    """Build VS from the folder named on the command line; what it cost as JSON."""
    from benchmarks.built import Beside, compile_study, dataset_of, registry

    raw, how = Path(sys.argv[1]), sys.argv[2]
    start = cpu_seconds()
    plan = compile_study(STUDY, registry()).plan
    compiled = cpu_seconds() - start
    beside = Beside(plan, raw, DATASET) if how == ALONE else None

    def work() -> dict[str, float]:
        made = beside.built() if beside else dataset_of(plan, raw, DATASET)
        return {"rows": len(made.frame), "compile": compiled}

    report(work)


if __name__ == "__main__":
    main()
