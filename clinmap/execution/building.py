"""Building the datasets of one purpose from tables: run, finish, and say what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from clinmap.execution.finish import Built, finish
from clinmap.execution.found import Found, asked_for, gathered
from clinmap.execution.portion import Portion
from clinmap.execution.run import Execution
from clinmap.frames import Positions, Table
from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """The datasets built, the problems found, and the raw records that rules left out.

    `found` has the problems and records by dataset, as a later run may ask for them.
    """

    datasets: Mapping[str, Built]
    problems: tuple[Problem, ...]
    left_out: tuple[tuple[str, Positions], ...] = ()
    found: Mapping[str, Found] = field(default_factory=dict)


def build_datasets(
    plan: Plan,
    tables: Mapping[str, Table],
    datasets: Iterable[DatasetPlan],
    progress: Callable[[str], None] | None = None,
    given: Mapping[str, Built] | None = None,
    known: Mapping[str, Found] | None = None,
    portion: Portion | None = None,
) -> Outcome:
    """Run the datasets' nodes over the tables and bring the results into their final order.

    Those of the datasets that are `given` stay as they are, and what is `known` of them counts as
    found. A `portion` says which rows of the tables become records, where not all do.
    """
    execution = Execution(plan, tables, progress, given, portion)
    building = execution.run(datasets)
    final = {name: table.final for name, table in execution.given.items()}
    found = asked_for({**(known or {}), **execution.found})
    problems, left_out = gathered(found)
    return Outcome(finish(building, final), problems, left_out, found)
