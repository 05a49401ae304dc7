"""Which datasets a build makes, and which of them it writes: the language of `--select`.

Items are separated by spaces or commas and add up. An item is a name with a plus on a side (`+AE+`:
what it needs, what is made from it), or several: `/` keeps what both sides name, `-` takes away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from clinmap.app.build.needs import datasets_needed
from clinmap.app.errors import raise_all
from clinmap.plan import DatasetPlan, Plan, Purpose
from clinmap.problems import SpecificationError, near_match

PURPOSES: dict[str, Purpose] = {"SDTM": "Tabulation", "ADAM": "Analysis"}
SHORT = {"BDS": "BASIC DATA STRUCTURE", "OCCDS": "OCCURRENCE DATA STRUCTURE"}
"""Classes that have a short name."""

STATES = ("STATE:CHANGED", "STATE:NEW", "STATE:FAILED", "STATE:UNCHANGED")
States = Callable[[str], Iterable[str]]
"""Gives the datasets of a state (`changed`, `new`, `failed`, `unchanged`), beside a package."""

_OPERATORS = re.compile(r"([-!/&])")
_WILD = re.compile(r"[*%]")


@dataclass(frozen=True, slots=True)
class Selection:
    """The datasets to build (those asked for and what they need), and those of them to write."""

    build: tuple[DatasetPlan, ...]
    write: frozenset[str]
    whole: bool


def select(plan: Plan, items: Sequence[str], states: States | None = None) -> Selection:
    """What `items` name, with what it needs to be built; nothing named is everything.

    Problems: SpecificationError SPC021 for each name that matches nothing, and for a selection that
    chooses no dataset; SPC072 for a state where no package is known.
    """
    if not items:
        return Selection(plan.datasets, frozenset(d.name for d in plan.datasets), True)
    chosen = chosen_datasets(plan, items, states)
    if not chosen:
        raise SpecificationError(
            "SPC021",
            "the selection is empty",
            hint="Nothing is both asked for and left; `clinmap plan --select …` shows why.",
        )
    needed = datasets_needed(plan, chosen)
    build = tuple(dataset for dataset in plan.datasets if dataset.name in needed)
    return Selection(build, chosen, False)


def chosen_datasets(
    plan: Plan, items: Sequence[str], states: States | None = None
) -> frozenset[str]:
    """The names of the datasets that a selection chooses; nothing said is all of them.

    An item that begins with `-` or `!` takes away from what stands before it; the first one from
    all datasets. Problems: as `select`, except that choosing none is fine.
    """
    everything = frozenset(dataset.name for dataset in plan.datasets)
    if not items:
        return everything
    listed = [item for text in items for item in text.upper().split(",") if item]
    if not listed:
        raise SpecificationError("SPC021", "the selection is empty", hint="Name a dataset.")
    asked = _Asked(plan, states)
    chosen = everything if listed[0][0] in "-!" else frozenset[str]()
    for item in listed:
        if item[0] in "-!":
            chosen -= asked.item(item[1:])
        else:
            chosen |= asked.item(item)
    raise_all(asked.errors)
    return chosen


class _Asked:
    """Reads items, and gathers the names that match nothing."""

    def __init__(self, plan: Plan, states: States | None) -> None:
        self.plan = plan
        self.states = states
        self.errors: list[SpecificationError] = []

    def item(self, text: str) -> frozenset[str]:
        """The datasets of one item, its operators taken from left to right."""
        first, *rest = _OPERATORS.split(text)
        found = self.name(first)
        for operator, name in zip(rest[::2], rest[1::2], strict=True):
            other = self.name(name)
            found = found - other if operator in "-!" else found & other
        return found

    def name(self, text: str) -> frozenset[str]:
        """The datasets of a name, with what its plus signs add; SUPP-- go with their parents."""
        from clinmap.app.planning.reach import made_from, made_of

        found = frozenset(self._matches(text.strip("+")))
        before = made_of(self.plan, found) if text.startswith("+") else found
        behind = made_from(self.plan, found) if text.endswith("+") else found
        found = before | behind
        return found | {d.name for d in self.plan.datasets if d.parent in found}

    def _matches(self, name: str) -> Iterable[str]:
        if name in STATES:
            return self._of_state(name)
        found = {d.name for d in self.plan.datasets if _is_called(d, name)}
        if not found:
            self.errors.append(_nothing(self.plan, name))
        return found

    def _of_state(self, name: str) -> Iterable[str]:
        if self.states is not None:
            return self.states(name.partition(":")[2].lower())
        self.errors.append(
            SpecificationError(
                "SPC072",
                f"{name.lower()} asks for a package to compare with, and none is given",
                hint="Give the package of an earlier build as --out or --state.",
            )
        )
        return ()


def class_word(cls: str) -> str:
    """What a selection calls a class.

    >>> class_word("FINDINGS ABOUT")
    'findings_about'
    """
    return cls.lower().replace(" ", "_")


def _is_called(dataset: DatasetPlan, name: str) -> bool:
    if name in PURPOSES:
        return dataset.purpose == PURPOSES[name]
    if _WILD.search(name):
        return fnmatchcase(dataset.name, _WILD.sub("*", name))
    known = dataset.cls.upper()
    return name in (dataset.name, class_word(known).upper()) or SHORT.get(name) == known


def _nothing(plan: Plan, name: str) -> SpecificationError:
    if not name:
        return SpecificationError(
            "SPC021",
            "the selection has a sign with no name beside it",
            hint="Write a name on both sides of - and /, and one behind or before +.",
        )
    datasets = [dataset.name for dataset in plan.datasets]
    classes = sorted({class_word(dataset.cls) for dataset in plan.datasets if dataset.cls})
    known = (*datasets, *(word.lower() for word in PURPOSES), *classes, *map(str.lower, STATES))
    return SpecificationError(
        "SPC021",
        f"the selection {name} matches nothing",
        hint=near_match(name, known) or f"Datasets: {', '.join(datasets)}.",
    )
