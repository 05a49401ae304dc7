"""The files of a study on a sheet of a workbook, line by line, and back byte for byte.

So a workbook that goes round carries the specification that it was made from. Files that are not
text in UTF-8 stand there in base64. Problems: InputError WBK004 for a path that leads elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from clinmap.problems import InputError, Location, quoted

SHEET = "Specification"
DESCRIBED = "define.xml"
"""The define.xml that the workbook was made from: what the sheets said when it was written."""

HEAD = ["Path", "Line", "Text", "Encoding"]
_TEXT, _BINARY = "UTF-8", "base64"
_WIDTH = 30_000


@dataclass(frozen=True, slots=True)
class SpecificationFile:
    """A file of a study, its path seen from the folder above all of the study's folders."""

    path: str
    content: bytes


def specification_files(folders: Sequence[Path]) -> tuple[SpecificationFile, ...]:
    """The files of a study's folder and of those that it extends, the study's own first."""
    resolved = [folder.resolve() for folder in folders]
    above = Path(os.path.commonpath([folder.parent for folder in resolved]))
    return tuple(
        SpecificationFile(path.relative_to(above).as_posix(), path.read_bytes())
        for folder in resolved
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _is_hidden(path.relative_to(folder))
    )


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "__")) for part in path.parts)


def specification_rows(files: Iterable[SpecificationFile]) -> list[list[str]]:
    """The rows of the sheet: one for each line of each file."""
    return [HEAD, *(row for file in files for row in _rows(file))]


def _rows(file: SpecificationFile) -> Iterator[list[str]]:
    encoding = _TEXT
    try:
        lines = file.content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        encoding = _BINARY
        text = base64.b64encode(file.content).decode("ascii")
        lines = [text[start : start + _WIDTH] for start in range(0, len(text), _WIDTH)]
    for number, line in enumerate(lines, start=1):
        yield [file.path, str(number), line, encoding]


def files_of_rows(rows: Sequence[Sequence[str]], file: str) -> tuple[SpecificationFile, ...]:
    """The files that the rows hold; the reverse of `specification_rows`."""
    lines: dict[str, list[str]] = {}
    encodings: dict[str, str] = {}
    for number, cells in enumerate(rows[1:], start=2):
        path, _, text, encoding = [*cells, "", "", "", ""][:4]
        if path:
            checked = _checked(path, Location(f"{file}, sheet {SHEET}", number))
            lines.setdefault(checked, []).append(text)
            encodings[checked] = encoding or _TEXT
    return tuple(
        SpecificationFile(path, _content(found, encodings[path], file))
        for path, found in lines.items()
    )


def study_of(files: Sequence[SpecificationFile]) -> str:
    """The folder of the study: that of the first study.yaml; empty where there is none."""
    found = (file.path for file in files if PurePosixPath(file.path).name == "study.yaml")
    path = next(found, "")
    return PurePosixPath(path).parent.as_posix() if path else ""


def _content(lines: Sequence[str], encoding: str, file: str) -> bytes:
    if encoding != _BINARY:
        return "\n".join(lines).encode("utf-8")
    try:
        return base64.b64decode("".join(lines), validate=True)
    except (binascii.Error, ValueError):
        place = Location(f"{file}, sheet {SHEET}")
        raise InputError("WBK004", "a file on the sheet is no base64", location=place) from None


def _checked(path: str, place: Location) -> str:
    """The path, if it stays below the folder that it is written to."""
    pure = PurePosixPath(path)
    parts = pure.parts
    safe = parts and not pure.is_absolute() and not any(c in path for c in '\\:\0<>|"?*')
    if not safe or any(part.startswith(".") for part in parts):
        raise InputError(
            "WBK004",
            f"{quoted(path)} is no path below a folder",
            location=place,
            hint="Paths are written study/sdtm/ae.yaml.",
        )
    return pure.as_posix()
