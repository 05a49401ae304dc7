"""Reading the raw tables of a build: all that it needs, and every file that is wrong at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.build.databases import database_urls
from clinmap.app.build.mirroring import mirror_problems
from clinmap.app.errors import raise_all
from clinmap.app.watch import Watch
from clinmap.corrections import Applied, Correction, columns_of, corrected
from clinmap.plan import Plan, RawTable
from clinmap.problems import ClinmapError, InputError, Problem
from clinmap.raw_formats import WITHOUT_FILE, SasOptions
from clinmap.readers.text_table import Lines

if TYPE_CHECKING:
    from clinmap.execution.tables import FrameTable
    from clinmap.readers.raw import RawData


@dataclass(frozen=True, slots=True)
class RawInput:
    """A raw table that was read: its file (relative to the raw folder), digest and rows.

    `lines` says on which line of the file (or row of a sheet) each record stands: from a record on,
    lines count up by one. It is empty where records have no line.
    """

    table: RawTable
    file: str
    sha256: str
    rows: int
    lines: Lines


@dataclass(frozen=True, slots=True)
class RawTables:
    """The raw tables of a build, as tables of the engine, as inputs, and what was odd.

    `applied` are the documented corrections of their cells; digests are those of the files.
    `found` has the problems by table, those beside mirrors aside. Tables that only unchanged
    datasets read are among `inputs`, and not among `tables`: they were not read again.
    """

    tables: Mapping[str, FrameTable]
    inputs: Mapping[str, RawInput]
    problems: tuple[Problem, ...]
    applied: tuple[Applied, ...] = ()
    found: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[str, int]:
        """The number of rows of each table, read now or before."""
        return {name: item.rows for name, item in self.inputs.items()}


def read_raw_tables(
    plan: Plan,
    folder: Path,
    columns: Mapping[str, frozenset[str]],
    watch: Watch,
    kept: Callable[[FrameTable], FrameTable] | None = None,
) -> RawTables:
    """Read these raw tables, held to their declared columns and to those that the Plan reads.

    `kept` gives each table as it is kept from then on: in a file, where memory is scarce.

    Problems: InputError of the readers (INP001 to INP023), those of all tables together.
    """
    from clinmap.execution.tables import FrameTable
    from clinmap.readers.odm_files import OdmFiles
    from clinmap.readers.raw import read_raw
    from clinmap.readers.text_table import Beside

    wanted = tables_to_read(plan, columns)
    _check_folder(plan, wanted, folder)
    files = OdmFiles(plan.raw[name] for name in wanted)
    beside = Beside(plan.parameters, database_urls(), plan.raw, files)
    errors: list[ClinmapError] = []
    read: dict[str, RawData] = {}
    for name, needed in wanted.items():
        watch.step(name)
        try:
            data = read_raw(plan.raw[name], folder, sorted(needed), beside)
            read[name] = data if kept is None else _kept(data, kept)
        except ClinmapError as error:
            errors.append(error)
    raise_all(errors)
    unlike = mirror_problems(plan, folder, {name: data.frame for name, data in read.items()})
    mended = {n: corrected(data.frame, corrections_of(plan, n)) for n, data in read.items()}
    found = {name: (*read[name].problems, *mended[name].problems) for name in read}
    return RawTables(
        # ties between rows are broken by what was sent, whatever was corrected since
        {name: FrameTable(name, mended[name].frame, read[name].hashes) for name in read},
        {
            name: RawInput(data.table, data.file, data.sha256, len(data.frame), data.lines)
            for name, data in read.items()
        },
        (*(problem for own in found.values() for problem in own), *unlike),
        tuple(item for made in mended.values() for item in made.applied),
        found,
    )


def _kept(data: RawData, kept: Callable[[FrameTable], FrameTable]) -> RawData:
    from clinmap.execution.tables import FrameTable

    table = kept(FrameTable(data.table.name, data.frame, data.hashes))
    return replace(data, frame=table.frame, hashes=table.hashes)


def corrections_of(plan: Plan, table: str) -> list[Correction]:
    """The documented corrections of a raw table."""
    return [correction for correction in plan.corrections if correction.table == table]


def tables_to_read(plan: Plan, columns: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The tables to read, with what corrections need, and the tables that hold labels of others."""
    more = columns_of(plan.corrections)
    wanted = {name: needed | more.get(name, frozenset()) for name, needed in columns.items()}
    for name in columns:
        options = plan.raw[name].options
        if isinstance(options, SasOptions) and options.formats in plan.raw:
            wanted.setdefault(options.formats, frozenset())
    return wanted


def _check_folder(plan: Plan, wanted: Iterable[str], folder: Path) -> None:
    """Refuse a folder that is not there, where any table stands in a file."""
    if folder.is_dir() or all(plan.raw[name].format in WITHOUT_FILE for name in wanted):
        return
    raise InputError(
        "INP001",
        f"there is no folder of raw exports {folder}",
        hint="Name the folder with the raw files as --raw.",
    )
