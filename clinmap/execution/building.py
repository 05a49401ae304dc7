"""Building the datasets of one purpose from tables: run, finish, and say what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from clinmap.execution.finish import Built, finish
from clinmap.execution.run import Execution
from clinmap.execution.tables import FrameTable
from clinmap.frames import Positions
from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """The datasets built, the problems found, and the raw records that rules left out."""

    datasets: Mapping[str, Built]
    problems: tuple[Problem, ...]
    left_out: tuple[tuple[str, Positions], ...] = ()


def build_datasets(
    plan: Plan,
    tables: Mapping[str, FrameTable],
    datasets: Iterable[DatasetPlan],
    progress: Callable[[str], None] | None = None,
) -> Outcome:
    """Run the datasets' nodes over the tables and bring the results into their final order."""
    execution = Execution(plan, tables, progress)
    building = execution.run(datasets)
    problems = tuple(execution.findings.problems)
    return Outcome(finish(building), problems, tuple(execution.left_out))
