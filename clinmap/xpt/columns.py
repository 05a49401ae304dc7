"""The values of a frame as a transport file wants them: text in Arrow's buffers, numbers as floats.

Text with few distinct values stays coded: what is asked of it is asked of the distinct values.
"""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clinmap.coded_text import Codes, coded, is_coded
from clinmap.xpt.ibm import Floats

Mask = npt.NDArray[np.bool_]
Cells = npt.NDArray[np.void]
Values: TypeAlias = pa.LargeStringArray | pa.ChunkedArray
"""Text by Arrow, in one piece or in several: large columns are not copied to be made one."""

_SAMPLE: Final = 4096
_FEW: Final = 20
_PIECE: Final = 1 << 16
_FIRST_PRINTABLE, _LAST_PRINTABLE = 0x20, 0x7E
_UNPRINTABLE = "[^ -~]"


class Text:
    """Text of a column: a value for each row, or, with `codes`, distinct values for many rows.

    A code of -1 is a missing value. `values` may hold values that no row has.
    """

    def __init__(self, values: Values, codes: Codes | None = None) -> None:
        self.values, self.codes = values, codes

    def __len__(self) -> int:
        return len(self.values if self.codes is None else self.codes)

    @cached_property
    def most(self) -> int:
        """The bytes of the longest value with its trailing blanks; 0 where there is none."""
        return _most(self.values)

    def longest(self) -> int:
        """The bytes of the longest value without its trailing blanks; 0 where there is none."""
        used = self._used()
        most = self.most if used is self.values else _most(used)
        if not most or _ends_in_text(used, most):
            return most
        return _most(pc.ascii_rtrim(used, characters=" "))

    def too_long(self, width: int) -> Mask | None:
        """Which rows have more bytes than `width`, trailing blanks not counted; None: no row."""
        if self.most <= width:
            return None
        trimmed = pc.ascii_rtrim(self.values, characters=" ")
        return self._of_rows(pc.greater(pc.binary_length(trimmed), width))

    def unprintable(self) -> Mask | None:
        """Which rows have a character that is no printable ASCII; None: no row."""
        if _is_printable(self.values):
            return None
        return self._of_rows(pc.match_substring_regex(self.values, _UNPRINTABLE))

    def last(self) -> str:
        """The value of the last row without its trailing blanks; empty where it is missing."""
        place = -1 if self.codes is None else int(self.codes[-1])
        missing = self.codes is not None and place < 0
        return "" if missing else str(self.values[place].as_py() or "").rstrip(" ")

    def _used(self) -> Values:
        if self.codes is None:
            return self.values
        used = np.zeros(len(self.values) + 1, dtype=bool)
        used[self.codes] = True
        return self.values.filter(pa.array(used[:-1]))

    def _of_rows(self, found: pa.BooleanArray) -> Mask | None:
        marked = np.asarray(pc.fill_null(found, False), dtype=bool)
        rows = marked if self.codes is None else np.append(marked, False)[self.codes]
        return rows if rows.any() else None


class Padded:
    """Text filled with blanks to the length of its variable, some rows at a time.

    Values must have no more bytes than `width` but for trailing blanks, and be ASCII.
    """

    def __init__(self, text: Text, width: int) -> None:
        self.text, self.width, self.table = text, width, None
        values = text.values
        if text.most > width:
            values = pc.ascii_rtrim(values, characters=" ")
        self.values = values
        if text.codes is not None:
            # a value that no row has may be too long; the code -1 is the last row: blanks
            kept = pc.if_else(pc.less_equal(pc.binary_length(values), width), values, "")
            self.table = padded(pa.concat_arrays([kept, pa.array([""], pa.large_string())]), width)

    def rows(self, start: int, stop: int) -> Cells:
        """The cells of some rows."""
        if self.table is None:
            return padded(_whole(self.values.slice(start, stop - start)), self.width)
        assert self.text.codes is not None
        return self.table.take(self.text.codes[start:stop], mode="wrap")


def padded(values: pa.LargeStringArray, width: int) -> Cells:
    """Text of at most so many bytes as cells, filled with blanks; missing text is blank.

    >>> padded(pa.array(["ab", None, "c"], pa.large_string()), 3).tobytes()
    b'ab    c  '
    """
    content = _bytes_of(values)
    if values.null_count or len(content) != len(values) * width:
        filled = pc.fill_null(values, "") if values.null_count else values
        content = _bytes_of(pc.ascii_rpad(filled, width=width, padding=" "))
    return np.frombuffer(content, dtype=f"V{width}")


def text_of(column: pd.Series) -> Text:
    """The text of a column of any type that holds text; missing values are null.

    TypeError where a value is something else.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        known = pa.array(column.cat.categories, pa.large_string(), from_pandas=True)
        return Text(known, column.cat.codes.to_numpy().astype(np.int32))
    if is_coded(column):
        codes, known = coded(column)
        return Text(known, codes)
    if column.dtype == object:
        return _text_of_objects(column.to_numpy())
    array = pa.array(column.array, from_pandas=True)
    return Text(array if array.type == pa.large_string() else array.cast(pa.large_string()))


def numbers_of(column: pd.Series) -> Floats:
    """The numbers of a column as doubles; a column without values may be of any type."""
    if column.dtype == np.float64:
        return column.to_numpy()
    if not pd.api.types.is_numeric_dtype(column):
        return np.full(len(column), np.nan)
    return np.asarray(column.to_numpy(dtype="float64", na_value=np.nan))


def _text_of_objects(objects: npt.NDArray[Any]) -> Text:
    """Text of Python's own: where rows share few objects, these are the distinct values."""
    places = _addresses(objects)
    if len(np.unique(places[:_SAMPLE])) * 2 > min(len(places), _SAMPLE):
        return Text(_arrow_of(objects))
    codes, distinct = pd.factorize(places)
    # the array holds what stands there, so it is alive
    known = [ctypes.cast(place, ctypes.py_object).value for place in distinct.tolist()]
    values, numbers = _arrow_of(known), codes.astype(np.int32)
    if not values.null_count:
        return Text(values, numbers)
    kept = np.asarray(values.is_valid().to_numpy(zero_copy_only=False))
    renumbered = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    return Text(values.drop_null(), renumbered[numbers])


def _arrow_of(objects: npt.NDArray[Any] | list[Any]) -> pa.LargeStringArray:
    try:
        return pa.array(objects, pa.large_string(), from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        raise TypeError("a value is no text") from None


def _addresses(objects: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Which object each row holds, by where it is in memory."""
    whole = np.ascontiguousarray(objects)
    kind = ctypes.c_int64 * len(whole)
    places = np.ctypeslib.as_array(kind.from_address(whole.ctypes.data))
    return places if whole is objects else places.copy()


def _whole(values: Values) -> pa.LargeStringArray:
    if not isinstance(values, pa.ChunkedArray):
        return values
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


def _most(values: Values) -> int:
    """The bytes of the longest value; 0 where there is none."""
    pieces = (values.slice(start, _PIECE) for start in range(0, len(values), _PIECE))
    return max((pc.max(pc.binary_length(piece)).as_py() or 0 for piece in pieces), default=0)


def _ends_in_text(values: Values, length: int) -> bool:
    """Whether one of the first values of this length is seen to end in no blank."""
    first = values.slice(0, _PIECE)
    found = np.flatnonzero(pc.fill_null(pc.equal(pc.binary_length(first), length), False))
    return any(not str(first[int(place)]).endswith(" ") for place in found[:_FEW])


def _is_printable(values: Values) -> bool:
    """Whether all bytes of the text are printable ASCII."""
    for chunk in values.chunks if isinstance(values, pa.ChunkedArray) else [values]:
        content = np.frombuffer(_bytes_of(chunk), dtype=np.uint8)
        if len(content) and (content.min() < _FIRST_PRINTABLE or content.max() > _LAST_PRINTABLE):
            return False
    return True


def _bytes_of(values: pa.LargeStringArray) -> memoryview:
    """The bytes of the texts, one after the other."""
    _, places, content = values.buffers()
    if not len(values) or content is None:
        return memoryview(b"")
    offsets = np.frombuffer(places, dtype=np.int64)[values.offset : values.offset + len(values) + 1]
    return memoryview(content)[int(offsets[0]) : int(offsets[-1])]
