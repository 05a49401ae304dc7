"""A change between two Plans, and what any comparison of them needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from clinmap.app.build.edges import Node
from clinmap.app.planning.written import written
from clinmap.phrases import listed
from clinmap.plan import VariablePlan
from clinmap.problems import Location
from clinmap.registry import Operation

K = TypeVar("K")
V = TypeVar("V")
Kind = Literal["data", "metadata"]
Part = Literal["study", "raw table", "dataset", "codelist", "checks", "results"]

READS_CODELISTS = frozenset({"recode", "decode", "standard_result"})
"""The operations whose values follow from the terms of codelists."""

OUR_OPERATIONS = ("clinmap", "sdtm", "adam")
"""The packages whose operations are known; those of plug-ins may read anything."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of what (`names`: datasets, raw tables, codelists; `variable`), and in what.

    `old` and `new` are as written in the specification, empty where there is none. `starts` are the
    nodes of which the change is; what rests on them may change too.
    """

    part: Part
    names: tuple[str, ...]
    aspect: str
    old: str = ""
    new: str = ""
    kind: Kind = "metadata"
    variable: str = ""
    location: Location | None = None
    starts: tuple[Node, ...] = ()

    @property
    def subject(self) -> str:
        """What it is of, in short: `AE.AETERM`, or several names.

        >>> Change("dataset", ("AE", "CM"), "label", variable="STUDYID").subject
        'STUDYID of AE, CM'
        """
        named = listed(self.names)
        if not self.variable:
            return named
        return f"{self.variable} of {named}" if len(self.names) > 1 else f"{named}.{self.variable}"


def texts(
    part: Part, name: str, old: object, new: object, fields: Iterable[str]
) -> Iterator[Change]:
    """A metadata change for each of these fields that reads otherwise."""
    for field in fields:
        before, after = written(getattr(old, field)), written(getattr(new, field))
        if before != after:
            yield Change(part, (name,), field.replace("_", " "), before, after)


def pairs(old: Mapping[K, V], new: Mapping[K, V]) -> Iterator[tuple[K, V | None, V | None]]:
    """Both sides of each key, in the order of the new, and then those that are gone."""
    for key in [*new, *(key for key in old if key not in new)]:
        yield key, old.get(key), new.get(key)


def is_foreign(operation: Operation) -> bool:
    """Whether an operation is a plug-in's, of which nobody knows what it reads of the study."""
    return type(operation).__module__.partition(".")[0] not in OUR_OPERATIONS


def asked_codelists(variable: VariablePlan) -> Iterator[str]:
    """The variables of whose codelists the steps of a variable ask: its own, or those it reads."""
    for step, _ in variable.all_steps:
        if step.operation.name in READS_CODELISTS or is_foreign(step.operation):
            yield variable.name
            yield from (ref.column for ref in step.inputs if ref.kind == "own")
