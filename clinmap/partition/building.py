"""Building the datasets of a study in parts, stage by stage, and what is left for one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from clinmap.execution.building import build_datasets
from clinmap.execution.finish import Built
from clinmap.execution.found import Found
from clinmap.execution.tables import FrameTable
from clinmap.frames import Table
from clinmap.graph import SUBJECT
from clinmap.partition.before import Before
from clinmap.partition.dealing import Dealing, Parts
from clinmap.partition.evidence import Evidence, sorts_alike
from clinmap.partition.locality import (
    Division,
    Stage,
    next_stage,
    orders,
    tables_of,
    why_whole,
)
from clinmap.partition.merging import Merging
from clinmap.partition.problems import merged_found
from clinmap.partition.task import PURPOSES, PartResult, PartTask
from clinmap.plan import DatasetPlan, Plan, Purpose

Runner = Callable[[Iterable[PartTask]], Iterable[PartResult]]
Keep = Callable[[Built], Built]
FoundBy = Mapping[Purpose, Mapping[str, Found]]


@dataclass(frozen=True, slots=True)
class Merged:
    """Datasets that were built in parts, as one run over all rows would have built them.

    `found` is what that run would have found of them. What is made of all rows and is needed by
    nothing that is built in parts is not among them.
    """

    built: Mapping[str, Built]
    found: FoundBy
    division: Division


def parts_built(
    plan: Plan,
    tables: Mapping[str, FrameTable],
    datasets: Iterable[DatasetPlan],
    count: int,
    run: Runner,
    *,
    before: Mapping[str, Built] | None = None,
    known: FoundBy | None = None,
    keep: Keep = lambda built: built,
) -> Merged:
    """Build what is a function of one subject's rows in `count` parts, which `run` builds.

    Datasets that are there `before`, with what is `known` of them, stay as they are. A dataset that
    turns out not to be what the parts can make is built of all rows. Each dataset that is ready is
    given to `keep`, and what that gives stands for it from then on.
    """
    wanted = {dataset.name: dataset for dataset in datasets if not dataset.parent}
    there = {name: built for name, built in (before or {}).items() if name in wanted}
    building = _Building(plan, Before(tables, there), wanted, count, run, keep)
    for purpose, found in (known or {}).items():
        building.found[purpose].update(found)
    if not wanted.keys() & tables.keys():
        building.run_all()
    return building.merged()


class _Building:
    """A build in parts, on its way."""

    def __init__(
        self,
        plan: Plan,
        before: Before,
        wanted: Mapping[str, DatasetPlan],
        count: int,
        run: Runner,
        keep: Keep,
    ) -> None:
        self.plan = plan
        self.before = before
        self.wanted = wanted
        self.run = run
        self.keep = keep
        self.evidence = Evidence(plan, before.tables, wanted.values())
        self.parts = Parts(self.evidence, count)
        self.found: dict[Purpose, dict[str, Found]] = {purpose: {} for purpose in PURPOSES}
        self.division = Division(
            {n: why_whole(dataset, wanted, self.evidence) for n, dataset in wanted.items()}
        )

    def run_all(self) -> None:
        """Run the stages for as long as there is something to build in parts."""
        while (stage := self._next()) is not None:
            self.division.stages.append(stage)
            if stage.in_parts:
                self._in_parts(stage)
            else:
                self._of_all_rows(stage)

    def merged(self) -> Merged:
        """What has been built, with what was found where subjects were made."""
        subjects = {name: found for name, found in self.evidence.found.items() if name}
        found: FoundBy = {p: {**subjects, **self.found[p]} for p in PURPOSES}
        return Merged(self.before.built, found, self.division)

    def _next(self) -> Stage | None:
        there = self.before.built
        remaining = [name for name in self.wanted if name not in there]
        return next_stage(self.wanted, remaining, there, self.division.reasons)

    def _of_all_rows(self, stage: Stage) -> None:
        """Build datasets of all rows, from what is there."""
        for purpose in PURPOSES:
            own = [self.wanted[n] for n in stage.datasets if self.wanted[n].purpose == purpose]
            if not own:
                continue
            given = {n: b for n, b in self.before.built.items() if b.plan.purpose == purpose}
            tables: dict[str, Table] = {**self.before.tables, **self._finished(purpose)}
            outcome = build_datasets(self.plan, tables, own, given=given)
            self.before.built |= {n: self.keep(built) for n, built in outcome.datasets.items()}
            found = {n: item for n, item in outcome.found.items() if n in outcome.datasets}
            self.found[purpose] |= found

    def _finished(self, purpose: Purpose) -> dict[str, Table]:
        """The datasets of the other purpose, as this one reads them."""
        return {
            name: FrameTable(name, built.frame, built.hashes, is_dataset=True)
            for name, built in self.before.built.items()
            if built.plan.purpose != purpose
        }

    def _in_parts(self, stage: Stage) -> None:
        dealing = Dealing(self.plan, stage, self.parts, self.evidence, self.before)
        merging = Merging(dealing, list(self.run(dealing.tasks())))
        doubtful = self._doubtful(stage, merging)
        for name in stage.datasets:
            if name not in doubtful:
                self.before.built[name] = self.keep(merging.merged(name))
                if found := merging.found(name):
                    self.found[self.wanted[name].purpose][name] = merged_found(found)

    def _doubtful(self, stage: Stage, merging: Merging) -> set[str]:
        """The datasets that the parts cannot have made as one run does, and what needs them.

        Those that are so of themselves are made of all rows from now on.
        """
        doubtful: set[str] = set()
        for name in stage.datasets:
            reason = self._doubt(name, merging)
            if reason:
                self.division.reasons[name] = reason
                doubtful.add(name)
        return _with_dependents(doubtful, [self.wanted[name] for name in stage.datasets])

    def _doubt(self, name: str, merging: Merging) -> str:
        if self._has_strangers(name, merging):
            return f"its {SUBJECT} is not that of its raw rows"
        for table, column in orders(self.wanted[name]):
            if table in merging.plans and not _sorts_alike(table, column, merging):
                return f"{table}.{column}, by which it takes rows, holds numbers and other text"
        return ""

    def _has_strangers(self, name: str, merging: Merging) -> bool:
        """Whether a part has made a record of a subject that is not its own."""
        for number, part in enumerate(merging.parts(name)):
            if (self.parts.of_subjects(part.frame[SUBJECT]) != number).any():
                return True
        return False


def _sorts_alike(table: str, column: str, merging: Merging) -> bool:
    parts = merging.parts(table)
    if column not in parts[0].frame.columns:
        return True
    return sorts_alike(pd.concat([part.frame[column] for part in parts], ignore_index=True))


def _with_dependents(names: set[str], plans: Sequence[DatasetPlan]) -> set[str]:
    """These datasets, and those of the others that need one of them."""
    found = set(names)
    while more := {p.name for p in plans if p.name not in found and tables_of(p) & found}:
        found |= more
    return found
