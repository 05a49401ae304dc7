"""Raw exports: every cell as text, held to the columns that the specification declares.

`read_raw` is the one way in. A file that cannot be used is an InputError that names file and line;
what is odd but usable is a Problem. No message carries a cell's value or a subject.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from clinmap.plan import RawTable
from clinmap.problems import InputError, Location, Problem, Severity, near_match
from clinmap.readers.decoding import looks_like_utf8
from clinmap.readers.delimited import read_delimited

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class RawData:
    """A raw table as it was read.

    `frame` has text columns only (missing is null); its index counts records from 0, so that the
    record number is the index plus one. `file` is the path relative to the folder of raw data,
    `sha256` that of the file's bytes; both are for lineage. `first_line` is the line of the file
    where record 1 stands, 0 where the file is not text or (an optional table) not there.
    """

    table: RawTable
    frame: pd.DataFrame
    file: str
    sha256: str
    first_line: int
    problems: tuple[Problem, ...] = ()


def read_raw(table: RawTable, folder: Path, needed: Collection[str] = ()) -> RawData:
    """Read one raw table from `folder`, and hold it to its declared and needed columns.

    Missing values: an empty cell and the table's missing tokens become null, nothing else. An
    optional table that is absent is a table without rows, with its declared columns.

    Problems: InputError INP001 (no such file), INP002 (empty file), INP003 (encoding), INP004 (a
    column is missing), INP005 (an undeclared column, contract `freeze`), INP006 (damaged), INP007
    (a column name twice); Problem RAW001 (no rows), RAW002 (undeclared columns), RAW003 (identical
    rows), RAW004 (text that is probably UTF-8).

    >>> read_raw(RawTable("ae", "ae_raw.csv"), Path("raw")).frame  # doctest: +SKIP
    """
    path = folder / table.path
    file = PurePosixPath(table.path).as_posix() if not Path(table.path).is_absolute() else path.name
    if not path.is_file():
        if table.optional and folder.is_dir() and not path.exists():
            return RawData(table, _no_rows((*table.columns, *needed)), file, "", 0)
        raise _missing_file(table, path, file)
    data = _bytes_of(path, file)
    frame, first_line = _read(table, path, file, data)
    columns = list(frame.columns)
    _check_columns(table, columns, needed, Location(file, max(first_line - 1, 0)))
    problems = (
        *_doubtful_text(table, data, file),
        *_unexpected(table, columns, file),
        *_row_problems(table, frame, file),
    )
    return RawData(table, frame, file, hashlib.sha256(data).hexdigest(), first_line, problems)


def row_hash(frame: pd.DataFrame) -> NDArray[np.uint64]:
    """A number for each row that depends on its values only: not on run, row order or column order.

    Missing values take part like any value. Equal rows have equal hashes; the reverse is only
    almost sure.

    >>> import pandas as pd
    >>> one = pd.DataFrame({"A": ["x", "y"], "B": ["1", "2"]})
    >>> list(row_hash(one)) == list(row_hash(one[["B", "A"]].iloc[::-1]))[::-1]
    True
    """
    import numpy as np
    import pandas as pd

    if not len(frame.columns):
        return np.zeros(len(frame), dtype=np.uint64)
    ordered = frame[sorted(frame.columns)]
    return np.asarray(pd.util.hash_pandas_object(ordered, index=False), dtype=np.uint64)


def _read(table: RawTable, path: Path, file: str, data: bytes) -> tuple[pd.DataFrame, int]:
    """The frame and the line of its first record, by the module of the table's format."""
    if not data:
        raise InputError("INP002", "the file is empty", location=Location(file))
    if table.format == "csv":
        return read_delimited(
            data,
            file,
            delimiter=table.delimiter,
            encoding=table.encoding,
            missing=table.missing,
        )
    return _without_tokens(_read_binary(table, path, file), table.missing), 0


def _read_binary(table: RawTable, path: Path, file: str) -> pd.DataFrame:
    """The frame of a SAS or Parquet file, all text."""
    if table.format == "parquet":
        from clinmap.readers.parquet import read_parquet_text

        return read_parquet_text(path, file)
    from clinmap.readers.sas import read_sas_text

    declared = "" if table.encoding.lower() in ("utf-8", "utf8") else table.encoding
    return read_sas_text(path, "xpt" if table.format == "xpt" else "sas7bdat", file, declared)


def _without_tokens(frame: pd.DataFrame, missing: Collection[str]) -> pd.DataFrame:
    """The frame with the declared missing tokens made null."""
    return frame.mask(frame.isin(list(missing))) if missing else frame


def _no_rows(columns: Iterable[str]) -> pd.DataFrame:
    """A frame without rows, with text columns of these names."""
    import numpy as np
    import pandas as pd

    dtype = pd.StringDtype("pyarrow", na_value=np.nan)
    names = list(dict.fromkeys(columns))
    return pd.DataFrame({n: pd.Series([], dtype=dtype) for n in names}, index=pd.RangeIndex(0))


def _bytes_of(path: Path, file: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            "INP001", f"the file cannot be read: {error.strerror}", location=Location(file)
        ) from None


def _missing_file(table: RawTable, path: Path, file: str) -> InputError:
    """The error for a file that is not there, with the nearest names of its folder."""
    if path.exists():
        said, hint = f"the file of table {table.name} is a folder: {file}", ""
    elif not path.parent.is_dir():
        said = f"the folder of table {table.name} does not exist: {PurePosixPath(file).parent}"
        hint = "Give the folder of raw data"
    else:
        names = sorted(p.name for p in path.parent.iterdir() if p.is_file())
        said = f"the file of table {table.name} does not exist: {file}"
        hint = near_match(path.name, names) or f"The folder holds {_listed(names) or 'no file'}"
    return InputError(
        "INP001", said, location=table.location if table.location.file else None, hint=hint
    )


def _check_columns(
    table: RawTable, columns: list[str], needed: Collection[str], where: Location
) -> None:
    """Refuse what the contract refuses: missing columns always, new ones if it is frozen."""
    wanted = dict.fromkeys((*table.columns, *needed))
    missing = [name for name in wanted if name not in columns]
    if missing:
        free = [name for name in columns if name not in table.columns]
        hints = (near_match(name, free, f"{name}: did you mean ") for name in missing)
        raise InputError(
            "INP004",
            f"table {table.name} has no column {_listed(missing)}",
            location=where,
            hint="; ".join(filter(None, hints)) or f"It has {_listed(columns)}",
        )
    unexpected = _undeclared(table, columns)
    if unexpected and table.unexpected == "freeze":
        raise InputError(
            "INP005",
            f"table {table.name} has columns that are not declared: {_listed(unexpected)}",
            location=where,
            hint="Declare them under columns, or set unexpected: report",
        )


def _undeclared(table: RawTable, columns: list[str]) -> list[str]:
    return [c for c in columns if c not in table.columns] if table.columns else []


def _unexpected(table: RawTable, columns: list[str], file: str) -> Iterator[Problem]:
    """RAW002, once for a table: columns that nobody declared."""
    unexpected = _undeclared(table, columns)
    if unexpected and table.unexpected == "report":
        yield Problem(
            "RAW002",
            Severity.WARNING,
            f"columns that are not declared: {_listed(unexpected)}",
            dataset=table.name,
            count=len(unexpected),
            location=Location(file),
            hint="Declare them under columns, or set unexpected: ignore",
        )


def _row_problems(table: RawTable, frame: pd.DataFrame, file: str) -> Iterator[Problem]:
    """RAW001 for a table without rows, RAW003 for rows that repeat an earlier row entirely."""
    if not len(frame):
        yield Problem(
            "RAW001",
            Severity.WARNING,
            "the table has column names and no rows",
            dataset=table.name,
            location=Location(file),
        )
        return
    repeated = _repeated(frame)
    if len(repeated):
        yield Problem(
            "RAW003",
            Severity.NOTE,
            "rows that are identical to an earlier row in every column",
            dataset=table.name,
            count=len(repeated),
            rows=tuple(f"{table.name}:{number + 1}" for number in repeated),
            location=Location(file),
        )


def _repeated(frame: pd.DataFrame) -> list[int]:
    """The index of rows that repeat an earlier row; hashes find them, values decide."""
    import pandas as pd

    alike = pd.Series(row_hash(frame), index=frame.index).duplicated(keep=False)
    suspects = frame[alike]
    return [int(i) for i in suspects.index[suspects.duplicated(keep="first")]]


def _doubtful_text(table: RawTable, data: bytes, file: str) -> Iterator[Problem]:
    """RAW004 for text declared in a one-byte encoding whose bytes are valid UTF-8."""
    if table.format == "csv" and looks_like_utf8(data, table.encoding):
        yield Problem(
            "RAW004",
            Severity.WARNING,
            f"the text is declared as {table.encoding}, but its bytes are UTF-8",
            dataset=table.name,
            location=Location(file),
            hint="Declare encoding: utf-8",
        )


def _listed(names: Collection[str], most: int = 12) -> str:
    """Names in one line, cut off after `most`."""
    shown = ", ".join(name or "(no name)" for name in list(names)[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
