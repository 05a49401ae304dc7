"""One part of a study, and what it gives: both can be sent to another process or machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinmap.execution.building import Outcome, build_datasets
from clinmap.execution.finish import AtWork, Built
from clinmap.execution.found import Found
from clinmap.execution.portion import Portion
from clinmap.execution.tables import FrameTable
from clinmap.frames import Table
from clinmap.partition.tables import PartTable
from clinmap.plan import Plan, Purpose

PURPOSES: tuple[Purpose, ...] = ("Tabulation", "Analysis")


@dataclass(frozen=True, slots=True)
class PartTask:
    """What builds the datasets of one part: its number of `count`, and the rows that it is of.

    `tables` has raw tables and datasets that were built before, by the purpose that reads them.
    """

    plan: Plan
    number: int
    count: int
    datasets: tuple[str, ...]
    tables: Mapping[Purpose, Mapping[str, PartTable]]
    portions: Mapping[Purpose, Portion]


@dataclass(slots=True)
class PartBuilt:
    """A dataset as one part has it: rows are counted within the part."""

    frame: pd.DataFrame
    lineage: pd.DataFrame
    hashes: npt.NDArray[np.uint64]
    work: AtWork


@dataclass(slots=True)
class PartResult:
    """The datasets of one part, and what was found of them."""

    number: int
    datasets: dict[str, PartBuilt] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)


def build_part(task: PartTask) -> PartResult:
    """Build the datasets of one part, those for tabulation first."""
    result = PartResult(task.number)
    made: dict[str, Table] = {}
    for purpose in PURPOSES:
        outcome = _built(task, purpose, made)
        for name, built in outcome.datasets.items():
            made[name] = FrameTable(name, built.frame, built.hashes, is_dataset=True)
            result.datasets[name] = _part(built)
        result.found |= {n: f for n, f in outcome.found.items() if n in outcome.datasets}
    return result


def _built(task: PartTask, purpose: Purpose, made: Mapping[str, Table]) -> Outcome:
    wanted = [d for d in task.plan.of_purpose(purpose) if d.name in task.datasets]
    tables: dict[str, Table] = {**task.tables[purpose], **made}
    return build_datasets(task.plan, tables, wanted, portion=task.portions[purpose])


def _part(built: Built) -> PartBuilt:
    if built.work is None:
        raise ValueError(f"{built.plan.name} was not kept as it was at work")
    return PartBuilt(built.frame, built.lineage, built.hashes, built.work)
