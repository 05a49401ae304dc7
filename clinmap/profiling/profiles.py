"""What is known of a raw table and its columns before anybody has mapped them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["empty", "integer", "decimal", "date", "datetime", "time", "yes/no", "coded", "text"]
DATED: tuple[Kind, ...] = ("date", "datetime")
NUMERIC: tuple[Kind, ...] = ("integer", "decimal")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: how full it is, what it holds, and what the file says of it.

    `values` are the distinct texts with their counts, the most frequent first, up to
    `columns.MOST_VALUES`; they are data, so no message shows them. `formats` are the date formats
    that read the column, `other_formats` those that read it as well and mean something else.
    `partial` counts the dates without a day or month. `label` and `aliases` are what the file, or
    an ODM-XML beside it, calls the column; `decodes` are the codes of its code list there.
    """

    name: str
    rows: int
    missing: int
    distinct: int
    kind: Kind
    longest: int = 0
    values: tuple[tuple[str, int], ...] = ()
    formats: tuple[str, ...] = ()
    other_formats: tuple[str, ...] = ()
    partial: int = 0
    is_unique: bool = False
    label: str = ""
    aliases: tuple[str, ...] = ()
    decodes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_constant(self) -> bool:
        """Whether every row holds the same value."""
        return self.distinct == 1 and self.missing == 0

    @property
    def is_coded(self) -> bool:
        """Whether few texts come again and again."""
        return self.kind in ("coded", "yes/no")

    @property
    def texts(self) -> tuple[str, ...]:
        """The distinct texts that were kept, the most frequent first."""
        return tuple(text for text, _ in self.values)


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One raw table: its columns, and what tells its rows apart.

    `keys` are columns whose values together are unique, the fewest that were found. `domains` are
    what the file itself calls the SDTM domain.
    """

    name: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    label: str = ""
    keys: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnProfile | None:
        """The column of this name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Described:
    """What a file says of a table beside its rows: labels, SDTM names and codes by column."""

    label: str = ""
    domains: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decodes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
