"""The raw tables of a folder: each file, sheet and item group, with how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clinmap.app.starting.sniffing import header_row, text_layout
from clinmap.plan import RawTable
from clinmap.problems import ClinmapError, InputError
from clinmap.profiling import Described
from clinmap.raw_formats import Format, format_of_name, options_of

_LEFT_OUT = re.compile(r"[^a-z0-9]+")
_NOT_DATA = ("readme", "license", "licence", "checksums", "md5", "sha256")
_HIDDEN = (".", "~$")


@dataclass(slots=True)
class FoundTable:
    """A table that was found: its place, its options in raw.yaml, what its file says of it."""

    name: str
    path: str
    format: Format
    options: dict[str, str | int] = field(default_factory=dict)
    described: Described = field(default_factory=Described)
    problem: str = ""

    @property
    def raw_table(self) -> RawTable:
        """The table as readers take it."""
        options = options_of(self.format, self.path, dict(self.options))
        return RawTable(self.name, self.path, self.format, unexpected="ignore", options=options)


@dataclass(slots=True)
class LeftOut:
    """A file, sheet or item group that is no raw table of the study, and why."""

    path: str
    reason: str


@dataclass(slots=True)
class Found:
    """All that stands in a folder."""

    tables: list[FoundTable] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def find_tables(folder: Path, files: Sequence[Path] = ()) -> Found:
    """The tables in a folder and the folders below it, or in the files that are named.

    A file that is none of the formats, or that is damaged, is listed with the reason, and the
    others are read. Two tables of one name get that of their folder in front. Problems: InputError
    INP015 for a folder that is not there.
    """
    if not folder.is_dir():
        raise InputError(
            "INP015",
            f"there is no folder of raw exports called {folder.name}",
            hint="Give the folder that holds the exports, or one ODM-XML file.",
        )
    found = Found()
    for path in files or sorted(p for p in folder.rglob("*") if p.is_file()):
        file = path.relative_to(folder).as_posix()
        if any(part.startswith(_HIDDEN) for part in Path(file).parts):
            continue
        fmt = format_of_name(file)
        if fmt is None or path.stem.casefold() in _NOT_DATA:
            found.left_out.append(LeftOut(file, "no format of raw data by its name"))
            continue
        try:
            found.tables += _tables_of(path, file, fmt, found.left_out)
        except ClinmapError as error:
            found.left_out.append(LeftOut(file, f"{error.code} {error.message}"))
        except OSError as error:
            found.left_out.append(LeftOut(file, f"it cannot be read: {error.strerror}"))
    _tell_apart(found.tables)
    return found


def table_name(text: str) -> str:
    """A name for a raw table: small letters, digits and underscores, a letter first.

    >>> table_name("AE Export (final)"), table_name("2024-lab")
    ('ae_export_final', 't2024_lab')
    """
    name = _LEFT_OUT.sub("_", text.casefold()).strip("_") or "table"
    return name if name[0].isalpha() else f"t{name}"


def _tables_of(path: Path, file: str, fmt: Format, left_out: list[LeftOut]) -> Iterator[FoundTable]:
    if not path.stat().st_size:
        left_out.append(LeftOut(file, "the file is empty"))
    elif fmt in ("xlsx", "xls", "ods"):
        yield from _sheets(path, file, fmt, left_out)
    elif fmt == "odm":
        yield from _item_groups(path, file)
    elif fmt == "dataset-json" and not _is_dataset(path):
        left_out.append(LeftOut(file, "JSON, but no Dataset-JSON"))
    else:
        yield _single(path, file, fmt)


def _is_dataset(path: Path) -> bool:
    from clinmap.readers.described import is_dataset_json

    return is_dataset_json(path)


def _single(path: Path, file: str, fmt: Format) -> FoundTable:
    options = text_layout(path).options if fmt == "csv" else {}
    if fmt == "csv":
        return FoundTable(table_name(path.stem), file, fmt, options)
    from clinmap.readers.described import read_described

    said = read_described(path)
    labels = {column.name: column.label for column in said.columns if column.label}
    described = Described(label=said.label or "", labels=labels)
    return FoundTable(table_name(path.stem), file, fmt, {}, described)


def _sheets(path: Path, file: str, fmt: Format, left_out: list[LeftOut]) -> Iterator[FoundTable]:
    from clinmap.readers.workbook import read_workbook

    sheets = read_workbook(path).sheets
    told = {name: rows for name, rows in sheets.items() if any(map(any, rows))}
    for name in sheets.keys() - told.keys():
        left_out.append(LeftOut(f"{file}, sheet {name}", "the sheet is empty"))
    for number, (name, rows) in enumerate(told.items()):
        line = header_row(rows)
        options: dict[str, str | int] = {"header_row": line} if line > 1 else {}
        if number or len(told) > 1:
            options["sheet"] = name
        alone = len(told) == 1
        called = path.stem if alone else f"{path.stem} {name}"
        yield FoundTable(table_name(called), file, fmt, options)


def _item_groups(path: Path, file: str) -> Iterator[FoundTable]:
    from clinmap.readers.odm_descriptions import describe_item_groups

    for oid, described in describe_item_groups(path, file).items():
        name = table_name(oid.rpartition(".")[2])
        options: dict[str, str | int] = {} if name == oid else {"item_group": oid}
        yield FoundTable(name, file, "odm", options, described)


def _tell_apart(tables: list[FoundTable]) -> None:
    """Give tables of one name the name of their folder, file or number too."""
    seen: set[str] = set()
    for table in tables:
        if table.name in seen:
            place = Path(table.path)
            parent = place.stem if table.format == "odm" else place.parent.name
            table_of_folder = table_name(f"{parent} {table.name}")
            name, number = table_of_folder, 2
            while name in seen:
                name, number = f"{table_of_folder}_{number}", number + 1
            if table.format == "odm":
                table.options.setdefault("item_group", table.name)
            table.name = name
        seen.add(table.name)
