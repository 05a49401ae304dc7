"""Reading the found tables once, and profiling them; what cannot be read is listed and left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.starting.discovery import Found, FoundTable, LeftOut
from clinmap.plan import RawTable
from clinmap.problems import ClinmapError
from clinmap.profiling import Described, TableProfile, profile_table
from clinmap.readers.text_table import Beside

if TYPE_CHECKING:
    from clinmap.readers.raw import RawData

REMEDIES: Mapping[str, Mapping[str, str]] = {
    "INP003": {"encoding": "windows-1252"},
    "INP020": {"merged": "fill"},
}
"""What may be said in raw.yaml where a reader refuses a file with this code."""

_ALIKE = 0.8
_SHOWN = 8


def profiles_of(
    found: Found, folder: Path, metadata: Mapping[str, Described]
) -> list[TableProfile]:
    """The profiles of all tables that can be read; the others go to `found.left_out`.

    A table that holds the columns of another one of its name, such as an item group of an ODM-XML
    beside the CSV of the form, is the same data a second time: it is left out and listed.
    """
    from clinmap.readers.odm_files import OdmFiles

    profiles: list[TableProfile] = []
    odm = OdmFiles([table.raw_table for table in found.tables])
    kept: list[FoundTable] = []
    again: dict[str, list[str]] = {}
    for table in found.tables:
        said = _described(table, metadata)
        try:
            raw = _read(table, folder, Beside(odm=odm))
        except ClinmapError as error:
            found.left_out.append(LeftOut(place_in(table), f"{error.code} {error.message}"))
            continue
        profile = profile_table(table.name, raw.frame, said)
        if same := _same_data(table, profile, kept, profiles):
            again.setdefault(table.path, []).append(same)
            continue
        kept.append(table)
        profiles.append(profile)
    found.tables = kept
    found.left_out += [LeftOut(path, _again(names)) for path, names in again.items()]
    return profiles


def _again(names: list[str]) -> str:
    listed = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    return f"it holds columns of these tables again: {listed} ({len(names)}); see `mirrors`"


def place_in(table: FoundTable) -> str:
    """The file of a table, with its sheet or item group.

    >>> place_in(FoundTable("a", "b.xlsx", "xlsx", {"sheet": "Results"}))
    'b.xlsx, sheet Results'
    """
    if sheet := table.options.get("sheet"):
        return f"{table.path}, sheet {sheet}"
    if table.format == "odm":
        return f"{table.path}, item group {table.options.get('item_group', table.name)}"
    return table.path


def _read(table: FoundTable, folder: Path, beside: Beside) -> RawData:
    from clinmap.readers.raw import read_raw

    try:
        return read_raw(table.raw_table, folder, beside=beside)
    except ClinmapError as error:
        remedy = REMEDIES.get(error.code, {})
        if not remedy or set(remedy) & set(table.options) or not _takes(table.raw_table, remedy):
            raise
        table.options |= remedy
        return read_raw(table.raw_table, folder, beside=beside)


def _takes(table: RawTable, remedy: Mapping[str, str]) -> bool:
    """Whether the options of the table's format have what a remedy sets."""
    return all(hasattr(table.options, name) for name in remedy)


def _described(table: FoundTable, metadata: Mapping[str, Described]) -> Described:
    """What the table's own file says, else what an ODM-XML says of an item group of its name."""
    own = table.described
    if own.labels or own.aliases or own.decodes or own.domains:
        return own
    return metadata.get(table.name.casefold(), own)


def _same_data(
    table: FoundTable, profile: TableProfile, kept: list[FoundTable], profiles: list[TableProfile]
) -> str:
    """The table read before whose name and columns this one has."""
    called = str(table.options.get("item_group", Path(table.path).stem)).casefold()
    if table.format == "odm":
        called = called.rpartition(".")[2]
    for other, before in zip(kept, profiles, strict=True):
        shared = len(set(profile.names) & set(before.names))
        fewest = min(len(profile.names), len(before.names))
        if other.name.casefold() == called and shared >= _ALIKE * fewest:
            return other.name
    return ""
