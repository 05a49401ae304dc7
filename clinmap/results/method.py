"""Methods of analysis: what they must say of themselves, and the records that they are given.

A method makes rows of a table, or panels of a figure, of the records of one result. Its class is a
frozen pydantic dataclass, as an operation's is; its first field is what its name holds in YAML.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from clinmap.problems import near_match
from clinmap.registry import made_of
from clinmap.registry import operation as method
from clinmap.results.plans import Described, Shown
from clinmap.results.shown import Column, Panel, Records, Value

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.expressions import Expression

    Places = npt.NDArray[np.int64]

__all__ = ["Group", "Line", "Method", "Methods", "Part", "Use", "method"]

SUBJECT = "USUBJID"
Kind = Literal["any", "number", "category"]


@dataclass(frozen=True, slots=True)
class Use:
    """A variable that a method reads, and what it must be."""

    variable: str
    kind: Kind = "any"


@dataclass(frozen=True, slots=True)
class Group:
    """A column of a table: its subjects (those of the population), and a column of everybody."""

    key: str
    label: str
    subjects: frozenset[str]
    total: bool = False

    @property
    def size(self) -> int:
        """How many subjects there are."""
        return len(self.subjects)

    @property
    def column(self) -> Column:
        """The column of a table that the group is."""
        return Column(self.key, self.label, self.size)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table before it is laid out: its values by the key of their column."""

    label: str
    level: int = 0
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """The records of a result for one value of `each`, and the groups to compare.

    `frame` has the row's number in the dataset (from 1) as index; `group` names the group of each
    row (empty: none of them). `labels` are the values of `each`, for headings.
    """

    dataset: str
    frame: pd.DataFrame
    group: npt.NDArray[np.object_]
    groups: tuple[Group, ...]
    described: Mapping[str, Described]
    labels: tuple[str, ...] = ()

    @property
    def compared(self) -> tuple[Group, ...]:
        """The groups without the column of everybody."""
        return tuple(group for group in self.groups if not group.total)

    def of(self, group: Group) -> pd.DataFrame:
        """The records of a group."""
        return self.frame if group.total else self.frame[self.group == group.key]

    def records(self, frame: pd.DataFrame, variable: str = "") -> Records:
        """The records that a value was made from."""
        return Records(self.dataset, tuple(int(row) for row in frame.index), variable)

    def true(self, criterion: Expression) -> npt.NDArray[np.bool_]:
        """For each record, whether a condition holds."""
        from clinmap.execution.evaluate import is_true

        return is_true(criterion, lambda ref: self.frame[ref.column], self.frame.index)

    def label(self, variable: str) -> str:
        """The label of a variable, or its name."""
        known = self.described.get(variable)
        return known.label if known is not None and known.label else variable


class Method(ABC):
    """One way to make a result; `shown` says whether it is rows of a table or a figure."""

    name: ClassVar[str]
    shown: ClassVar[Shown] = "table"
    groups: ClassVar[int] = 0
    """How many groups it compares; 0 for any number, none included."""

    @abstractmethod
    def uses(self) -> tuple[Use, ...]:
        """The variables that it reads."""

    def criteria(self) -> tuple[Expression, ...]:
        """The conditions that it asks of records."""
        return ()

    def columns(self, part: Part) -> tuple[Column, ...]:
        """The columns of the table: the groups, unless a method has others."""
        return tuple(group.column for group in part.groups)

    def regrouped(self, part: Part) -> Part:
        """The part with the groups that the method compares."""
        return part

    def lines(self, part: Part) -> Iterable[Line]:
        """The rows for one part."""
        return ()

    def tables(self, parts: Sequence[Part]) -> list[list[Line]]:
        """The rows for every part; a method that looks at all parts at once has its own."""
        return [list(self.lines(part)) for part in parts]

    def panels(self, parts: Sequence[Part]) -> list[Panel]:
        """The panels of a figure."""
        return []

    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the method, as footnotes."""
        return ()


class Methods:
    """The methods that a specification may name."""

    def __init__(self, methods: Iterable[type[Method]]) -> None:
        self._by_name = {found.name: found for found in methods}

    @property
    def names(self) -> tuple[str, ...]:
        """The methods' names, sorted."""
        return tuple(sorted(self._by_name))

    def get(self, name: str) -> type[Method] | None:
        """The method of that name, or None."""
        return self._by_name.get(name)

    def parameters(self, name: str) -> tuple[str, ...]:
        """The names of a method's parameters; the first is what its name holds."""
        cls: Any = self._by_name[name]
        return tuple(found.name for found in dataclasses.fields(cls))

    def hint(self, name: str) -> str:
        """The methods with a near name."""
        return near_match(name, self._by_name)

    def make(self, name: str, parameters: Mapping[str, object]) -> Method:
        """The method with these parameters; pydantic's ValidationError when they do not fit."""
        return made_of(self._by_name[name], parameters)
