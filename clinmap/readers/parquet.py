"""Parquet files: as text for raw tables, as an Arrow table for datasets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.problems import InputError, Location
from clinmap.readers.plain_text import numbers_as_text, text_column
from clinmap.readers.text_table import Request, TextTable

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def read_raw_table(request: Request) -> TextTable:
    """A raw table of a Parquet file."""
    return TextTable(read_parquet_text(request.path, request.file))


def read_parquet_text(path: Path, file: str) -> pd.DataFrame:
    """All columns of a Parquet file as text: what a raw table wants.

    Whole numbers, decimals and floats become their shortest decimal text, dates and time stamps ISO
    8601, booleans `true` and `false`; text stays as it stands. Missing values: null, and the empty
    text. Problems: InputError INP002, INP006 (damaged, or a nested column), INP007 (a name twice).

    >>> read_parquet_text(Path("vs.parquet"), "vs.parquet")  # doctest: +SKIP
    """
    import pandas as pd

    table = read_table(path, file)
    columns = {name: _text(table.column(name), name, file) for name in table.column_names}
    return pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))


def read_table(path: Path, file: str) -> pa.Table:
    """The Arrow table of a Parquet file, dictionary columns decoded, no name twice."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.stat().st_size:
        raise InputError("INP002", "the file is empty", location=Location(file))
    try:
        with pq.ParquetFile(path) as opened:  # quicker to start than a dataset of one file
            table: pa.Table = opened.read()
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError):
        raise InputError(
            "INP006",
            "not a usable parquet file",
            location=Location(file),
            hint="Check the format that is declared, and that the file is complete",
        ) from None
    names = table.column_names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            "INP007",
            f"column names that stand twice: {', '.join(twice)}",
            location=Location(file),
        )
    return pa.table(
        {n: _plain(table.column(n)) for n in names},
        metadata=None,
    )


def field_labels(path: Path, file: str) -> dict[str, str]:
    """The labels that stand in the metadata of the columns, under `label`."""
    told = said_of_fields(path, file)[1]
    return {name: said["label"] for name, said in told.items() if said.get("label")}


def said_of_fields(path: Path, file: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """The metadata of the file, and that of each of its columns, as texts by name.

    >>> said_of_fields(Path("dm.parquet"), "dm.parquet")[0]["label"]  # doctest: +SKIP
    'Demographics'
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        raise InputError("INP006", "not a usable parquet file", location=Location(file)) from None
    return _texts(schema.metadata), {field.name: _texts(field.metadata) for field in schema}


def _texts(metadata: dict[bytes, bytes] | None) -> dict[str, str]:
    return {
        key.decode("utf-8", "replace"): value.decode("utf-8", "replace")
        for key, value in (metadata or {}).items()
    }


def unusable(name: str, kind: str, file: str) -> InputError:
    """The error for a column of a type that no table of ours has."""
    return InputError(
        "INP006",
        f"column {name} is of type {kind}: text, numbers and dates can be read",
        location=Location(file),
    )


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with its dictionary, if it has one, resolved."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column


def _text(column: pa.ChunkedArray, name: str, file: str) -> pd.Series:
    """One column as text."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_floating(kind):
        return numbers_as_text(column.cast(pa.float64()).to_pandas())
    if pa.types.is_decimal(kind):
        text = text_column(column.cast(pa.large_string()).to_pandas())
        return text.str.replace(r"(\.\d*?)0+$", r"\1", regex=True).str.rstrip(".")
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        return _moments(column)
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_duration(kind):
        raise unusable(name, str(kind), file)
    text = text_column(column.cast(pa.large_string()).to_pandas())
    return text.mask(text == "")


def _moments(column: pa.ChunkedArray) -> pd.Series:
    """Time stamps and times in ISO 8601, fractions only where there are; UTC is marked Z."""
    import pyarrow as pa

    zoned = pa.types.is_timestamp(column.type) and column.type.tz
    shown = column.cast(pa.timestamp(column.type.unit, "UTC")) if zoned else column
    text = text_column(shown.cast(pa.large_string()).to_pandas())
    return text.str.replace(" ", "T", regex=False).str.replace(r"\.0+(?=Z|$)", "", regex=True)
