"""Reading the raw tables of a build: all that it needs, and every file that is wrong at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.errors import raise_all
from clinmap.app.watch import Watch
from clinmap.plan import Plan, RawTable
from clinmap.problems import ClinmapError, InputError, Problem

if TYPE_CHECKING:
    from clinmap.execution.tables import FrameTable
    from clinmap.readers.raw import RawData


@dataclass(frozen=True, slots=True)
class RawInput:
    """A raw table that was read: its file (relative to the raw folder), digest and rows.

    `first_line` is the line of the file where record 1 stands, 0 where records have no line of
    their own: in binary files, and in text with line breaks in cells or empty lines.
    """

    table: RawTable
    file: str
    sha256: str
    rows: int
    first_line: int


@dataclass(frozen=True, slots=True)
class RawTables:
    """The raw tables of a build, as tables of the engine, as inputs, and what was odd."""

    tables: Mapping[str, FrameTable]
    inputs: Mapping[str, RawInput]
    problems: tuple[Problem, ...]


def read_raw_tables(
    plan: Plan, folder: Path, columns: Mapping[str, frozenset[str]], watch: Watch
) -> RawTables:
    """Read these raw tables, held to their declared columns and to those that the Plan reads.

    Problems: InputError INP001 to INP007, those of all tables together.
    """
    from clinmap.execution.tables import FrameTable
    from clinmap.readers.raw import read_raw, row_hash

    if columns and not folder.is_dir():
        raise InputError(
            "INP001",
            f"there is no folder of raw exports {folder}",
            hint="Name the folder with the raw files as --raw.",
        )
    errors: list[ClinmapError] = []
    read: dict[str, RawData] = {}
    for name, needed in columns.items():
        watch.step(name)
        try:
            read[name] = read_raw(plan.raw[name], folder, sorted(needed))
        except ClinmapError as error:
            errors.append(error)
    raise_all(errors)
    return RawTables(
        {name: FrameTable(name, data.frame, row_hash(data.frame)) for name, data in read.items()},
        {name: _input(data, folder) for name, data in read.items()},
        tuple(problem for data in read.values() for problem in data.problems),
    )


def _input(data: RawData, folder: Path) -> RawInput:
    rows = len(data.frame)
    return RawInput(
        data.table, data.file, data.sha256, rows, data.first_line * _one_line_each(data, folder)
    )


def _one_line_each(data: RawData, folder: Path) -> bool:
    """Whether each record stands on one line of its own, so that its line can be told."""
    if not data.first_line:
        return False
    content = (folder / data.table.path).read_bytes()
    text = content.decode(data.table.encoding, errors="replace")
    return len(text.rstrip("\r\n").splitlines()) == data.first_line - 1 + len(data.frame)
