"""Which datasets a build makes, and which of them it writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clinmap.app.build.needs import datasets_needed
from clinmap.app.errors import raise_all
from clinmap.plan import DatasetPlan, Plan, Purpose
from clinmap.problems import SpecificationError, near_match

PURPOSES: dict[str, Purpose] = {"SDTM": "Tabulation", "ADAM": "Analysis"}


@dataclass(frozen=True, slots=True)
class Selection:
    """The datasets to build (those asked for and what they need), and those of them to write."""

    build: tuple[DatasetPlan, ...]
    write: frozenset[str]
    whole: bool


def select(plan: Plan, items: Sequence[str]) -> Selection:
    """What `items` name: datasets (`AE`), or `sdtm` and `adam`; nothing named is everything.

    Problems: SpecificationError SPC021 for each name that matches nothing.
    """
    if not items:
        return Selection(plan.datasets, frozenset(d.name for d in plan.datasets), True)
    names = [name for item in items for name in item.upper().split(",") if name]
    errors = [_nothing(plan, name) for name in names if not _matches(plan, name)]
    raise_all(errors)
    if not names:
        raise SpecificationError("SPC021", "the selection is empty", hint="Name a dataset.")
    chosen = {dataset.name for name in names for dataset in _matches(plan, name)}
    chosen |= {dataset.name for dataset in plan.datasets if dataset.parent in chosen}
    needed = datasets_needed(plan, chosen)
    build = tuple(dataset for dataset in plan.datasets if dataset.name in needed)
    return Selection(build, frozenset(chosen), False)


def _matches(plan: Plan, name: str) -> Iterable[DatasetPlan]:
    if name in PURPOSES:
        return plan.of_purpose(PURPOSES[name])
    dataset = plan.dataset(name)
    return (dataset,) if dataset else ()


def _nothing(plan: Plan, name: str) -> SpecificationError:
    known = [dataset.name for dataset in plan.datasets]
    return SpecificationError(
        "SPC021",
        f"the selection {name} matches nothing",
        hint=near_match(name, (*known, *PURPOSES)) or f"Datasets: {', '.join(known)}.",
    )
