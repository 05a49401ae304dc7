"""Parquet files: the same bytes for the same table, whatever machine, clock or pandas version."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.problems import OutputError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_ROW_GROUP = 1 << 17


def write_parquet(
    table: pd.DataFrame | pa.Table, path: Path, labels: Mapping[str, str] | None = None
) -> None:
    """Write a frame (without its index) or an Arrow table, with labels in the columns' metadata.

    Categories are written as their values and text as plain strings, so that the file does not
    depend on how a frame came about. Missing values: null. Problems: OutputError PQT001 for a
    column of mixed types or a file that cannot be written.

    >>> write_parquet(frame, Path("lineage/ae.parquet"))  # doctest: +SKIP
    """
    import pyarrow as pa

    try:
        arrow = table if isinstance(table, pa.Table) else _from_frame(table)
        write_settled(_settled(arrow, labels or {}), path)
    except pa.ArrowException:
        path.unlink(missing_ok=True)
        raise OutputError(
            "PQT001", f"{path.name}: a column holds values of several types"
        ) from None


def write_settled(table: pa.Table, path: Path) -> None:
    """Write an Arrow table as it is, with settings that do not change from version to version.

    >>> write_settled(table, Path("ae.parquet"))  # doctest: +SKIP
    """
    import pyarrow.parquet as pq

    pq.write_table(
        table,
        path,
        row_group_size=_ROW_GROUP,
        version="2.6",
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        write_statistics=True,
        data_page_version="1.0",
    )


def _from_frame(frame: pd.DataFrame) -> pa.Table:
    """The columns as Arrow has them; NaN is null, as in all text, numbers and dates of ours."""
    import pyarrow as pa

    columns = [pa.array(column, from_pandas=True) for _, column in frame.items()]
    return pa.Table.from_arrays(columns, names=[str(name) for name in frame.columns])


def _settled(table: pa.Table, labels: Mapping[str, str]) -> pa.Table:
    """The table with settled types, one chunk a column, and no metadata but the labels."""
    import pyarrow as pa

    fields, columns = [], []
    for field in table.schema:
        kind = _settled_type(field.type)
        label = labels.get(field.name, "")
        metadata = {"label": label} if label else None
        fields.append(pa.field(field.name, kind, metadata=metadata))
        columns.append(table.column(field.name).cast(kind).combine_chunks())
    return pa.table(columns, schema=pa.schema(fields))


def _settled_type(kind: pa.DataType) -> pa.DataType:
    """The type to write: values for categories, plain strings for all text and for nulls."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _settled_type(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(_settled_type(kind.value_type))
    return kind
