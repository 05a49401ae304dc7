"""Everything that is wrong with the finished datasets of a study, dataset by dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from clinmap.facts import DatasetFacts
from clinmap.plan import Plan
from clinmap.validation.described import judged_as_described
from clinmap.validation.findings import Found
from clinmap.validation.from_standards import Given
from clinmap.validation.schemas import judged_alone
from clinmap.validation.study import judged_together


def judge(
    plan: Plan,
    frames: Mapping[str, pd.DataFrame],
    *,
    facts: Mapping[str, DatasetFacts] | None = None,
    given: Mapping[str, Given] | None = None,
    step: Callable[[str], object] = str,
) -> list[Found]:
    """The findings of finished datasets: those of `validate`, then those of `validate_study`.

    `frames` are as for `validate`; `facts` were measured on the same data. With `given`, what the
    files say of their columns is compared with the standard too. `step` is told the name of each
    dataset before it is checked. Datasets that the Plan does not know are left alone.

    Example: `judge(plan, ready_frames(plan, given), given=given)`.
    """
    found: list[Found] = []
    for dataset in plan.datasets:
        if dataset.name in frames and dataset.submitted:
            step(dataset.name)
            measured = facts.get(dataset.name) if facts else None
            found += judged_alone(dataset, plan, frames[dataset.name], measured)
            if given and dataset.name in given:
                found += judged_as_described(dataset, plan, given[dataset.name])
    return found + judged_together(plan, frames)
