"""What is known of items before OIDs of shared definitions are given out.

Codelists, methods and comments are shared by items. Their OIDs can only be chosen once all items
are known, so `build` first drafts every dataset and then names what the drafts need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clinmap.facts import DatasetFacts
from clinmap.metadata import Condition, FormalCode
from clinmap.plan import DatasetPlan, PlanCodelist
from define.document.model import Dictionary, ItemOrigin, Term

Checks = tuple[Condition, ...]
"""A where clause before OIDs: conditions on variables of one dataset, all of which hold."""

Selection = tuple[str, Checks]
"""A dataset, and the conditions that choose records of it."""

Derivation = tuple[str, tuple[FormalCode, ...]]
"""A method before OIDs: its text and its code."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Data type, length and significant digits, as ItemDef states them."""

    data_type: str
    length: int | None = None
    significant_digits: int | None = None


@dataclass(frozen=True, slots=True)
class NarrowedList:
    """A codelist as one item needs it: only the terms that occur."""

    source: PlanCodelist
    data_type: str
    terms: tuple[Term, ...] = ()
    external: Dictionary | None = None

    @property
    def content(self) -> tuple[object, ...]:
        """What two lists must share to be one CodeList."""
        return (self.source.id, self.source.code, self.data_type, self.terms, self.external)


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item, with texts and codelists in the place of OIDs; `tail` is its OID without `IT.`."""

    tail: str
    name: str
    label: str
    shape: Shape
    origins: tuple[ItemOrigin, ...] = ()
    method: str = ""
    formal: tuple[FormalCode, ...] = ()
    comment: str = ""
    codelist: NarrowedList | None = None
    display_format: str = ""
    mandatory: bool = False
    no_data: bool = False

    @property
    def derivation(self) -> Derivation | None:
        """What two items must share to have one method."""
        return (self.method, self.formal) if self.method else None


@dataclass(frozen=True, slots=True)
class ValueDraft:
    """A value-level item and the rows for which it holds."""

    checks: Checks
    item: ItemDraft
    why: str = ""


@dataclass(frozen=True, slots=True)
class VariableDraft:
    """A variable and its value list, if it has one."""

    item: ItemDraft
    role: str = ""
    key_sequence: int | None = None
    values: tuple[ValueDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class DatasetDraft:
    """A dataset with its variables in order."""

    plan: DatasetPlan
    facts: DatasetFacts
    variables: tuple[VariableDraft, ...]
    comment: str = ""

    @property
    def items(self) -> Iterator[ItemDraft]:
        """All items: each variable, followed by the items of its value list."""
        for variable in self.variables:
            yield variable.item
            for value in variable.values:
                yield value.item


def oid_part(text: str) -> str:
    """`text` as a part of an OID: letters, digits, `_` and `-`; `NULL` for no text.

    >>> oid_part("10^9/L"), oid_part("")
    ('10-9-L', 'NULL')
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", text) or "NULL"


def distinct_names(wanted: Iterable[str]) -> tuple[str, ...]:
    """The same names, each once: a later double gets `-2`, `-3` and so on.

    >>> distinct_names(["A", "B", "A"])
    ('A', 'B', 'A-2')
    """
    taken: set[str] = set()
    return tuple(_free_name(name, taken) for name in wanted)


def _free_name(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    taken.add(free)
    return free
