"""What the specification asks for: objectives, displays and their results, compiled.

Source: ARM 1.0 for Define-XML, section 4 (display, result, reason, purpose). Problems: none.
Example: `plan.displays[0].results[0].dataset` is the dataset that the first result is made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from clinmap.expressions import Expression
from clinmap.problems import Location

if TYPE_CHECKING:
    from clinmap.results.method import Method

Shown = Literal["table", "listing", "figure"]


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective of the study, in the words of the registry, with what its answer rests on.

    `assumes` names entries of the results' `assumptions`.
    """

    id: str
    title: str
    text: str
    purpose: str
    assumes: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A variable that a result reads: its label, its type, its values in the order of a codelist.

    `owner` is the dataset that it stands in: the result's, or ADSL.
    """

    label: str
    type: str
    owner: str
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultPlan:
    """One analysis result: records of a dataset, and the method that makes numbers of them.

    `where` chooses records of `dataset`; `population` (a flag of ADSL) chooses subjects; `by` are
    the variables whose values make the columns, in the dataset or in ADSL, `total` adds a column of
    everybody. The method is asked once for each value of `each`. `described` are the variables that
    are read, `parameters` the values of PARAMCD that `where` names.
    """

    id: str
    title: str
    dataset: str
    method: Method
    location: Location
    where: Expression | None = None
    population: str = ""
    by: tuple[str, ...] = ()
    reason: str = ""
    purpose: str = ""
    parameters: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    total: bool = False
    described: Mapping[str, Described] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DisplayPlan:
    """A table, a listing or a figure: its texts, and the results that it shows."""

    id: str
    objective: str
    shown: Shown
    title: str
    results: tuple[ResultPlan, ...]
    location: Location
    population: str = ""
    by: tuple[str, ...] = ()
    total: bool = False
    footnotes: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResultsPlan:
    """All of a study's results: its objectives, its displays, and the assumptions by name."""

    objectives: tuple[Objective, ...] = ()
    displays: tuple[DisplayPlan, ...] = ()
    assumptions: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False

    def display(self, identifier: str) -> DisplayPlan | None:
        """The display of that id, or None."""
        return next((one for one in self.displays if one.id == identifier), None)
