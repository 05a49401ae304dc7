"""Raw exports: every cell as text, held to the columns that the specification declares.

`read_raw` is the one way in. A file that cannot be used is an InputError that names file and line;
what is odd but usable is a Problem. No message carries a cell's value or a subject.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from clinmap.phrases import listed
from clinmap.plan import RawTable
from clinmap.problems import InputError, Location, Problem, Severity, may_be_shown, near_match
from clinmap.raw_formats import WITHOUT_FILE, Format
from clinmap.readers import (
    database,
    dataset_json,
    delimited,
    odm_tables,
    parquet,
    redcap,
    sas,
    sheets,
    study_list,
)
from clinmap.readers.signatures import check_kind
from clinmap.readers.text_table import (
    Beside,
    Lines,
    Request,
    TextTable,
    line_of,
    shown_names,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class RawData:
    """A raw table as it was read.

    `frame` has text columns only (missing is null); its index counts records from 0, so that the
    record number is the index plus one; `hashes` are those of its rows (`row_hash`), as read.
    `file` is the path relative to the folder of raw data
    (`study.yaml` or `database:NAME/TABLE` where the rows stand in no raw file), `sha256` that of
    the file's bytes, or of the rows; both are for lineage. `lines` says on which line (or row of a
    sheet) each record stands; it is empty where records have no line.
    """

    table: RawTable
    frame: pd.DataFrame
    file: str
    sha256: str
    hashes: NDArray[np.uint64]
    lines: Lines = ()
    problems: tuple[Problem, ...] = ()

    @property
    def first_line(self) -> int:
        """The line of record 1, or 0."""
        return line_of(self.lines, 1)


READERS: Mapping[Format, Callable[[Request], TextTable]] = MappingProxyType(
    {
        "csv": delimited.read_table,
        "redcap": redcap.read_table,
        "xpt": sas.read_table,
        "sas7bdat": sas.read_table,
        "xlsx": sheets.read_table,
        "xls": sheets.read_table,
        "ods": sheets.read_table,
        "parquet": parquet.read_raw_table,
        "dataset-json": dataset_json.read_table,
        "odm": odm_tables.read_table,
        "sql": database.read_table,
        "study": study_list.read_table,
    }
)
"""What reads each format."""


def read_raw(
    table: RawTable, folder: Path, needed: Collection[str] = (), beside: Beside | None = None
) -> RawData:
    """Read one raw table, and hold it to its declared and needed columns.

    Missing values: an empty cell and the table's missing tokens become null, nothing else. An
    optional table that is absent is a table without rows, with its declared columns.

    Problems: InputError INP001 (no such file), INP002 (empty file), INP003 (encoding), INP004 (a
    column is missing), INP005 (an undeclared column, contract `freeze`), INP006 (damaged), INP007
    and INP008 (a column name twice, or none), INP009 (what raw.yaml names is not in the file),
    INP020 to INP023 (workbooks and databases), SPC060 (the path leads out of
    the folder); Problem RAW001 (no rows), RAW002 (undeclared columns), RAW003 (identical rows), and
    those of the format: RAW004, RAW006 to RAW011.

    >>> read_raw(RawTable("ae", "ae_raw.csv"), Path("raw")).frame  # doctest: +SKIP
    """
    request = Request(table, folder / table.path, file_of(table), beside or Beside())
    if table.format not in WITHOUT_FILE:
        if not request.path.is_file():
            if table.optional and folder.is_dir() and not request.path.exists():
                nothing = _no_rows((*table.columns, *needed))
                return RawData(table, nothing, request.file, "", row_hash(nothing))
            raise _missing_file(table, request.path, request.file)
        if not request.path.resolve().is_relative_to(folder.resolve()):
            raise _outside(table, request.file)
        _check_file(request)
    read = READERS[table.format](request)
    frame = coded_frame(read.frame)
    frame = frame if read.exact_missing else _without_tokens(frame, table.missing)
    own = [name for name in frame.columns if name not in read.added]
    _check_columns(table, own, needed, request.place(read.header_line), read.added)
    hashes = row_hash(frame)
    problems = (
        *read.problems,
        *_unexpected(table, own, request.file),
        *_row_problems(table, frame, hashes, request.file),
    )
    sha256 = read.sha256 or _sha256(request.path)
    return RawData(table, frame, request.file, sha256, hashes, read.lines, problems)


def _outside(table: RawTable, file: str) -> InputError:
    """A link, or a path that climbs: what is read stands in the folder that was given."""
    return InputError(
        "SPC060",
        f"the file of table {table.name} leads out of the folder of raw exports",
        location=Location(file),
        hint="Put the file itself into that folder, or give the folder that it stands in as --raw.",
    )


def file_of(table: RawTable) -> str:
    """What lineage and messages call the place that a table is read from.

    >>> file_of(RawTable("ae", "edc/ae.csv"))
    'edc/ae.csv'
    """
    if table.format == "study":
        return study_list.FILE
    if table.format == "sql":
        return database.place_of(table)
    path = Path(table.path)
    return path.name if path.is_absolute() else PurePosixPath(table.path).as_posix()


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


def coded_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with text of few distinct values coded, column by column."""
    import pandas as pd

    from clinmap.coded_text import as_coded

    columns = {name: as_coded(frame[name]) for name in frame.columns}
    return pd.DataFrame(columns, index=frame.index, copy=False)


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


def _check_file(request: Request) -> None:
    """Refuse a file that is empty, cannot be opened, or is plainly of another format."""
    try:
        if not request.path.stat().st_size:
            raise InputError("INP002", "the file is empty", location=request.place())
        check_kind(request)
    except OSError as error:
        said = f"the file cannot be read: {error.strerror}"
        raise InputError("INP001", said, location=request.place()) from None


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


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
        hint = near_match(path.name, names) or f"The folder holds {listed(names, 12) or 'no file'}"
    return InputError(
        "INP001", said, location=table.location if table.location.file else None, hint=hint
    )


def _check_columns(
    table: RawTable,
    columns: list[str],
    needed: Collection[str],
    where: Location,
    added: Collection[str] = (),
) -> None:
    """Refuse what the contract refuses: missing columns always, new ones if it is frozen."""
    wanted = dict.fromkeys((*table.columns, *needed))
    present = {*columns, *added}
    missing = [name for name in wanted if name not in present]
    if missing:
        free = [n for n in columns if n not in table.columns and may_be_shown(n)]
        hints = (near_match(name, free, f"{name}: did you mean ") for name in missing)
        raise InputError(
            "INP004",
            f"table {table.name} has no column {listed(missing, 12)}",
            location=where,
            hint="; ".join(filter(None, hints)) or _what_it_has(table, columns),
        )
    unexpected = _undeclared(table, columns)
    if unexpected and table.unexpected == "freeze":
        raise InputError(
            "INP005",
            f"table {table.name} has columns that are not declared: {shown_names(unexpected)}",
            location=where,
            hint="Declare them under columns, or set unexpected: report",
        )


def _what_it_has(table: RawTable, columns: list[str]) -> str:
    """The columns of a file; where none is declared, a record may stand in the place of names."""
    if table.columns and not set(table.columns) & set(columns):
        return "No declared column is there: do the column names stand on this line?"
    return f"It has {shown_names(columns)}"


def _undeclared(table: RawTable, columns: list[str]) -> list[str]:
    declared = set(table.columns)
    return [c for c in columns if c not in declared] if declared else []


def _unexpected(table: RawTable, columns: list[str], file: str) -> Iterator[Problem]:
    """RAW002, once for a table: columns that nobody declared."""
    unexpected = _undeclared(table, columns)
    if unexpected and table.unexpected == "report":
        yield Problem(
            "RAW002",
            Severity.WARNING,
            f"columns that are not declared: {shown_names(unexpected)}",
            dataset=table.name,
            count=len(unexpected),
            location=Location(file),
            hint="Declare them under columns, or set unexpected: ignore",
        )


def _row_problems(
    table: RawTable, frame: pd.DataFrame, hashes: NDArray[np.uint64], file: str
) -> Iterator[Problem]:
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
    repeated = _repeated(frame, hashes)
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


def _repeated(frame: pd.DataFrame, hashes: NDArray[np.uint64]) -> list[int]:
    """The index of rows that repeat an earlier row; hashes find them, values decide."""
    import pandas as pd

    alike = pd.Series(hashes, index=frame.index).duplicated(keep=False)
    suspects = frame[alike]
    return [int(i) for i in suspects.index[suspects.duplicated(keep="first")]]
