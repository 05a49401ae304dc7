"""SAS files: transport files (XPT, versions 5 and 8), and SAS7BDAT, which pyreadstat reads.

A file that is not of its format is refused before a parser sees it, and whatever a parser says
about a damaged one becomes InputError INP006: file names only, never a value.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from clinmap.problems import Location
from clinmap.raw_formats import SasOptions
from clinmap.readers.decoding import mapped
from clinmap.readers.plain_text import blanks_as_missing, kind_of_format, numbers_as_text
from clinmap.readers.sas_labels import NEEDED, formats_table, labels_by_format, with_labels
from clinmap.readers.sas_tables import SasTable, SasVariable, damaged, not_decoded
from clinmap.readers.text_table import Request, TextTable, check_names
from clinmap.readers.transport import read_transport

if TYPE_CHECKING:
    import pandas as pd

_SAS7BDAT = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")


def read_table(request: Request) -> TextTable:
    """A raw table of a SAS file, with the labels of coded columns where `formats` gives some."""
    table, options = request.table, request.table.options
    if not isinstance(options, SasOptions):
        raise TypeError("not a table of a SAS file")
    declared = "" if options.encoding.lower() in ("utf-8", "utf8") else options.encoding
    if table.format == "xpt":
        read = read_transport(request.path, request.file, declared, options.member)
    else:
        read = read_sas7bdat(request.path, request.file, declared)
    frame, formats = _as_text(read)
    if not options.formats:
        return TextTable(frame)
    labels = labels_by_format(_formats(request, options.formats))
    frame, added, problems = with_labels(request, frame, options.formatted, formats, labels)
    return TextTable(frame, added=added, problems=problems)


def _as_text(table: SasTable) -> tuple[pd.DataFrame, dict[str, str]]:
    """All columns as text, and the format of each that has one.

    A numeric variable with a SAS date, date-time or time format becomes ISO 8601, any other number
    its shortest decimal text. Missing values: null, for blank text and for all of SAS's missing
    numbers (`.`, `.A` to `.Z`).
    """
    import pandas as pd

    formats = {one.name: one.format for one in table.variables if one.format}
    columns = {}
    for one in table.variables:
        column = table.frame.pop(one.name)
        if not one.character:
            column = numbers_as_text(column, kind_of_format(one.format))
        columns[one.name] = column
    return pd.DataFrame(columns, index=table.frame.index), formats


def _formats(request: Request, name: str) -> pd.DataFrame:
    """The table of formats, which is a raw table like any other."""
    from clinmap.readers.raw import read_raw

    table = formats_table(request, name)
    folder = request.path
    for _ in PurePath(request.table.path).parts:
        folder = folder.parent
    return read_raw(table, folder, NEEDED, request.beside).frame


def read_sas7bdat(path: Path, file: str, encoding: str = "") -> SasTable:
    """The dataset of a SAS7BDAT file, as pyreadstat reads it; dates stay numbers.

    Problems: InputError INP002 (empty), INP003 (text not of the encoding), INP006 (damaged, not of
    the format, fewer rows than its header says), INP007 and INP008 (a column name twice, or none).
    """
    import pyreadstat

    if bytes(mapped(path, file)[: len(_SAS7BDAT)]) != _SAS7BDAT:
        raise damaged(file, "sas7bdat", "it does not start like one")
    try:
        frame, meta = pyreadstat.read_sas7bdat(
            path, disable_datetime_conversion=True, encoding=encoding or None
        )
    except UnicodeDecodeError:
        raise not_decoded(file, encoding) from None
    except Exception as error:  # pyreadstat raises many kinds, some of them bare
        if "encod" in str(error).lower() or "byte sequence" in str(error).lower():
            raise not_decoded(file, encoding) from None
        raise damaged(file, "sas7bdat", "it cannot be parsed") from None
    if meta.number_rows not in (None, len(frame)):
        said = f"{len(frame)} rows where its header says {meta.number_rows}"
        raise damaged(file, "sas7bdat", said)
    check_names([name if isinstance(name, str) else "" for name in frame], Location(file))
    return _described(frame, meta)


def _described(frame: pd.DataFrame, meta: Any) -> SasTable:
    """What pyreadstat read, in our words."""
    import pandas as pd

    variables, columns = [], {}
    for name in list(frame.columns):
        column = frame.pop(name)
        character = meta.readstat_variable_types.get(name) == "string"
        columns[name] = blanks_as_missing(column) if character else column.astype("float64")
        variables.append(
            SasVariable(
                name,
                character,
                meta.variable_storage_width.get(name),
                meta.column_names_to_labels.get(name) or "",
                meta.original_variable_types.get(name) or "",
            )
        )
    table = pd.DataFrame(columns, index=pd.RangeIndex(meta.number_rows or len(frame)))
    return SasTable(table, tuple(variables), meta.table_name, meta.file_label or "")
