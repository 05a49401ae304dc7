"""Facts of the data: what is measured once, so that metadata never has to guess.

Lengths, the values that occur and the digits of numbers are measured from the finished datasets,
for a whole variable and for each value-level group. define.xml, XPT lengths and the audit read
these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinmap.metadata import Condition
    from clinmap.plan import VariablePlan


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """What holds of the non-missing values of a column (or of one group of its rows).

    `length` is the longest value in bytes (text) or the longest decimal text (numbers); `values`
    are the distinct values as text, sorted, cut off at `VALUES_KEPT` (then `complete` is False).
    `integer` says that every number is whole; `digits` is the most digits after the decimal point.
    """

    count: int = 0
    length: int = 0
    values: tuple[str, ...] = ()
    complete: bool = True
    integer: bool = True
    digits: int = 0


@dataclass(frozen=True, slots=True)
class VariableFacts(ValueFacts):
    """The facts of a variable; `groups` has the same per value-level group, keyed by its values.

    `conditions` has the same for the rows where stated conditions hold that make no groups.
    """

    groups: Mapping[tuple[str, ...], ValueFacts] = field(default_factory=dict)
    conditions: Mapping[tuple[Condition, ...], ValueFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DatasetPart:
    """A part of a large dataset that is written to a file of its own.

    `file` is seen from the folder of the whole; `holds` says which records it has, and `empty` are
    the variables without a value in it.
    """

    name: str
    holds: str
    file: str
    rows: int
    empty: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """The facts of a dataset: its rows, its variables, the file that it is written to."""

    name: str
    rows: int
    variables: Mapping[str, VariableFacts]
    file: str = ""


def stated_conditions(variable: VariablePlan) -> tuple[tuple[Condition, ...], ...]:
    """The conditions of a variable's value-level items and of its codelists, each once."""
    stated = [item.when for item in variable.items] + [use.when for use in variable.codelists]
    return tuple(dict.fromkeys(when for when in stated if when))
