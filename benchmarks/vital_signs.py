"""A vital-signs domain of three million rows, built by the shipped study n2011-04."""

from __future__ import annotations

import shutil
import sys
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

COPIES, ROUNDS = 862, 2
REFERENCE_SECONDS, REFERENCE_GB, REFERENCE_ROWS = 65, 2.7, 2_960_000
"""sdtm.oak on a vital-signs domain of that size: given, measured elsewhere."""


def vital_signs_section(folder: Path) -> Section:
    """The lines of the page on vital signs, and its claim."""
    simulate(folder / "simulated", subjects=30)
    shutil.rmtree(folder / "simulated" / MIRROR)
    rows = copy_raw(folder / "simulated", folder / "copied", COPIES, FORMS)
    case = ("benchmarks.vital_signs", str(folder / "copied"))
    cost = alternating({"ours": case}, ROUNDS)["ours"]
    ratio = REFERENCE_SECONDS / cost.seconds * cost.rows / REFERENCE_ROWS
    ours = f"{cost.seconds:.1f} s, {cost.peak / 1024:.1f} GB"
    other = f"sdtm.oak {REFERENCE_SECONDS} s, {REFERENCE_GB} GB (given)"
    claim = Claim(f"{REFERENCE_ROWS / 1e6:g}M rows", ours, other, ratio, 15)
    return Section([*_words(rows), "", *_table(cost, ratio)], [claim])


def _words(rows: int) -> list[str]:
    return paragraph(
        f"""
        VS of the shipped study {STUDY} with all that it is made from (DM, SE, EX, EC and others,
        since a reference date may come from any of them), by the study's own specification,
        compiled before. The forms that VS and its reference dates need are copied {COPIES} times
        under suffixed subjects ({rows:,} raw rows); the other exports stay as they are, and there
        is no ODM file beside them. Read and built in memory with lineage and problems; not
        validated, not written; imports do not count. The numbers of sdtm.oak (R) are those of a
        vital-signs domain of 2.96M rows; they were measured elsewhere and are given.
        """
    )


def _table(cost: Cost, ratio: float) -> list[str]:
    return [
        "| | rows | CPU s | peak GB | times ours |",
        "|---|---:|---:|---:|---:|",
        f"| clinmap | {cost.rows:,} | {cost.seconds:.1f} | {cost.peak / 1024:.1f} | 1 |",
        f"| compiling the study | | {cost.said['compile']:.1f} | | |",
        f"| sdtm.oak (given) | {REFERENCE_ROWS:,} | {REFERENCE_SECONDS} | {REFERENCE_GB} | "
        f"{ratio:.1f} |",
    ]


def main() -> None:
    """Build VS from the folder named on the command line; what it cost as JSON."""
    from benchmarks.built import compile_study, dataset_of, registry

    start = cpu_seconds()
    plan = compile_study(STUDY, registry()).plan
    compiled = cpu_seconds() - start

    def work() -> dict[str, float]:
        frame = dataset_of(plan, Path(sys.argv[1]), DATASET).frame
        return {"rows": len(frame), "compile": compiled}

    report(work)


if __name__ == "__main__":
    main()
