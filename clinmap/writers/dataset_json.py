"""CDISC Dataset-JSON 1.1: one JSON document, or NDJSON (the metadata, then one row per line).

Source: CDISC Dataset-JSON v1.1: Top-level Metadata Attributes, Column Metadata, Supported Column
Data Type Combinations, Row Data, NDJSON Representation. Rows are made a part at a time, column by
column on distinct values, so that memory does not grow with the dataset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from clinmap import __version__
from clinmap.writers.description import ColumnDescription, DatasetDescription
from clinmap.writers.moments import unix_moments

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

VERSION = "1.1.0"
_ROWS_AT_ONCE = 50_000
_PIECES = 64
"""How many columns are put together at once."""


def write_dataset_json(frame: pd.DataFrame, described: DatasetDescription, path: Path) -> None:
    """Write a frame as Dataset-JSON; as NDJSON where the file's name ends in `.ndjson`.

    Columns: those that are described, in that order; text in pandas' text dtype, numbers float64.
    Missing values: null. SAS dates and times become ISO 8601 text with the target data type
    integer, as the standard asks; a column with a number that is no moment stays numbers. Equal
    input gives equal bytes. Problems: none; an OSError of the disk is the caller's.

    >>> write_dataset_json(frame, described, Path("dm.json"))  # doctest: +SKIP
    """
    as_lines = path.suffix.lower() == ".ndjson"
    moments = {c.name: c.data_type for c in described.columns if _stays_moment(frame, c)}
    head = _compact(_metadata(described, moments, len(frame)))
    with path.open("wb") as opened:
        if as_lines:
            opened.write(head.encode() + b"\n")
            _write_rows(opened, frame, described, moments, b"\n")
            return
        opened.write(head.removesuffix("}").encode() + b',"rows":[\n')
        _write_rows(opened, frame, described, moments, b",\n")
        opened.write(b"]}\n")


def _stays_moment(frame: pd.DataFrame, column: ColumnDescription) -> bool:
    if not column.is_sas_moment:
        return False
    return unix_moments(frame[column.name].to_numpy(), column.data_type) is not None


def _metadata(
    described: DatasetDescription, moments: dict[str, str], records: int
) -> dict[str, Any]:
    """The attributes in the order of the standard; what is empty and optional is left out."""
    told = {
        "datasetJSONCreationDateTime": described.stamp.isoformat(timespec="seconds"),
        "datasetJSONVersion": VERSION,
        "fileOID": described.file_oid,
        "sourceSystem": {"name": "clinmap", "version": __version__},
        "studyOID": described.study_oid,
        "metaDataVersionOID": described.metadata_oid,
        "metaDataRef": described.metadata_file,
    }
    return {
        **{name: value for name, value in told.items() if value},
        "itemGroupOID": described.oid,
        "records": records,
        "name": described.name,
        "label": described.label,
        "columns": [_column(column, column.name in moments) for column in described.columns],
    }


def _column(column: ColumnDescription, is_moment: bool) -> dict[str, object]:
    stays = is_moment or not column.is_sas_moment
    optional = {
        "targetDataType": "integer" if is_moment else "",
        "length": column.length,
        "displayFormat": column.format,
        "keySequence": column.key,
    }
    return {
        "itemOID": column.oid,
        "name": column.name,
        "label": column.label,
        "dataType": column.data_type if stays else "float",
        **{name: value for name, value in optional.items() if value},
    }


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _write_rows(
    opened: IO[bytes],
    frame: pd.DataFrame,
    described: DatasetDescription,
    moments: dict[str, str],
    between: bytes,
) -> None:
    """Every row as a JSON array, `between` them what separates two; the last ends its line."""
    for start in range(0, len(frame), _ROWS_AT_ONCE):
        part = frame.iloc[start : start + _ROWS_AT_ONCE]
        columns = (_tokens(part[c.name], moments.get(c.name, "")) for c in described.columns)
        content = _rows(list(columns), between.decode())
        last = start + _ROWS_AT_ONCE >= len(frame)
        opened.write(content[: -len(between)] + b"\n" if last else content)


def _rows(columns: list[pa.Array[Any]], between: str) -> bytes:
    """The rows of one part, as the bytes of one Arrow column of text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    comma, nothing, opening, closing = (
        pa.scalar(text, pa.large_string()) for text in (",", "", "[", f"]{between}")
    )
    while len(columns) > 1:
        parts = [columns[n : n + _PIECES] for n in range(0, len(columns), _PIECES)]
        columns = [pc.binary_join_element_wise(*part, comma) for part in parts]
    rows = pc.binary_join_element_wise(opening, columns[0], closing, nothing)
    return b"".join(_content(rows))


def _content(rows: pa.Array[Any] | pa.ChunkedArray) -> Iterator[bytes]:
    """The text of all elements, one after the other."""
    import numpy as np

    for chunk in getattr(rows, "chunks", [rows]):
        _, offsets, data = chunk.buffers()
        ends = np.frombuffer(offsets, np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
        yield data[int(ends[0]) : int(ends[-1])].to_pybytes()


def _tokens(column: pd.Series, moment: str) -> pa.Array[Any]:
    """The values of a column as JSON, made on distinct values."""
    import pandas as pd
    import pyarrow as pa

    codes, known = pd.factorize(column)
    texts = [*_known_tokens(known, moment), "null"]
    return pa.array(texts, pa.large_string()).take(pa.array(codes % len(texts)))


def _known_tokens(known: Any, moment: str) -> Iterator[str]:
    """Distinct values as JSON: text quoted, whole numbers without a point, moments as ISO 8601."""
    import numpy as np

    if known.dtype != np.float64:
        yield from map(_compact, known)
    elif moment:
        yield from (f'"{text}"' for text in _iso(known, moment))
    else:
        whole = np.mod(known, 1) == 0
        exact = whole & (np.abs(known) < 2**53)
        for number, is_whole in zip(known.tolist(), exact.tolist(), strict=True):
            yield str(int(number)) if is_whole else repr(number)


def _iso(known: Any, moment: str) -> Iterator[str]:
    """Moments as ISO 8601 text, a fraction of a second only where there is one."""
    import numpy as np

    numbers = unix_moments(known, moment)
    unit = "D" if moment == "date" else "us"
    for text in np.datetime_as_string(numbers.astype(f"datetime64[{unit}]")):  # type: ignore[union-attr]
        clock = text.partition("T")[2] if moment == "time" else text
        whole, _, fraction = clock.partition(".")
        yield f"{whole}.{fraction}".rstrip("0").rstrip(".") if fraction else whole
