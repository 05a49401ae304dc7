"""What a workbook's zip file says of itself: whether it is safe to open, and what readers skip.

Nothing is unpacked to disk. A workbook that declares far more than its size, or whose parts are not
what they declare, is refused before anything parses it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from clinmap.problems import InputError, Location

MOST_BYTES = 2 << 30
MOST_TIMES = 200
SMALL = 50 << 20
"""Below this, nothing is out of proportion."""
MOST_CELLS = 100_000_000

_PIECE = 1 << 23
_OVERLAP = 1 << 10
_COLUMN = re.compile(rb"r=[\"']([A-Z]{1,3})\d")
_ROW = re.compile(rb"r=[\"'](\d{1,7})[\"']")
_CELL_ROW = re.compile(rb"r=[\"'][A-Z]{1,3}(\d{1,7})[\"']")
_IS_ERROR = b't="e"'
_ERROR = re.compile(rb'<(?:\w+:)?c\s[^>]*?\bt="e"[^>]*>')
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


@dataclass(frozen=True, slots=True)
class SheetParts:
    """What stands in the XML of a sheet: whether days count from 1904, and cells with an error.

    A cell is (row, column), both from 0.
    """

    from_1904: bool = False
    errors: frozenset[tuple[int, int]] = frozenset()


def check_unpacked(path: Path, file: str) -> None:
    """Refuse a zip file that is damaged (INP006), protected (INP022) or would unpack to too much.

    More than 2 GB, or more than 200 times its size (where that is over 50 MB), is INP021. Each part
    is unpacked once and compared with its checksum, so that a false size is found out.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_sizes(parts, path.stat().st_size, file)
            if any(part.flag_bits & 1 for part in parts):
                raise protected(file)
            if archive.testzip() is not None:
                raise damaged(file, "a part of it does not fit its checksum")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise damaged(file, "it is cut off or not a whole zip file") from None


def sheet_parts(path: Path, sheet: str, file: str) -> SheetParts:
    """What the XML of a sheet says; InputError INP021 for one that spans too many cells."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                return SheetParts()
            workbook = _xml(archive, "xl/workbook.xml", file)
            part = _part_of(archive, workbook, sheet, file)
            if part not in names:
                return SheetParts(_from_1904(workbook))
            with archive.open(part) as opened:
                return SheetParts(_from_1904(workbook), _errors(opened, file))
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError):
        raise damaged(file, "a part of it cannot be read") from None


@contextmanager
def calamine_trouble(file: str) -> Iterator[None]:
    """What calamine cannot read becomes an error of the file: a password INP022, else INP006."""
    import python_calamine as calamine

    try:
        yield
    except InputError:
        raise
    except calamine.PasswordError:
        raise protected(file) from None
    except BaseException as error:  # calamine is not Python: a damaged file may make it panic
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        if "password" in str(error).lower():
            raise protected(file) from None
        raise damaged(file, "it cannot be parsed") from None


def protected(file: str) -> InputError:
    """The error for a workbook with a password."""
    return InputError(
        "INP022",
        "the workbook is protected by a password",
        location=Location(file),
        hint="Save it without a password in a folder that only you may read",
    )


def damaged(file: str, said: str) -> InputError:
    """The error for a workbook that cannot be used."""
    return InputError(
        "INP006",
        f"not a usable workbook: {said}",
        location=Location(file),
        hint="Open it in its own program and save it anew, or ask the sender for it again",
    )


def column_number(letters: str) -> int:
    """The number of a column, from 0.

    >>> [column_number(name) for name in ("A", "Z", "AA", "XFD")]
    [0, 25, 26, 16383]
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _check_sizes(parts: list[zipfile.ZipInfo], size: int, file: str) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_BYTES or (unpacked > SMALL and unpacked > MOST_TIMES * size):
        raise InputError(
            "INP021",
            f"the workbook has {size:,} bytes and would unpack to {unpacked:,}",
            location=Location(file),
            hint="Ask the sender for the table as CSV; do not open a file that you do not know",
        )


def _xml(archive: zipfile.ZipFile, part: str, file: str) -> Any:
    """The root of a part; no entity is resolved, and a document type is refused."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(archive.read(part), parser)
    except etree.XMLSyntaxError:
        raise damaged(file, f"{part} is not XML") from None
    if root.getroottree().docinfo.doctype:
        raise damaged(file, f"{part} has a document type, which no workbook has")
    return root


def _from_1904(workbook: Any) -> bool:
    found = workbook.xpath("string(//*[local-name()='workbookPr']/@date1904)")
    return str(found).lower() in ("1", "true", "on")


def _part_of(archive: zipfile.ZipFile, workbook: Any, sheet: str, file: str) -> str:
    """The part that holds a sheet."""
    named = workbook.xpath("//*[local-name()='sheet'][@name=$name]", name=sheet)
    if not named or "xl/_rels/workbook.xml.rels" not in archive.namelist():
        return ""
    identifier = next((v for k, v in named[0].attrib.items() if k.endswith("}id")), "")
    relations = _xml(archive, "xl/_rels/workbook.xml.rels", file)
    targets = relations.xpath("//*[@Id=$id]/@Target", id=identifier)
    target = str(targets[0]) if targets else ""
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))


def _errors(opened: IO[bytes], file: str) -> frozenset[tuple[int, int]]:
    """The cells that hold an error; a sheet that spans too many cells is refused on the way."""
    errors: set[tuple[int, int]] = set()
    columns: set[bytes] = set()
    last = 0
    for piece in _pieces(opened):
        columns.update(_COLUMN.findall(piece))
        rows = _ROW.findall(piece) or _CELL_ROW.findall(piece)
        last = max(last, max(map(int, rows), default=0))
        for tag in _ERROR.findall(piece) if _IS_ERROR in piece else ():
            if place := _PLACE.search(tag):
                errors.add((int(place[2]) - 1, column_number(place[1].decode("ascii"))))
    width = max((column_number(name.decode("ascii")) + 1 for name in columns), default=0)
    if width * last > MOST_CELLS:
        raise InputError(
            "INP021",
            f"the sheet spans {last:,} rows and {width:,} columns",
            location=Location(file),
            hint="A cell far away is not empty: delete what stands outside of the table",
        )
    return frozenset(errors)


def _pieces(opened: IO[bytes]) -> Iterator[bytes]:
    """The content piece by piece, the end of each again at the beginning of the next."""
    rest = b""
    while piece := opened.read(_PIECE):
        yield rest + piece
        rest = piece[-_OVERLAP:]
