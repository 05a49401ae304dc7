"""The parts of large datasets: which there are, what define.xml says of them, and their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.codes import severity_of
from clinmap.facts import DatasetPart
from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.execution.finish import Built
    from clinmap.writers.splitting import Part


def dataset_parts(
    plan: Plan,
    built: Mapping[str, Built],
    frames: Mapping[str, pd.DataFrame],
    files: Sequence[str],
    limit: int,
) -> dict[str, tuple[Part, ...]]:
    """The parts of each dataset whose file is over the limit; SUPP-- follows its parent."""
    from clinmap.writers.splitting import parts_of, parts_of_supplemental

    found: dict[str, tuple[Part, ...]] = {}
    taken = [dataset.name for dataset in plan.datasets]
    for dataset in _of(plan, files):
        if dataset.parent in found:
            parents = built[dataset.name].lineage["record"].to_numpy() - 1
            parts = parts_of_supplemental(found[dataset.parent], parents)
        else:
            rule = dataset.parts
            parts = parts_of(frames[dataset.name], dataset, limit, rule=rule, taken=taken)
        if parts:
            found[dataset.name] = parts
    return found


def part_facts(
    frames: Mapping[str, pd.DataFrame], parts: Mapping[str, Sequence[Part]]
) -> dict[str, tuple[DatasetPart, ...]]:
    """What define.xml says of the parts."""
    found = {}
    for name, own in parts.items():
        filled = frames[name].notna()
        found[name] = tuple(
            DatasetPart(
                part.name,
                part.holds,
                part_file(part),
                len(part.rows),
                frozenset(filled.columns[~filled.iloc[part.rows].any()]),
            )
            for part in own
        )
    return found


def part_file(part: Part) -> str:
    """Where the file of a part stands, seen from the folder of the whole."""
    from clinmap.writers.splitting import FOLDER

    return f"{FOLDER}/{part.name.lower()}.xpt"


def part_problems(
    plan: Plan,
    frames: Mapping[str, pd.DataFrame],
    parts: Mapping[str, Sequence[Part]],
    limit: int,
) -> list[Problem]:
    """XPT010 for each dataset with parts that are too large all the same."""
    from clinmap.writers.splitting import too_large

    problems = []
    for dataset in _of(plan, list(parts)):
        names = too_large(parts[dataset.name], dataset, frames[dataset.name], limit)
        if names:
            said = f"parts are larger than the limit of {limit:,} bytes: {', '.join(names)}"
            severity = severity_of("XPT010")
            problems.append(
                Problem("XPT010", severity, said, dataset=dataset.name, count=len(names))
            )
    return problems


def write_parts(
    frame: pd.DataFrame, dataset: DatasetPlan, parts: Sequence[Part], folder: Path, stamp: datetime
) -> None:
    """Write the parts of a dataset, with the lengths of the whole.

    Problems: as `clinmap.writers.xpt.write_xpt`.
    """
    from clinmap.writers.xpt import submitted, widths, write_xpt

    if not parts:
        return
    lengths = widths(frame, submitted(dataset))
    for part in parts:
        path = folder / part_file(part)
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = frame.iloc[part.rows].reset_index(drop=True)
        write_xpt(rows, replace(dataset, name=part.name), path, stamp, lengths)


def _of(plan: Plan, names: Sequence[str]) -> list[DatasetPlan]:
    return [dataset for dataset in plan.datasets if dataset.name in names]
