"""What was found while datasets were made, kept by dataset: a later run may reuse one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clinmap.frames import Positions
from clinmap.problems import Listed, Problem

SUBJECTS_OF = "$"
"""What stands before the name of a raw table whose subjects were made by the study's rule."""


@dataclass(frozen=True, slots=True)
class Told:
    """Behind a problem: who told it, and its first raw records, by where the rows come from.

    `turn` tells apart who told the same of one variable: the number of a source, of a step's use.
    `listed` are the texts that it is about, where they are listed as long as they are few.
    """

    turn: int
    pieces: tuple[tuple[str, Positions], ...]
    listed: Listed | None = None


@dataclass(slots=True)
class Found:
    """The problems of a dataset, the raw records left out for it, and whose subjects it asked for.

    The subjects of a raw table are made once for all who ask; what is found then is kept under
    `$` and the name of the table. `told` is what stands behind each problem, as long as the run is
    at work: from it the problems of a study that was made in parts are put together.
    """

    problems: list[Problem] = field(default_factory=list)
    left_out: list[tuple[str, Positions]] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    told: list[Told] = field(default_factory=list, repr=False, compare=False)


def gathered(
    found: Mapping[str, Found],
) -> tuple[tuple[Problem, ...], tuple[tuple[str, Positions], ...]]:
    """All problems, and all that was left out."""
    problems = tuple(problem for item in found.values() for problem in item.problems)
    return problems, tuple(piece for item in found.values() for piece in item.left_out)


def asked_for(found: Mapping[str, Found]) -> dict[str, Found]:
    """What was found of datasets, and of the subjects that one of them asked for."""
    wanted = [name for name in found if not name.startswith(SUBJECTS_OF)]
    kept: dict[str, Found] = {}
    while wanted:
        name = wanted.pop(0)
        if name in found and name not in kept:
            kept[name] = found[name]
            wanted += [f"{SUBJECTS_OF}{table}" for table in sorted(found[name].asked)]
    return kept
