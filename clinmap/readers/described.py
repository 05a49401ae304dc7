"""Finished datasets with what their files say of them: labels, types, lengths, formats, order.

Source: SAS transport format (TS-140), Dataset-JSON 1.1 (columns), Parquet (metadata of columns).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmap.problems import InputError, Location

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.readers.sas_tables import SasTable

SUFFIXES = (".xpt", ".json", ".ndjson", ".sas7bdat", ".parquet")
"""The endings of the files that are read, the first before the others where there are several."""

_SNIFFED = 1 << 16
_NUMBERS = ("integer", "float", "double", "decimal")
_MOMENTS = ("date", "datetime", "time")


@dataclass(frozen=True, slots=True)
class DescribedColumn:
    """A column as its file describes it; None is what the file cannot say."""

    name: str
    character: bool | None
    label: str | None = None
    length: int | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class DescribedDataset:
    """A dataset with its columns in order; name and label are None where the format has none."""

    frame: pd.DataFrame
    columns: tuple[DescribedColumn, ...]
    name: str | None = None
    label: str | None = None


def read_described(path: Path) -> DescribedDataset:
    """A dataset of a transport file, Dataset-JSON, SAS7BDAT or Parquet file, described by itself.

    Text is in pandas' text dtype, numbers are float64; dates that are numbers in SAS are numbers
    here, in every format. Missing values: blank text is null, missing numbers are NaN. Problems:
    InputError INP001 to INP003, INP006 to INP008.

    >>> read_described(Path("dm.xpt")).columns[2].label  # doctest: +SKIP
    'Unique Subject Identifier'
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise InputError("INP001", f"the dataset does not exist: {path.name}")
    if not path.stat().st_size:
        raise InputError("INP002", "the file is empty", location=Location(path.name))
    if suffix in (".json", ".ndjson"):
        return _from_json(path)
    if suffix == ".parquet":
        return _from_parquet(path)
    return _from_sas(path)


def is_dataset_json(path: Path) -> bool:
    """Whether a file names the version of Dataset-JSON near its start.

    >>> is_dataset_json(Path("manifest.json"))  # doctest: +SKIP
    False
    """
    with path.open("rb") as opened:
        return b'"datasetJSONVersion"' in opened.read(_SNIFFED)


def _from_sas(path: Path) -> DescribedDataset:
    table = _sas_table(path)
    columns = tuple(
        DescribedColumn(one.name, one.character, one.label, one.length, one.format)
        for one in table.variables
    )
    return DescribedDataset(table.frame, columns, table.name, table.label)


def _sas_table(path: Path) -> SasTable:
    """The data; a transport file names no encoding: UTF-8, else Windows-1252."""
    from clinmap.readers.sas import read_sas7bdat
    from clinmap.readers.transport import read_transport

    if path.suffix.lower() == ".sas7bdat":
        return read_sas7bdat(path, path.name)
    try:
        return read_transport(path, path.name)
    except InputError as error:
        if error.code != "INP003":
            raise
        return read_transport(path, path.name, "windows-1252")


def _from_parquet(path: Path) -> DescribedDataset:
    from pandas.api.types import is_numeric_dtype

    from clinmap.readers.datasets import read_dataset
    from clinmap.readers.parquet import said_of_fields

    frame = read_dataset(path)
    dataset, told = said_of_fields(path, path.name)
    columns = []
    for name, column in frame.items():
        own = told.get(str(name), {})
        unsaid = None if column.isna().all() else not is_numeric_dtype(column)
        columns.append(
            DescribedColumn(
                str(name),
                own["dataType"] not in _NUMBERS and own.get("targetDataType") not in _NUMBERS
                if "dataType" in own
                else unsaid,
                own.get("label", "" if "dataType" in own else None),
                int(own["length"]) if own.get("length", "").isdecimal() else None,
                own.get("displayFormat", "" if "dataType" in own else None),
            )
        )
    return DescribedDataset(frame, tuple(columns), dataset.get("name"), dataset.get("label"))


def _from_json(path: Path) -> DescribedDataset:
    import pandas as pd

    from clinmap.readers.dataset_json import read_with_metadata

    document, frame = read_with_metadata(path, path.name)
    told = [column for column in document["columns"] if isinstance(column, Mapping)]
    described = tuple(map(_json_column, told))
    made = {
        column.name: frame[column.name] if column.character else _numbers(frame[column.name], one)
        for column, one in zip(described, told, strict=True)
    }
    table = pd.DataFrame(made, index=frame.index)
    return DescribedDataset(
        table, described, _text(document.get("name")), _text(document.get("label"))
    )


def _json_column(told: Mapping[str, Any]) -> DescribedColumn:
    kind, target = told.get("dataType"), told.get("targetDataType")
    length = told.get("length")
    return DescribedColumn(
        str(told["name"]),
        not (kind in _NUMBERS or target in _NUMBERS),
        _text(told.get("label")),
        length if isinstance(length, int) and not isinstance(length, bool) else None,
        _text(told.get("displayFormat")) or "",
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _numbers(column: pd.Series, told: Mapping[str, Any]) -> pd.Series:
    """Numbers as such; dates and times that stand for numbers of SAS as those numbers."""
    from clinmap.frames import as_number, on_distinct

    kind = told.get("dataType")
    if kind not in _MOMENTS:
        return as_number(column)
    seconds = on_distinct(column, _seconds)
    per = 86_400 if kind == "date" else 1
    numbers: pd.Series = seconds.astype("float64") / per
    return numbers


def _seconds(known: pd.Series) -> pd.Series:
    """ISO 8601 dates, date-times and times as seconds since 1960 or midnight; others missing."""
    import pandas as pd

    clock = known.str.match(r"^T?\d{2}:")
    texts = known.where(~clock, "1960-01-01T" + known.str.lstrip("T"))
    moments = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True)
    return (moments - pd.Timestamp("1960-01-01", tz="UTC")).dt.total_seconds()
