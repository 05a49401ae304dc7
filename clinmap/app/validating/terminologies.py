"""The controlled terminology that datasets are compared with: clinmap's own, or files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.problems import SpecificationError

if TYPE_CHECKING:
    from clinmap.terminology import Terminology

KINDS = ("SDTM", "ADaM")


def terminologies(asked: Sequence[str]) -> list[Terminology]:
    """The packages that `asked` names: a date that clinmap has, or files of NCI EVS.

    A kind of package (SDTM, ADaM) that no file holds is clinmap's own. Problems: SpecificationError
    SPC013 for a date that clinmap has not, InputError INP001 or INP010 for a file.
    """
    from clinmap.terminology import PACKAGED_DATE, load_packaged

    files = [_read(Path(name)) for name in asked if not _is_date(name)]
    for date in filter(_is_date, asked):
        if date != PACKAGED_DATE:
            raise SpecificationError(
                "SPC013",
                f"clinmap does not bring the terminology of {date}",
                hint=f"It brings {PACKAGED_DATE}; name the files of another date, as NCI EVS "
                "publishes them.",
            )
    given = {package.package.upper() for package in files}
    return [*files, *(load_packaged(kind) for kind in KINDS if kind.upper() not in given)]


def _is_date(text: str) -> bool:
    parts = text.split("-")
    return [len(part) for part in parts] == [4, 2, 2] and all(map(str.isdigit, parts))


def _read(path: Path) -> Terminology:
    from clinmap.readers.terminology import read_terminology
    from clinmap.readers.terminology_csv import is_terminology_table, read_terminology_table

    return read_terminology_table(path) if is_terminology_table(path) else read_terminology(path)
