"""A dataset as a Parquet file, with its description in the metadata of the file and its columns.

The words are those of Dataset-JSON 1.1 (name, label, dataType, targetDataType, length,
displayFormat, keySequence, itemOID), so that both formats say the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmap.writers.description import ColumnDescription, DatasetDescription
from clinmap.writers.moments import unix_moments
from clinmap.writers.parquet import write_settled

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def write_dataset_parquet(frame: pd.DataFrame, described: DatasetDescription, path: Path) -> None:
    """Write a frame as Parquet: text as strings, whole numbers as int64, others as float64.

    Columns: those that are described, in that order; text in pandas' text dtype, numbers float64.
    SAS dates and date-times become dates and time stamps, times times of day; a column with a
    number that is no such moment stays numbers. Missing values: null. Equal input gives equal
    bytes. Problems: none; an OSError of the disk is the caller's.

    >>> write_dataset_parquet(frame, described, Path("dm.parquet"))  # doctest: +SKIP
    """
    import pyarrow as pa

    made = [(column, *_values(frame[column.name], column)) for column in described.columns]
    fields = [
        pa.field(column.name, values.type, metadata=_said(column, kind))
        for column, kind, values in made
    ]
    schema = pa.schema(fields, metadata=_said_of_all(described))
    write_settled(pa.table([values for _, _, values in made], schema=schema), path)


def _values(column: pd.Series, described: ColumnDescription) -> tuple[str, pa.Array[Any]]:
    """The data type that is written, and the values."""
    import numpy as np
    import pyarrow as pa

    if not described.numeric:
        text = pa.array(column, type=pa.large_string(), from_pandas=True)
        return described.data_type, text.cast(pa.string())
    numbers = column.to_numpy(dtype=np.float64)
    missing = np.isnan(numbers)
    if described.is_sas_moment:
        moments = unix_moments(numbers, described.data_type)
        if moments is not None:
            return described.data_type, _moments(moments, missing, described.data_type)
    if described.data_type == "integer" and _are_whole(numbers[~missing]):
        whole = np.where(missing, 0, numbers).astype(np.int64)
        return "integer", pa.array(whole, mask=missing)
    kind = described.data_type if described.data_type == "integer" else "float"
    return kind, pa.array(numbers, mask=missing)


def _moments(moments: Any, missing: Any, kind: str) -> pa.Array[Any]:
    import numpy as np
    import pyarrow as pa

    if kind == "date":
        return pa.array(moments.astype(np.int32), type=pa.date32(), mask=missing)
    wanted = pa.timestamp("us") if kind == "datetime" else pa.time64("us")
    return pa.array(moments, type=wanted, mask=missing)


def _are_whole(numbers: Any) -> bool:
    import numpy as np

    return bool(((np.abs(numbers) < 2**53) & (np.mod(numbers, 1) == 0)).all())


def _said(column: ColumnDescription, kind: str) -> dict[str, str]:
    told = {
        "label": column.label,
        "itemOID": column.oid,
        "dataType": kind,
        "targetDataType": "integer" if column.is_sas_moment and kind != "float" else "",
        "length": str(column.length or ""),
        "displayFormat": column.format,
        "keySequence": str(column.key or ""),
    }
    return {name: value for name, value in told.items() if value}


def _said_of_all(described: DatasetDescription) -> dict[str, str]:
    told = {
        "name": described.name,
        "label": described.label,
        "itemGroupOID": described.oid,
        "studyOID": described.study_oid,
        "metaDataVersionOID": described.metadata_oid,
        "metaDataRef": described.metadata_file,
        "creationDateTime": described.stamp.isoformat(timespec="seconds"),
    }
    return {name: value for name, value in told.items() if value}
