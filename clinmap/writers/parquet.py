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

    Categories are read back as their values and text as plain strings; the bytes do not depend on
    how a frame came about, nor on whether its text is coded. Missing values: null. Problems:
    OutputError PQT001 for a column of mixed types or a file that cannot be written.

    >>> write_parquet(frame, Path("lineage/ae.parquet"))  # doctest: +SKIP
    """
    import pyarrow as pa

    try:
        if isinstance(table, pa.Table) or labels:
            arrow = table if isinstance(table, pa.Table) else _from_frame(table)
            write_settled(_settled(arrow, labels or {}), path)
        else:
            write_settled(_coded(table), path, as_arrow=False)
    except pa.ArrowException:
        path.unlink(missing_ok=True)
        raise OutputError(
            "PQT001", f"{path.name}: a column holds values of several types"
        ) from None


def write_settled(table: pa.Table, path: Path, as_arrow: bool = True) -> None:
    """Write an Arrow table as it is, with settings that do not change from version to version.

    Where it is not written `as_arrow`, its Arrow types are not kept beside those of Parquet, and
    dictionaries are read back as their values.

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
        store_schema=as_arrow,
    )


def _from_frame(frame: pd.DataFrame) -> pa.Table:
    """The columns as Arrow has them; NaN is null, as in all text, numbers and dates of ours."""
    import pyarrow as pa

    columns = [pa.array(column, from_pandas=True) for _, column in frame.items()]
    return pa.Table.from_arrays(columns, names=[str(name) for name in frame.columns])


def _coded(frame: pd.DataFrame) -> pa.Table:
    """The columns of settled types, text as numbers of its values in the order that they come in.

    Text is coded anew, whatever the frame knows of it, so that equal columns give equal bytes.
    """
    import pyarrow as pa

    columns = [_coded_text(c) if _is_text(c) else _plain(c) for _, c in frame.items()]
    return pa.Table.from_arrays(columns, names=[str(name) for name in frame.columns])


def _coded_text(column: pd.Series) -> pa.DictionaryArray:
    import pyarrow as pa

    codes, known = column.factorize()
    values = pa.array(known.astype("str"), from_pandas=True) if len(known) else pa.array([])
    numbers = pa.array(codes.astype("int32"), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(numbers, values.cast(pa.string()))


def _plain(column: pd.Series) -> pa.Array:
    import pyarrow as pa

    found = pa.array(column, from_pandas=True)
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    return found.cast(_settled_type(found.type))


def _is_text(column: pd.Series) -> bool:
    """Whether a column is text, or categories that are."""
    import pandas as pd

    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        kind = kind.categories.dtype
    return isinstance(kind, pd.StringDtype)


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
