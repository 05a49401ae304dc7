"""SAS transport files, version 5: checked before a byte is written, stamped, written in pieces.

`check_xpt` says what a frame has that the format cannot carry; `write_xpt` refuses that and writes.
`TransportFile` writes rows as they come, and several datasets into a file. Every time stamp is the
moment that is given: equal input gives equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from clinmap.problems import OutputError, Problem
from clinmap.writers.disk_trouble import REMEDIES
from clinmap.writers.xpt_checks import (
    character_columns,
    check_columns,
    check_last_row,
    check_lengths,
    check_mixed,
    check_names,
    check_values,
)
from clinmap.writers.xpt_shape import XptDataset, XptVariable

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.xpt.columns import Text
    from clinmap.xpt.ibm import Floats
    from clinmap.xpt.layout import Field
    from clinmap.xpt.rows import Columns

Lengths = Mapping[str, int]
_NUMBER = 8


def check_xpt(
    frame: pd.DataFrame, dataset: XptDataset, lengths: Lengths | None = None
) -> list[Problem]:
    """What stops this frame from being a version 5 transport file, as problems (all are errors).

    XPT001: a name is over 8 bytes or not a SAS name. XPT002: a label is over 40 bytes or not
    printable ASCII. XPT003: text is longer than the length of its variable, or over 200 bytes.
    XPT004: text has characters that are not printable ASCII. XPT005: a number is infinite or
    outside IBM's range. XPT006: the columns are not the variables, or text where numbers should be.
    XPT007: the last row is blank in every variable, and would be lost. Rows are named `DS:n`,
    counted from 1; values are never shown.

    Missing values are always fine. `lengths` (such as measured ones) wins over the variables' own.
    """
    variables = submitted(dataset)
    problems = [*check_names(dataset, variables), *check_columns(frame, dataset, variables)]
    if any(problem.code == "XPT006" for problem in problems):
        return problems
    rows = _first_rows(frame, dataset, lengths or {}, {})
    return [*problems, *_value_problems(rows)]


def write_xpt(
    frame: pd.DataFrame,
    dataset: XptDataset,
    path: Path,
    stamp: datetime,
    lengths: Lengths | None = None,
) -> None:
    """Write a frame as a version 5 transport file, with every time stamp set to `stamp`.

    Columns: those of the dataset's submitted variables, in the order of the variables; text columns
    are character, number columns numeric. Each character variable has the length of `lengths`, else
    of its variable, else of its longest value (at least 1). Missing values: blank text and SAS's
    missing number. A dataset without rows keeps its variables and their lengths.

    Problems: OutputError with the code of `check_xpt` for what that finds, and no file; XPT008 when
    the file cannot be written.

    >>> stamp = datetime(2025, 3, 28)
    >>> write_xpt(frame, plan.dataset("DM"), Path("dm.xpt"), stamp)  # doctest: +SKIP
    """
    with TransportFile(path, stamp) as file:
        file.begin(dataset, frame, lengths, last=True)


class TransportFile:
    """A transport file that is written as its rows come; of one dataset or several, in turn.

    `begin` starts a dataset with its first rows (none, perhaps), `append` adds rows to it. What the
    format cannot hold is refused before a byte of those rows is written. The file is opened by the
    first `begin`, and removed where it is left by an error.

    >>> with TransportFile(Path("lb.xpt"), datetime(2025, 3, 28)) as file:  # doctest: +SKIP
    ...     file.begin(plan.dataset("LB"), parts[0], lengths)
    ...     file.append(parts[1])
    """

    def __init__(self, path: Path, stamp: datetime) -> None:
        self.path, self.stamp = path, stamp
        self._file: BinaryIO | None = None
        self._last: _Rows | None = None
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish_dataset()
                with self._trouble():
                    self._close()
        finally:
            if self._file is not None:
                self._discard()

    def begin(
        self,
        dataset: XptDataset,
        frame: pd.DataFrame,
        lengths: Lengths | None = None,
        numbers: Lengths | None = None,
        *,
        last: bool = False,
    ) -> None:
        """Start a dataset with its first rows, whose columns tell what is character.

        A character variable has the length of `lengths`, else of the variable, else of the longest
        of these rows; a numeric one of `numbers` (3 to 8 bytes), else 8. `last` says that no rows
        will follow. Problems: OutputError as `write_xpt`; XPT011 when a number has more digits than
        a length below 8 holds.
        """
        self._finish_dataset()
        variables = submitted(dataset)
        named = [*check_names(dataset, variables), *check_columns(frame, dataset, variables)]
        if any(problem.code == "XPT006" for problem in named):
            _refuse(named)
        rows = _first_rows(frame, dataset, lengths or {}, numbers or {})
        _refuse([*named, *_value_problems(rows, last=last)])
        self._write_header(rows)
        self._write_rows(rows)

    def append(self, frame: pd.DataFrame) -> None:
        """Add rows to the dataset that was begun, with the same columns and types."""
        if self._last is None:
            raise ValueError("begin a dataset before adding rows to it")
        earlier = self._last
        variables = submitted(earlier.dataset)
        _refuse(list(check_columns(frame, earlier.dataset, variables)))
        kinds = {field.name: field.character for field in earlier.fields}
        columns, mixed = _columns(frame, kinds)
        before = earlier.before + earlier.count
        rows = _Rows(earlier.dataset, earlier.fields, columns, len(frame), mixed, before)
        _refuse(list(_value_problems(rows, last=False)))
        self._write_rows(rows)

    def _write_header(self, rows: _Rows) -> None:
        from clinmap.xpt.layout import library_header, member_header

        with self._trouble():
            if self._file is None:
                self._file = self.path.open("wb")
                self._file.write(library_header(self.stamp))
            name, label = rows.dataset.name, rows.dataset.label
            self._file.write(member_header(name, label, rows.fields, self.stamp))
        self._last, self._size = rows, 0

    def _write_rows(self, rows: _Rows) -> None:
        from clinmap.xpt.rows import row_bytes

        assert self._file is not None
        with self._trouble():
            for piece in row_bytes(rows.columns, rows.fields):
                self._file.write(piece)
                self._size += len(piece)
        if rows.count:
            self._last = rows

    def _finish_dataset(self) -> None:
        """Fill the last record of the dataset that was begun."""
        from clinmap.xpt.layout import filling

        if self._last is not None and self._file is not None:
            rows, self._last = self._last, None
            _refuse(list(check_last_row(rows.columns, rows.dataset.name, rows.before)))
            with self._trouble():
                self._file.write(filling(self._size))

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _discard(self) -> None:
        """Close and remove a file that is not whole."""
        try:
            self._close()
        except OSError:
            self._file = None
        self.path.unlink(missing_ok=True)

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        """XPT008 where the file cannot be written; a full disk is said of the whole package."""
        try:
            yield
        except OSError as error:
            if error.errno in REMEDIES:
                raise
            said = f"{self.path.name} cannot be written ({error.strerror or type(error).__name__})"
            raise OutputError("XPT008", said) from None


@dataclass(frozen=True)
class _Rows:
    """Rows that are ready to be written: `before` so many came earlier."""

    dataset: XptDataset
    fields: Sequence[Field]
    columns: Columns
    count: int
    mixed: Sequence[str] = ()
    before: int = 0


def submitted(dataset: XptDataset) -> list[XptVariable]:
    """The variables that stand in the file: all but supplemental and work variables."""
    return [v for v in dataset.variables if getattr(v, "place", "dataset") == "dataset"]


def widths(
    frame: pd.DataFrame, variables: Sequence[XptVariable], lengths: Lengths | None = None
) -> dict[str, int]:
    """The length in bytes of each character variable: given, else measured, and never below 1."""
    character = character_columns(frame, variables)
    columns, _ = _columns(frame, dict.fromkeys(sorted(character), True))
    return {
        v.name: _length(columns[v.name], v, lengths or {}, {})
        for v in variables
        if v.name in character
    }


def _first_rows(
    frame: pd.DataFrame, dataset: XptDataset, lengths: Lengths, numbers: Lengths
) -> _Rows:
    """The rows of a frame, which tell how the file describes the variables."""
    from clinmap.xpt.layout import Field

    variables = submitted(dataset)
    character = character_columns(frame, variables)
    columns, mixed = _columns(frame, {v.name: v.name in character for v in variables})
    fields = [
        Field(
            v.name,
            v.name in character,
            _length(columns[v.name], v, lengths, numbers),
            v.label,
            v.format.upper(),
        )
        for v in variables
    ]
    return _Rows(dataset, fields, columns, len(frame), mixed)


def _columns(frame: pd.DataFrame, character: Mapping[str, bool]) -> tuple[Columns, list[str]]:
    """The values of each variable, and the names of text columns that hold other values too."""
    from clinmap.xpt.columns import numbers_of, text_of

    columns: dict[str, Text | Floats] = {}
    mixed = []
    for name, is_text in character.items():
        try:
            columns[name] = (text_of if is_text else numbers_of)(frame[name])
        except TypeError:
            columns[name] = text_of(frame[name].iloc[:0])
            mixed.append(name)
    return columns, mixed


def _length(
    column: Text | Floats, variable: XptVariable, lengths: Lengths, numbers: Lengths
) -> int:
    """The bytes of a variable: given, else measured, and never below 1."""
    from clinmap.xpt.columns import Text

    if not isinstance(column, Text):
        return numbers.get(variable.name, _NUMBER)
    return lengths.get(variable.name, variable.length) or max(column.longest(), 1)


def _value_problems(rows: _Rows, *, last: bool = True) -> Iterator[Problem]:
    name = rows.dataset.name
    yield from check_lengths(name, rows.fields)
    yield from check_mixed(name, rows.mixed)
    yield from check_values(rows.columns, name, rows.fields, rows.before)
    if last and not rows.mixed:
        yield from check_last_row(rows.columns, name)


def _refuse(problems: Sequence[Problem]) -> None:
    """Raise the first problem as an OutputError that says how many there are."""
    if problems:
        first = problems[0]
        where = f"{first.dataset}.{first.variable}" if first.variable else first.dataset
        rows = f" (first in row {first.rows[0]})" if first.rows else ""
        more = f" ({len(problems) - 1} more problems)" if len(problems) > 1 else ""
        raise OutputError(first.code, f"{where}: {first.message}{rows}{more}", hint=first.hint)
