"""Building in parts beside building everything at once, and what tells them apart."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from adam.build import build_adam
from clinmap.app.build.expected import problem_order
from clinmap.execution.building import Outcome
from clinmap.execution.finish import Built
from clinmap.execution.found import Found
from clinmap.execution.tables import FrameTable
from clinmap.partition.building import FoundBy, Merged, parts_built
from clinmap.partition.task import PartResult, PartTask, build_part
from clinmap.plan import Plan
from sdtm.build import build_sdtm

Whole = tuple[Mapping[str, Built], Outcome, Outcome]


def one_by_one(tasks: Iterable[PartTask]) -> Iterator[PartResult]:
    """The results of tasks, in this process."""
    yield from map(build_part, tasks)


def sent_away(tasks: Iterable[PartTask]) -> Iterator[PartResult]:
    """The results of tasks that were sent to another process, the last one first."""
    for task in reversed(list(tasks)):
        there = build_part(pickle.loads(pickle.dumps(task, protocol=5)))
        yield pickle.loads(pickle.dumps(there, protocol=5))


def whole(plan: Plan, tables: Mapping[str, FrameTable], before: Merged | None = None) -> Whole:
    """All datasets as one run builds them, from what was built before."""
    built = before.built if before else {}
    found: FoundBy = before.found if before else {}
    of_study = plan.of_purpose("Tabulation")
    sdtm = build_sdtm(plan, tables, of_study, None, built, found.get("Tabulation"))
    given = {
        name: FrameTable(name, item.frame, item.hashes, is_dataset=True)
        for name, item in sdtm.datasets.items()
        if not item.plan.parent
    }
    own = {n: b for n, b in built.items() if b.plan.purpose == "Analysis"}
    adam = build_adam(plan, {**tables, **given}, None, None, own, found.get("Analysis"))
    return {**sdtm.datasets, **adam.datasets}, sdtm, adam


def in_parts(plan: Plan, tables: Mapping[str, FrameTable], count: int) -> Merged:
    """The datasets that can be built in parts."""
    return parts_built(plan, tables, plan.datasets, count, one_by_one)


def differences(one: Built, other: Built) -> list[str]:
    """What two builds of a dataset have in different ways."""
    found = [
        name
        for name in ("frame", "lineage")
        if not _alike(getattr(one, name), getattr(other, name))
    ]
    if not np.array_equal(one.hashes, other.hashes):
        found.append("hashes")
    if one.work is None or other.work is None:
        return found if one.work is other.work else [*found, "work"]
    for name in ("order", "segment_of", "positions"):
        mine, theirs = getattr(one.work, name), getattr(other.work, name)
        if mine.dtype != theirs.dtype or not np.array_equal(mine, theirs):
            found.append(name)
    return found if one.work.tables == other.work.tables else [*found, "tables"]


def _alike(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    try:
        pd.testing.assert_frame_equal(one, other)
    except AssertionError:
        return False
    return True


def said(found: Mapping[str, Found]) -> dict[str, object]:
    """What was found, in an order that does not hang on who found it first."""
    return {
        name: (
            sorted(item.problems, key=problem_order),
            sorted((table, tuple(rows.tolist())) for table, rows in item.left_out),
            sorted(item.asked),
        )
        for name, item in sorted(found.items())
    }


def assert_same(plan: Plan, tables: Mapping[str, FrameTable], merged: Merged) -> None:
    """Hold what was built in parts, and the rest made from it, to one run over everything."""
    expected, built = whole(plan, tables), whole(plan, tables, merged)
    assert list(built[0]) == list(expected[0])
    for name, dataset in expected[0].items():
        assert (name, differences(dataset, built[0][name])) == (name, [])
    for outcome, again in zip(expected[1:], built[1:], strict=True):
        assert said(again.found) == said(outcome.found)
