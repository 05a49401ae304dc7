"""The formats of raw tables: what each is called, how it is told from a file's name, its options.

The options of a format are one small frozen class; a key of raw.yaml that is no field of it means
nothing for the table. No reader is imported here, and no file touched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Literal

Format = Literal[
    "csv", "redcap", "xpt", "sas7bdat", "xlsx", "xls", "ods", "parquet", "dataset-json", "odm",
    "sql", "study",
]  # fmt: skip
Merged = Literal["", "fill", "blank"]

DECODED = "_DECODE"
"""What the name of a decoded column adds to that of the column with the codes."""


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """Delimited text: `header_line` 0 is the first line that is not empty."""

    delimiter: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    comment: str = ""
    header_line: int = 0
    names: tuple[str, ...] = ()
    from_comments: Mapping[str, str] = field(default_factory=dict)
    decimal_comma: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RedcapOptions:
    """A REDCap export with one line per value; an empty `instrument` is what does not repeat."""

    delimiter: str = ","
    encoding: str = "utf-8"
    layout: Literal["eav"] = "eav"
    instrument: str = ""
    checkboxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SasOptions:
    """SAS files: `formats` is the raw table with labels, `formatted` says which column has which.

    An empty `encoding` is the one that the file declares. `member` is the dataset that is meant, of
    several in a transport file.
    """

    encoding: str = ""
    member: str = ""
    formats: str = ""
    formatted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """A sheet of a workbook: the first one unless `sheet` names another."""

    sheet: str = ""
    header_row: int = 1
    merged: Merged = ""
    dates: tuple[str, ...] = ()
    from_comments: Mapping[str, str] = field(default_factory=dict)
    decimal_comma: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OdmOptions:
    """An item group of an ODM-XML file: the table's own name unless `item_group` says another."""

    item_group: str = ""
    audit: bool = False


@dataclass(frozen=True, slots=True)
class SqlOptions:
    """A query, and the name of the database that answers it."""

    database: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class NoOptions:
    """A format that says everything itself."""


Options = (
    CsvOptions | RedcapOptions | SasOptions | SheetOptions | OdmOptions | SqlOptions | NoOptions
)

FORMATS: Mapping[Format, type[Options]] = MappingProxyType(
    {
        "csv": CsvOptions,
        "redcap": RedcapOptions,
        "xpt": SasOptions,
        "sas7bdat": SasOptions,
        "xlsx": SheetOptions,
        "xls": SheetOptions,
        "ods": SheetOptions,
        "parquet": NoOptions,
        "dataset-json": NoOptions,
        "odm": OdmOptions,
        "sql": SqlOptions,
        "study": NoOptions,
    }
)
"""Every format, with the class of its options."""

WITHOUT_FILE: frozenset[Format] = frozenset({"sql", "study"})
"""The formats whose rows stand in no file of the raw folder."""

_SUFFIXES: Mapping[str, Format] = MappingProxyType(
    {
        ".csv": "csv",
        ".txt": "csv",
        ".tsv": "csv",
        ".xpt": "xpt",
        ".sas7bdat": "sas7bdat",
        ".xlsx": "xlsx",
        ".xlsm": "xlsx",
        ".xls": "xls",
        ".ods": "ods",
        ".parquet": "parquet",
        ".json": "dataset-json",
        ".ndjson": "dataset-json",
        ".xml": "odm",
    }
)


def format_of_name(path: str) -> Format | None:
    """The format that a file's name tells, or None.

    >>> format_of_name("vendor/pk.XPT"), format_of_name("ae.dat")
    ('xpt', None)
    """
    return _SUFFIXES.get(PurePosixPath(path).suffix.lower())


def options_of(fmt: Format, path: str, given: Mapping[str, object]) -> Options:
    """The options of a format with these values; the rest as usual for it.

    >>> options_of("csv", "lab.tsv", {"header_line": 4}).delimiter
    '\\t'
    """
    cls = FORMATS[fmt]
    usual: dict[str, object] = {}
    if fmt == "csv" and path.lower().endswith(".tsv"):
        usual["delimiter"] = "\t"
    values = {name: _frozen(value) for name, value in {**usual, **given}.items()}
    return cls(**values)  # type: ignore[arg-type]


def option_names(fmt: Format) -> tuple[str, ...]:
    """The keys of raw.yaml that mean something for this format alone.

    >>> option_names("sql")
    ('database', 'query')
    """
    return tuple(item.name for item in dataclasses.fields(FORMATS[fmt]))


def added_columns(options: Options) -> tuple[str, ...]:
    """The columns that the options themselves add to what stands in the file.

    >>> added_columns(SasOptions(formats="fmt", formatted={"SEX": "SEXF"}))
    ('SEX_DECODE',)
    """
    if isinstance(options, SasOptions):
        return tuple(f"{name}{DECODED}" for name in options.formatted)
    if isinstance(options, CsvOptions | SheetOptions):
        return tuple(options.from_comments)
    return ()


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
