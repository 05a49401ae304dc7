"""Where a check of the data stands: the document by OID, one dataset of it, and its columns.

Source: none. Problems: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clinmap.problems import Location, Problem, Severity, quoted, says_who
from define.audit.data.content import Column, Dataset
from define.document.model import (
    CodeList,
    Define,
    Item,
    ItemGroup,
    ItemRef,
    ValueList,
    WhereClause,
    by_oid,
)

if TYPE_CHECKING:
    from define.audit.data.coded import Coded, Combinations

SHOWN = 3
"""How many values a message shows."""

SAS_NAME = 8
"""The longest name in a version 5 transport file; a longer one has a SAS name beside it."""

ROWS_SHOWN = 10
"""How many rows a problem names."""


class Look:
    """The definitions of a document by OID, what it is called, and what all datasets together show.

    `longest` is the longest value of each item over all its uses, `seen` the terms of each
    codelist that occur, `matched` whether any record has been found for an item of a value list:
    True, False, or None where that cannot be told.
    """

    def __init__(self, define: Define, file: str) -> None:
        self.define = define
        self.file = file
        self.items: Mapping[str, Item] = by_oid(define.items)
        self.lists: Mapping[str, CodeList] = by_oid(define.codelists)
        self.value_lists: Mapping[str, ValueList] = by_oid(define.value_lists)
        self.clauses: Mapping[str, WhereClause] = by_oid(define.where_clauses)
        self.longest: dict[str, tuple[int, str, str]] = {}
        self.seen: dict[str, set[str]] = {}
        self.matched: dict[tuple[str, int], tuple[bool | None, str, str]] = {}
        self.unread: set[str] = set()

    def at(self, line: int) -> Location | None:
        """The place in the file."""
        return Location(self.file, line) if self.file else None

    @property
    def tells_of_no_data(self) -> bool:
        """Whether def:HasNoData exists: since 2.1."""
        return self.define.namespace != "2.0" and not self.define.version.startswith("2.0")


@dataclass(slots=True)
class Place:
    """A described dataset and what its file holds."""

    look: Look
    group: ItemGroup
    dataset: Dataset
    coded: dict[str, Coded] = field(default_factory=dict)
    combined: dict[tuple[str, ...], Combinations] = field(default_factory=dict)
    by_name: dict[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        self.by_name = {column.name.upper(): column for column in self.dataset.columns}

    @property
    def rows(self) -> int:
        """How many records there are."""
        return 0 if self.dataset.frame is None else len(self.dataset.frame)

    def column(self, item: Item) -> Column | None:
        """The variable of an item in the file, in any case; a long name may have a SAS name."""
        found = self.by_name.get(item.name.upper())
        long = len(item.name) > SAS_NAME
        return found or (self.by_name.get(item.sas_name.upper()) if long else None)

    def values(self, name: str) -> Coded:
        """The values of a column of the file, each column coded once."""
        from define.audit.data.coded import Coded

        if name not in self.coded:
            frame: Any = self.dataset.frame
            self.coded[name] = Coded(frame[name])
        return self.coded[name]

    def combinations(self, names: tuple[str, ...]) -> Combinations:
        """The combinations of values that occur in columns of the file."""
        from define.audit.data.coded import Combinations

        if names not in self.combined:
            self.combined[names] = Combinations([self.values(n) for n in names], self.rows)
        return self.combined[names]

    def own_items(self) -> list[tuple[ItemRef, Item]]:
        """The variables that are described, in their order."""
        refs = list(self.group.refs)
        if all(ref.order is not None for ref in refs):
            refs.sort(key=lambda ref: ref.order or 0)
        items = ((ref, self.look.items.get(ref.item_oid)) for ref in refs)
        return [(ref, item) for ref, item in items if item is not None]

    def problem(
        self,
        code: str,
        severity: Severity,
        message: str,
        line: int,
        variable: str = "",
        *,
        count: int = 1,
        rows: Iterable[int] = (),
        hint: str = "",
    ) -> Problem:
        """A problem of this dataset; `rows` are numbered from 0."""
        name = self.group.name
        return Problem(
            code,
            severity,
            message,
            name,
            variable,
            count=count,
            rows=tuple(f"{name}:{row + 1}" for row in rows),
            location=self.look.at(line),
            hint=hint,
        )


def some(values: Sequence[str], *columns: str) -> str:
    """A few values as a message may show them; of more, how many are left out.

    >>> some(["A", "B", "C", "D"]), some(["A"], "SUBJID")
    ("'A', 'B', 'C' and 1 more", 'a text of 1 characters, not shown')
    """
    shown = ", ".join(quoted(value, *columns) for value in values[:SHOWN])
    more = len(values) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def form(text: str, column: str = "") -> str:
    """What a value looks like, without what it says: letters are A, digits 9.

    >>> form("12/JAN/2014"), form("<0.5")
    ('99/AAA/9999', '<9.9')
    """
    if says_who(column):
        return f"a text of {len(text):,} characters"
    shape = "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in text[:24])
    return f"{shape if shape.isprintable() else '…'}{'…' if len(text) > 24 else ''}"
