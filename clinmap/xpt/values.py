"""Columns from the bytes of rows: text as Arrow's strings, coded where values are few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clinmap.coded_text import FEW, TEXT, Codes, from_codes
from clinmap.xpt.columns import Cells
from clinmap.xpt.headers import LayoutError, Member
from clinmap.xpt.ibm import LONGEST, Floats, from_ibm
from clinmap.xpt.layout import Field, positions

Decoder = Callable[[pa.LargeBinaryArray], pa.LargeStringArray]

_STEP: Final = 1 << 13
"""The rows that are taken apart at a time: few, so that they stay in the processor's caches."""
_BLOCK: Final = 1 << 16
"""The rows whose text is encoded at a time: many, so that values repeat."""
_BLANKS = " \0"


def read_frame(
    data: memoryview,
    member: Member,
    decode: Decoder,
    *,
    first: int = 0,
    stop: int | None = None,
    tags: bool = False,
) -> pd.DataFrame:
    """The rows `first` to `stop` of a dataset, all of them without; `data` is the whole file.

    Text is in pandas' text dtype without trailing blanks, blank text is missing; numbers are
    float64, missing ones NaN (with `tags`, which special one: `clinmap.xpt.ibm.missing_letters`).
    `decode` makes text of bytes that are not ASCII. LayoutError where text has NUL characters.
    """
    last = member.rows if stop is None else min(stop, member.rows)
    count = max(last - first, 0)
    readers = [_reader(field, count, decode, tags) for field in member.fields]
    for start in range(first, first + count, _STEP):
        rows = min(_STEP, first + count - start)
        begin = member.start + start * member.width
        for reader, place in zip(readers, positions(member.fields), strict=True):
            length = reader.field.length
            reader.add(
                np.ndarray((rows,), f"V{length}", data, begin + place, strides=(member.width,))
            )
    index = pd.RangeIndex(count)
    columns = [reader.finish(index) for reader in readers]
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=index)
    frame.columns = pd.Index([field.name for field in member.fields], dtype="str")
    return frame


def _reader(field: Field, count: int, decode: Decoder, tags: bool) -> _TextReader | _NumberReader:
    if field.character:
        return _TextReader(field, count, decode)
    return _NumberReader(field, count, tags)


class _NumberReader:
    """Makes a column of numbers of cells."""

    def __init__(self, field: Field, count: int, tags: bool) -> None:
        self.field, self.tags = field, tags
        self.values: Floats = np.empty(count, dtype=np.float64)
        self.done = 0

    def add(self, cells: Cells) -> None:
        """Take the next rows."""
        length = self.field.length
        if length < LONGEST:
            whole = np.zeros((len(cells), LONGEST), dtype=np.uint8)
            whole[:, :length] = np.ascontiguousarray(cells).view(np.uint8).reshape(-1, length)
            cells = whole.view(f"V{LONGEST}").reshape(-1)
        words = cells.view(">u8").astype(np.uint64)
        self.values[self.done : self.done + len(cells)] = from_ibm(words, tags=self.tags)
        self.done += len(cells)

    def finish(self, index: pd.Index) -> pd.Series:
        """The column."""
        return pd.Series(self.values, index=index, copy=False)


class _TextReader:
    """Makes a column of text of cells: coded at first, plain once there are too many values."""

    def __init__(self, field: Field, count: int, decode: Decoder) -> None:
        self.field, self.decode = field, decode
        self.coded: list[pa.DictionaryArray] = []
        self.plain: list[pa.LargeStringArray] = []
        self.block: Cells = np.empty(min(count, _BLOCK), dtype=f"V{field.length}")
        self.held = 0

    def add(self, cells: Cells) -> None:
        """Take the next rows."""
        self.block[self.held : self.held + len(cells)] = cells
        self.held += len(cells)
        if self.held == len(self.block):
            self._encode()

    def _encode(self) -> None:
        """Make text of the rows that are held."""
        buffers = [None, pa.py_buffer(self.block)]
        kind = pa.binary(self.field.length)
        array = pa.FixedSizeBinaryArray.from_buffers(kind, self.held, buffers)
        encoded = None if self.plain else array.dictionary_encode()
        rest = bool(self.coded) and self.held < _BLOCK
        if encoded is not None and (rest or len(encoded.dictionary) * FEW <= self.held):
            self.coded.append(encoded)
        else:
            self.plain.append(_blank_as_null(self._text(array)))
        self.held = 0

    def finish(self, index: pd.Index) -> pd.Series:
        """The column."""
        if self.held:
            self._encode()
        self.block = self.block[:0]
        if self.plain:
            early = [self._decoded(piece) for piece in self.coded]
            whole = pa.chunked_array([*early, *self.plain], pa.large_string())
            return pd.Series(pd.array(whole, dtype=TEXT), index=index, copy=False)
        codes, known = self._joined()
        return from_codes(codes, known, index)

    def _text(self, array: pa.FixedSizeBinaryArray) -> pa.LargeStringArray:
        """Text without its filling."""
        size = len(array) * self.field.length
        content = np.frombuffer(array.buffers()[1], dtype=np.uint8)[:size]
        plain = not len(content) or content.max() < 0x80
        places = np.arange(0, len(content) + 1, self.field.length, dtype=np.int64)
        buffers = [None, pa.py_buffer(places), array.buffers()[1]]
        raw = pa.Array.from_buffers(pa.large_binary(), len(array), buffers)
        text = raw.view(pa.large_string()) if plain else self.decode(raw)
        trimmed = pc.ascii_rtrim(text, characters=_BLANKS)
        if len(content) and not content.min() and pc.any(pc.match_substring(trimmed, "\0")).as_py():
            raise LayoutError(f"the text of {self.field.name} has NUL characters")
        return trimmed

    def _decoded(self, piece: pa.DictionaryArray) -> pa.LargeStringArray:
        return _blank_as_null(self._text(piece.dictionary)).take(piece.indices)

    def _joined(self) -> tuple[Codes, pa.LargeStringArray]:
        """All coded rows, as numbers of one set of distinct values."""
        if not self.coded:
            return np.empty(0, dtype=np.int32), pa.array([], pa.large_string())
        whole = pa.chunked_array(self.coded).unify_dictionaries()
        values = _blank_as_null(self._text(whole.chunk(0).dictionary))
        numbers = np.concatenate([np.asarray(chunk.indices) for chunk in whole.chunks])
        again = values.dictionary_encode()
        places: npt.NDArray[Any] = np.asarray(pc.fill_null(again.indices, -1)).astype(np.int32)
        as_they_are = np.array_equal(places, np.arange(len(places)))
        return numbers if as_they_are else places[numbers], again.dictionary


def _blank_as_null(text: pa.LargeStringArray) -> pa.LargeStringArray:
    blank = pc.equal(pc.binary_length(text), 0)
    return pc.if_else(blank, None, text) if pc.any(blank).as_py() else text


def strict(encoding: str) -> Decoder:
    """What makes text of bytes in an encoding, and raises UnicodeDecodeError where it cannot."""

    def made(raw: pa.LargeBinaryArray) -> pa.LargeStringArray:
        return pa.array(list(_texts(raw, encoding)), pa.large_string())

    return made


def _texts(raw: pa.LargeBinaryArray, encoding: str) -> Iterator[str]:
    known: dict[bytes, str] = {}
    for value in raw.to_pylist():
        if value not in known:
            known[value] = value.decode(encoding)
        yield known[value]
