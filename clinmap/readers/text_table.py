"""What a reader is asked, and what it answers: a table of text with the place of each record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.plan import RawTable
from clinmap.problems import InputError, Location, Problem, may_be_shown
from clinmap.readers.odm_files import OdmFiles

if TYPE_CHECKING:
    import pandas as pd

Lines = tuple[tuple[int, int], ...]
"""(record, line) pairs: from this record on, lines count up by one. Empty: records have no line."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a reader may need beside the file itself.

    `parameters` are those of study.yaml, `databases` the URLs by name (they may hold a password:
    never show one), `tables` the other raw tables by name, `odm` reads each ODM file once for all
    its tables.
    """

    parameters: Mapping[str, object] = field(default_factory=dict)
    databases: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, RawTable] = field(default_factory=dict)
    odm: OdmFiles = field(default_factory=OdmFiles)


@dataclass(frozen=True, slots=True)
class Request:
    """One raw table to be read: its file, what messages call it, and what stands beside."""

    table: RawTable
    path: Path
    file: str
    beside: Beside = Beside()

    def place(self, line: int = 0) -> Location:
        """A place in the file."""
        return Location(self.file, line)


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table as it was read: text columns only, missing null, index 0 to n-1.

    `header_line` is where the column names stand, 0 where that is no line. `added` are columns
    that stand in no file: options asked for them. `sha256` is given where there is no file to
    take it of, `exact_missing` where the declared missing tokens are null already.
    """

    frame: pd.DataFrame
    header_line: int = 0
    lines: Lines = ()
    added: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    sha256: str = ""
    exact_missing: bool = False


def line_of(lines: Sequence[Sequence[int]], record: int) -> int:
    """The line of a record (from 1), or 0 where it has none.

    >>> [line_of(((1, 5), (3, 9)), record) for record in (1, 2, 3, 4)]
    [5, 6, 9, 10]
    >>> line_of((), 1)
    0
    """
    before = [pair for pair in lines if pair[0] <= record]
    if not before:
        return 0
    start, line = before[-1]
    return line + record - start


def joined_lines(numbers: Iterable[int], most: int = 20_000) -> Lines:
    """The lines of all records as (record, line) pairs; empty where there were more than `most`.

    >>> joined_lines([2, 3, 4, 9, 10])
    ((1, 2), (4, 9))
    """
    found: list[tuple[int, int]] = []
    expected = -1
    for record, line in enumerate(numbers, start=1):
        if line != expected:
            found.append((record, line))
        expected = line + 1
    return tuple(found) if len(found) <= most else ()


def shown_names(names: Collection[str], most: int = 12) -> str:
    """Column names of a file in one line; one that may be a value of a record is not shown.

    >>> shown_names(["AETERM", "101-001"])
    'AETERM, (a name that is not shown)'
    """
    listed = list(names)[:most]
    shown = ", ".join(n if may_be_shown(n) else "(a name that is not shown)" for n in listed)
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def check_names(names: Sequence[str], place: Location) -> None:
    """Refuse column names that are blank (INP008) or stand twice (INP007)."""
    blank = [number for number, name in enumerate(names, start=1) if not name.strip()]
    if blank:
        shown = ", ".join(map(str, blank[:12]))
        raise InputError(
            "INP008",
            f"columns without a name: column {shown} of {len(names)}",
            location=place,
            hint="Name them in the export; in text files `names` can give the names instead",
        )
    seen: set[str] = set()
    twice = dict.fromkeys(name for name in names if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    if twice:
        said = f"column names that stand twice: {shown_names(twice)}"
        raise InputError("INP007", said, location=place, hint="Rename one of them in the export")
