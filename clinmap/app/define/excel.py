"""A define.xml, or those of a study's package, as Excel specifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clinmap.app.define.specification_sheet import (
    DESCRIBED,
    SHEET,
    SpecificationFile,
    specification_files,
    specification_rows,
)
from clinmap.problems import InputError, Location, OutputError
from define.workbook.layout import NUMBERS, Layout

PARTS = {"sdtm": "tabulations/sdtm", "adam": "analysis/adam/datasets"}
"""Where a package has its two define.xml, below the folder of the study."""


@dataclass(frozen=True, slots=True)
class ExcelOrder:
    """What to write: of which define.xml or study, in which layout, and where."""

    source: str
    out: Path
    layout: Layout = "textual"
    package: Path | None = None


def write_excel(order: ExcelOrder) -> tuple[Path, ...]:
    """Write a workbook for each define.xml; gives the paths.

    A source that is no file is a study: the define.xml are then those of its `package`, and each
    workbook carries the files of the specification. Problems: InputError INP001 where there is no
    define.xml, INP011 for one that cannot be read; OutputError OUT002.
    """
    found = _sources(order)
    folders = _study_folders(order.source) if order.package is not None else ()
    return tuple(_write(order, path, _named(order.out, part), folders) for part, path in found)


def _sources(order: ExcelOrder) -> list[tuple[str, Path]]:
    if order.package is None:
        path = Path(order.source)
        if path.is_file():
            return [("", path)]
        hint = "Give a define.xml, or a study with --package and the folder that a build wrote."
        place = Location(path.name)
        raise InputError("INP001", "there is no such define.xml", location=place, hint=hint)
    root = order.package / "m5" / "datasets"
    found = [
        (part, path)
        for part, below in PARTS.items()
        for path in sorted(root.glob(f"*/{below}/define.xml"))
    ]
    if not found:
        hint = "Give the folder that `clinmap build --out` wrote."
        place = Location(order.package.name)
        raise InputError("INP001", "the package has no define.xml", location=place, hint=hint)
    return found if len(found) > 1 else [("", found[0][1])]


def _named(out: Path, part: str) -> Path:
    return out.with_name(f"{out.stem}-{part}{out.suffix}") if part else out


def _study_folders(study: str) -> Sequence[Path]:
    from mappings.load import find_study, load_study

    return load_study(find_study(study)).folders


def _write(order: ExcelOrder, path: Path, out: Path, folders: Sequence[Path]) -> Path:
    from clinmap.writers.workbook import write_workbook
    from define.document.read import read_define
    from define.workbook.export import Sheets, sheets_of

    if out.resolve() == path.resolve():
        raise OutputError("OUT002", f"{out.name} is the file to be read", hint="Name another -o.")
    sheets: Sheets = sheets_of(read_define(path), order.layout)
    if folders:
        described = SpecificationFile(DESCRIBED, path.read_bytes())
        sheets[SHEET] = specification_rows([*specification_files(folders), described])
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(sheets, out, NUMBERS)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise OutputError("OUT002", f"{out.name} cannot be written: {reason}") from None
    return out
