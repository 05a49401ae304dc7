"""Finished SDTM and ADaM datasets with their types: transport files, Parquet, Dataset-JSON."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.problems import InputError, Location, near_match

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_SUFFIXES = (".xpt", ".parquet", ".json", ".ndjson")
_EPOCH_DAYS = 3653


def read_dataset(path: Path) -> pd.DataFrame:
    """One dataset: text in pandas' text dtype, every number as float64.

    SAS dates and date-times stay numbers; Parquet dates become days and time stamps seconds since
    1960, times seconds since midnight, and so do those of Dataset-JSON that are meant as numbers:
    all formats give equal frames. Missing values:
    blank text is null, missing numbers are NaN. Problems: InputError INP001, INP002, INP003,
    INP006, INP007.

    >>> read_dataset(Path("m5/datasets/study/tabulations/sdtm/dm.xpt"))  # doctest: +SKIP
    """
    file = path.name
    if not path.is_file():
        raise InputError(
            "INP001",
            f"the dataset does not exist: {file}",
            hint=near_match(file, _names(path.parent)),
        )
    if path.suffix.lower() == ".parquet":
        return _from_parquet(path, file)
    if path.suffix.lower() in (".json", ".ndjson"):
        from clinmap.readers.described import read_described

        return read_described(path).frame
    from clinmap.readers.transport import read_transport

    return read_transport(path, file).frame


def read_folder(folder: Path, names: Collection[str] = ()) -> dict[str, pd.DataFrame]:
    """The datasets of a folder, by upper-case name, sorted; only `names` when any are given.

    Problems: InputError INP001 when the folder or a named dataset is absent, INP007 when a dataset
    stands there twice (as XPT and as Parquet, say); else as `read_dataset`.

    >>> sorted(read_folder(Path("sdtm"), ["DM", "AE"]))  # doctest: +SKIP
    ['AE', 'DM']
    """
    if not folder.is_dir():
        raise InputError("INP001", f"the folder does not exist: {folder.name}")
    wanted = {name.upper() for name in names}
    paths: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        name = path.stem.upper()
        if not _is_dataset(path) or (wanted and name not in wanted):
            continue
        if name in paths:
            said = f"dataset {name} stands there twice: {paths[name].name} and {path.name}"
            raise InputError("INP007", said, location=Location(folder.name))
        paths[name] = path
    for name in sorted(wanted - set(paths)):
        present = sorted({p.stem.upper() for p in folder.iterdir() if _is_dataset(p)})
        raise InputError(
            "INP001",
            f"dataset {name} is not in the folder",
            location=Location(folder.name),
            hint=near_match(name, present),
        )
    return {name: read_dataset(paths[name]) for name in sorted(paths)}


def _is_dataset(path: Path) -> bool:
    from clinmap.readers.described import is_dataset_json

    suffix = path.suffix.lower()
    return suffix in _SUFFIXES and (suffix != ".json" or is_dataset_json(path))


def labels(path: Path) -> dict[str, str]:
    """The labels of a dataset's variables, where the file has them; others are left out.

    >>> labels(Path("dm.xpt"))["USUBJID"]  # doctest: +SKIP
    'Unique Subject Identifier'
    """
    if path.suffix.lower() == ".parquet":
        from clinmap.readers.parquet import field_labels

        return field_labels(path, path.name)
    if path.suffix.lower() in (".json", ".ndjson"):
        from clinmap.readers.described import read_described

        return {c.name: c.label for c in read_described(path).columns if c.label}
    from clinmap.readers.transport import read_transport

    said = read_transport(path, path.name, metadata_only=True).variables
    return {variable.name: variable.label for variable in said if variable.label}


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def _from_parquet(path: Path, file: str) -> pd.DataFrame:
    import pandas as pd

    from clinmap.readers.parquet import read_table

    table = read_table(path, file)
    columns = {name: _typed(table.column(name), name, file) for name in table.column_names}
    return pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))


def _typed(column: pa.ChunkedArray, name: str, file: str) -> pd.Series:
    """One Parquet column as text or as float64."""
    import pyarrow as pa

    from clinmap.readers.parquet import unusable
    from clinmap.readers.plain_text import blanks_as_missing

    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return blanks_as_missing(column.cast(pa.large_string()).to_pandas())
    if pa.types.is_date(kind):
        days = column.cast(pa.date32()).cast(pa.int32())
        return _floats(days) + _EPOCH_DAYS
    if pa.types.is_timestamp(kind):
        millis = column.cast(pa.timestamp("ms", kind.tz), safe=False).cast(pa.int64())
        return _floats(millis) / 1000 + _EPOCH_DAYS * 86_400
    if pa.types.is_time(kind):
        # 64-bit times are in micro- or nanoseconds, 32-bit ones in seconds or milliseconds
        return _floats(column.cast(pa.time64("us")).cast(pa.int64())) / 1_000_000
    if pa.types.is_boolean(kind) or pa.types.is_decimal(kind):
        return _floats(column.cast(pa.int8() if pa.types.is_boolean(kind) else pa.float64()))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _floats(column)
    raise unusable(name, str(kind), file)


def _floats(column: pa.ChunkedArray) -> pd.Series:
    """An Arrow column of numbers as float64, missing NaN."""
    import pyarrow as pa

    numbers: pd.Series = column.cast(pa.float64(), safe=False).to_pandas().astype("float64")
    return numbers
