"""SAS files: transport files (XPT, versions 5 and 8) and SAS7BDAT, read by pyreadstat.

A file that is not of its format is refused before a parser sees it, and whatever a parser says
about a damaged one becomes InputError INP006: file names only, never a value.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal

from clinmap.problems import InputError, Location
from clinmap.raw_formats import SasOptions
from clinmap.readers.decoding import mapped
from clinmap.readers.plain_text import blanks_as_missing, kind_of_format, numbers_as_text
from clinmap.readers.sas_labels import NEEDED, formats_table, labels_by_format, with_labels
from clinmap.readers.text_table import Request, TextTable, check_names

if TYPE_CHECKING:
    import pandas as pd

SasFormat = Literal["xpt", "sas7bdat"]

_SAS7BDAT = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_XPT5 = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
_XPT8 = b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!"
_MEMBERS = (
    b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!",
    b"HEADER RECORD*******MEMBV8  HEADER RECORD!!!!!!!",
)
_RECORD = 80


def read_table(request: Request) -> TextTable:
    """A raw table of a SAS file, with the labels of coded columns where `formats` gives some."""
    table, options = request.table, request.table.options
    if not isinstance(options, SasOptions):
        raise TypeError("not a table of a SAS file")
    declared = "" if options.encoding.lower() in ("utf-8", "utf8") else options.encoding
    fmt: SasFormat = "xpt" if table.format == "xpt" else "sas7bdat"
    frame, formats = read_sas_text(request.path, fmt, request.file, declared)
    if not options.formats:
        return TextTable(frame)
    labels = labels_by_format(_formats(request, options.formats))
    frame, added, problems = with_labels(request, frame, options.formatted, formats, labels)
    return TextTable(frame, added=added, problems=problems)


def read_sas_text(
    path: Path, fmt: SasFormat, file: str, encoding: str = ""
) -> tuple[pd.DataFrame, dict[str, str]]:
    """All columns of a SAS file as text, and the format of each that has one.

    A numeric variable with a SAS date, date-time or time format becomes ISO 8601, any other number
    its shortest decimal text. Trailing blanks go. Missing values: null, for blank text and for all
    of SAS's missing numbers (`.`, `.A` to `.Z`). Problems: InputError INP003, INP006, INP007 and
    INP008 (a column name twice, or none).

    >>> read_sas_text(Path("ex.sas7bdat"), "sas7bdat", "ex.sas7bdat")  # doctest: +SKIP
    """
    import pandas as pd

    frame, meta = read_sas(path, fmt, file, encoding)
    check_names([name if isinstance(name, str) else "" for name in frame], Location(file))
    formats = {name: fmt for name, fmt in meta.original_variable_types.items() if fmt}
    columns = {}
    for name in list(frame.columns):
        column = frame.pop(name)
        if pd.api.types.is_numeric_dtype(column):
            columns[name] = numbers_as_text(column, kind_of_format(formats.get(name, "")))
        else:
            columns[name] = blanks_as_missing(column)
    return pd.DataFrame(columns, index=frame.index), formats


def _formats(request: Request, name: str) -> pd.DataFrame:
    """The table of formats, which is a raw table like any other."""
    from clinmap.readers.raw import read_raw

    table = formats_table(request, name)
    folder = request.path
    for _ in PurePath(request.table.path).parts:
        folder = folder.parent
    return read_raw(table, folder, NEEDED, request.beside).frame


def read_sas(
    path: Path, fmt: SasFormat, file: str, encoding: str = "", *, metadata_only: bool = False
) -> tuple[pd.DataFrame, Any]:
    """The frame and pyreadstat's metadata of a SAS file; dates stay numbers.

    Problems: InputError INP002 (empty), INP003 (text not of the encoding), INP006 (damaged, not of
    the format, several datasets in one transport file, fewer rows than its header says).
    """
    import pyreadstat

    check_signature(path, fmt, file)
    read = pyreadstat.read_xport if fmt == "xpt" else pyreadstat.read_sas7bdat
    try:
        frame, meta = read(
            path,
            disable_datetime_conversion=True,
            metadataonly=metadata_only,
            encoding=encoding or None,
        )
    except UnicodeDecodeError:
        raise _not_decoded(file, encoding) from None
    except Exception as error:  # pyreadstat raises many kinds, some of them bare
        if "encod" in str(error).lower() or "byte sequence" in str(error).lower():
            raise _not_decoded(file, encoding) from None
        raise damaged(file, fmt, "it cannot be parsed") from None
    if not metadata_only and meta.number_rows not in (None, len(frame)):
        raise damaged(file, fmt, f"{len(frame)} rows where its header says {meta.number_rows}")
    return frame, meta


def check_signature(path: Path, fmt: SasFormat, file: str) -> None:
    """Refuse a file whose first bytes, size or number of datasets are not of the format."""
    data = mapped(path, file)
    if fmt == "sas7bdat":
        if bytes(data[: len(_SAS7BDAT)]) != _SAS7BDAT:
            raise damaged(file, fmt, "it does not start like one")
        return
    if not bytes(data[:_RECORD]).startswith((_XPT5, _XPT8)):
        raise damaged(file, fmt, "it does not start like one")
    if len(data) % _RECORD:
        raise damaged(file, fmt, "it is cut off: its size is not a multiple of 80 bytes")
    members = sum(_at_records(data, mark) for mark in _MEMBERS)
    if members != 1:
        raise damaged(file, fmt, f"it holds {members} datasets and not one")


def damaged(file: str, fmt: str, said: str) -> InputError:
    """The error for a file that is damaged or not of its format."""
    return InputError(
        "INP006",
        f"not a usable {fmt} file: {said}",
        location=Location(file),
        hint="Check the format that is declared, and that the file was transferred in binary mode",
    )


def _at_records(data: memoryview, mark: bytes) -> int:
    """How often `mark` stands at the start of an 80-byte record."""
    return sum(match.start() % _RECORD == 0 for match in re.finditer(re.escape(mark), data))


def _not_decoded(file: str, encoding: str) -> InputError:
    return InputError(
        "INP003",
        f"text in the file is not {encoding or 'of the encoding that it declares'}",
        location=Location(file),
        hint="Declare the encoding that it was written in, such as encoding: windows-1252",
    )
