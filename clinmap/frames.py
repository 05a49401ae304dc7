"""The table contract: how values stand in a frame, and how they are brought there.

Text is pandas' Arrow-backed `str` with missing values null (never blank), kept as numbers of its
distinct values where they are few (`clinmap.coded_text`); numbers are `float64` with NaN. Raw
columns are text as read. SAS dates and date-times are numbers (days, seconds since
1960).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from clinmap.coded_text import CodedText, from_codes, recoded
from clinmap.expressions import Expression, Node
from clinmap.plan import PlanCodelist, VariablePlan
from clinmap.problems import Listed

TEXT: Final = "str"
Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lost:
    """Texts that were to be numbers and are none: in which part of an expression, and which."""

    part: Node
    texts: pd.Series


class Table(Protocol):
    """Something with columns: a raw table, a dataset being built, a dataset that was given."""

    @property
    def name(self) -> str:
        """What references call it."""
        ...

    def __len__(self) -> int: ...

    def column(self, name: str) -> pd.Series:
        """The values of a column, indexed 0..n-1."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        ...

    def raw_records(self, rows: Positions) -> list[tuple[str, Positions]]:
        """The raw records behind rows, by table, through built datasets."""
        ...

    @property
    def hashes(self) -> npt.NDArray[np.uint64]:
        """A hash of each row's content: the last tie-break of every order."""
        ...


class Rows(Protocol):
    """What an operation sees: the rows of its dataset (or of one source), and how to report."""

    target: VariablePlan

    def __len__(self) -> int: ...

    @property
    def index(self) -> pd.RangeIndex:
        """0..n-1; what an operation returns has this index."""
        ...

    @property
    def hashes(self) -> npt.NDArray[np.uint64]:
        """The rows' hashes, for total orders."""
        ...

    def values(self, operand: object) -> pd.Series:
        """The column that a reference names, or a literal repeated."""
        ...

    def text(self, operand: object) -> pd.Series:
        """The same as text."""
        ...

    def number(self, operand: object) -> pd.Series:
        """The same as numbers; text that is no number is missing."""
        ...

    def evaluate(self, expression: Expression, lost: list[Lost] | None = None) -> pd.Series:
        """An expression's values; `lost` gets the texts that were to be numbers and are none."""
        ...

    def true(self, expression: Expression) -> Mask:
        """Where a condition is true (not where it is false, not where it is missing)."""
        ...

    def table(self, name: str) -> Table:
        """Another table: a raw one, or a dataset."""
        ...

    def subjects(self, table: Table) -> pd.Series:
        """The USUBJID of each row of a table, raw or built."""
        ...

    def codelists(self, variable: str = "") -> Iterable[tuple[PlanCodelist, Mask]]:
        """The codelists of the target, or of another variable, each with the rows it is for."""
        ...

    def parameter(self, name: str) -> object:
        """A parameter of study.yaml."""
        ...

    def report(
        self, code: str, message: str, where: Mask, *, hint: str = "", listed: Listed | None = None
    ) -> None:
        """List a problem of the rows where the mask is true, each row once.

        `listed` are the texts that it is about, where texts are listed as long as they are few.
        """
        ...

    def link(self, table: Table, rows: Positions, records: Positions) -> None:
        """Say that the target's values in `rows` came from these records of another table."""
        ...

    def link_row(self, rows: Positions, others: Positions) -> None:
        """Say that the target's values in `rows` are those of these other rows of the dataset."""
        ...


def as_text(values: pd.Series) -> pd.Series:
    """The values as text: numbers by their shortest decimal form, blanks as missing.

    >>> as_text(pd.Series([1.0, 0.5, np.nan])).tolist()
    ['1', '0.5', nan]
    """
    if isinstance(values.dtype, pd.StringDtype):
        return values
    if pd.api.types.is_numeric_dtype(values.dtype):
        return on_distinct(values, _decimal_texts)
    return values.astype(TEXT)


def _decimal_texts(known: pd.Series) -> pd.Series:
    return pd.Series([decimal_text(float(number)) for number in known], dtype=TEXT)


def decimal_text(number: float) -> str:
    """The shortest decimal text of a number that reads back as the same number.

    >>> decimal_text(1e-05), decimal_text(5.0), decimal_text(0.1 + 0.2)
    ('0.00001', '5', '0.30000000000000004')
    """
    return np.format_float_positional(number, trim="-")


def as_number(values: pd.Series) -> pd.Series:
    """The values as numbers; text that is not a number, or an infinite one, is missing.

    >>> as_number(pd.Series(["1.50", "<2", None], dtype="str")).tolist()
    [1.5, nan, nan]
    """
    if pd.api.types.is_float_dtype(values.dtype):
        return values
    if isinstance(values.dtype, pd.StringDtype):
        return on_distinct(values, _numbers).astype("float64")
    return pd.to_numeric(values, errors="coerce").astype("float64")


def _numbers(known: pd.Series) -> pd.Series:
    """Texts as numbers; what no file can hold (`inf`, `1e999`) is none."""
    numbers = pd.to_numeric(known, errors="coerce").astype("float64")
    return numbers.where(np.isfinite(numbers))


def on_distinct(
    values: pd.Series, function: Callable[[pd.Series], pd.Series | npt.NDArray[np.generic]]
) -> pd.Series:
    """A function of values applied to each distinct value once; missing values stay missing."""
    codes, known = pd.factorize(values)
    result = pd.Series(function(pd.Series(known, dtype=values.dtype)))
    if len(known) == 0:
        return result.reindex(values.index)
    if result.dtype == TEXT:
        return pd.Series(recoded(codes, result), index=values.index, copy=False)
    taken = result.take(np.where(codes < 0, 0, codes))
    taken.index = values.index
    return taken.where(codes >= 0) if (codes < 0).any() else taken


def recode_distinct(values: pd.Series, mapping: Mapping[str, str]) -> pd.Series:
    """Text replaced by a mapping; what it does not hold is missing."""
    return values.map(mapping).astype(TEXT)


def is_trimmed(text: pd.Series) -> bool:
    """Whether text surely has no blank at an end and is nowhere empty: most columns, seen quickly.

    Only the last byte of each value is looked at; what is no printable ASCII there may be a blank.

    >>> is_trimmed(pd.Series(["a b", None])), is_trimmed(pd.Series(["a "]))
    (True, False)
    """
    if isinstance(text.array, CodedText):
        return _ends_printable(text.array.known)
    return all(_ends_printable(chunk) for chunk in pa.chunked_array(pa.array(text)).chunks)


def _ends_printable(text: pa.LargeStringArray) -> bool:
    _, offsets, content = text.buffers()
    ends = np.frombuffer(offsets, np.int64)[text.offset : text.offset + len(text) + 1]
    empty = ends[1:] == ends[:-1]
    if (empty & text.is_valid().to_numpy(zero_copy_only=False)).any():
        return False
    if empty.all():
        return True
    last = np.frombuffer(content, np.uint8)[ends[1:] - 1]
    return bool(((last > ord(" ")) & (last <= ord("~"))).all())


def placed(pieces: Sequence[tuple[Positions, pd.Series]], size: int) -> pd.Series:
    """One column of pieces that belong at these positions; missing where there is none.

    >>> first, last = pd.Series(["a"], dtype="str"), pd.Series(["b"], dtype="str")
    >>> placed([(np.array([2]), first), (np.array([0]), last)], 3).tolist()
    ['b', nan, 'a']
    """
    filled = [(rows, values) for rows, values in pieces if len(rows)] or list(pieces[:1])
    whole = pd.concat([values for _, values in filled], ignore_index=True)
    where = np.full(size, -1, dtype=np.int64)
    where[np.concatenate([rows for rows, _ in filled])] = np.arange(len(whole))
    made = whole.array.take(where, allow_fill=True)
    return pd.Series(made, index=pd.RangeIndex(size), copy=False)


def missing_text(index: pd.Index) -> pd.Series:
    """A text column without values."""
    return from_codes(np.full(len(index), -1, np.int32), pa.array([], pa.large_string()), index)


def repeated_text(value: str, index: pd.Index) -> pd.Series:
    """A text column with one value in every row."""
    return from_codes(np.zeros(len(index), np.int32), pa.array([value], pa.large_string()), index)


def arrow_text(values: pa.Array | pa.ChunkedArray, index: pd.Index) -> pd.Series:
    """Arrow's text as a column; nothing is copied."""
    return pd.Series(pd.array(values, dtype=TEXT), index=index, copy=False)
