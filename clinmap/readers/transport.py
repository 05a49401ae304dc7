"""SAS transport files (XPT), versions 5 and 8, of one dataset or several.

A transport file names no encoding: text is UTF-8 unless another one is declared. What is wrong with
a file becomes InputError INP006: file names only, never a value.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.problems import InputError, Location, near_match
from clinmap.readers.decoding import codec_name, mapped
from clinmap.readers.sas_tables import SasTable, SasVariable, damaged, not_decoded
from clinmap.readers.text_table import check_names

if TYPE_CHECKING:
    from clinmap.xpt.headers import Member

_DECLARE = "Declare the one that is meant, such as member: AE"


def read_transport(
    path: Path, file: str, encoding: str = "", member: str = "", *, metadata_only: bool = False
) -> SasTable:
    """The dataset of a transport file, or the one of several that `member` names.

    Text has no trailing blanks; dates stay numbers. Rows of blanks that only fill the last record
    are none. Missing values: blank text is null; SAS's missing numbers (`.`, `._`, `.A` to `.Z`)
    are NaN. Problems: InputError INP002 (empty), INP003 (text not of the encoding), INP006
    (damaged, cut off, not of the format; several datasets and no `member`, or none of that name),
    INP007 and INP008 (a variable's name twice, or none).

    >>> read_transport(Path("dm.xpt"), "dm.xpt").name  # doctest: +SKIP
    'DM'
    """
    from clinmap.xpt.headers import LayoutError, read_members
    from clinmap.xpt.values import read_frame, strict

    data = mapped(path, file)
    codec = codec_name(encoding or "utf-8", file)
    try:
        found = _chosen(read_members(data, lambda raw: raw.decode(codec)), member, file)
        check_names([field.name for field in found.fields], Location(file))
        stop = 0 if metadata_only else None
        frame = read_frame(data, found, strict(codec), stop=stop)
    except LayoutError as error:
        raise damaged(file, "xpt", str(error)) from None
    except UnicodeDecodeError:
        raise not_decoded(file, encoding) from None
    variables = tuple(
        SasVariable(field.name, field.character, field.length, field.label, field.format)
        for field in found.fields
    )
    return SasTable(frame, variables, found.name, found.label)


def _chosen(members: tuple[Member, ...], name: str, file: str) -> Member:
    """The dataset that is meant."""
    if name:
        named = [member for member in members if member.name.upper() == name.upper()]
        if len(named) != 1:
            raise InputError(
                "INP009",
                f"the transport file has {_counted(len(named))} of the declared name",
                location=Location(file),
                hint=near_match(name, [member.name for member in members]),
            )
        return named[0]
    if len(members) > 1:
        error = damaged(file, "xpt", f"it holds {len(members)} datasets and not one")
        raise InputError(error.code, error.message, location=error.location, hint=_DECLARE)
    return members[0]


def _counted(datasets: int) -> str:
    return f"{datasets} datasets" if datasets else "no dataset"
