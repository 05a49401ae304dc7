"""Rows as bytes: columns put side by side into records, some rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from clinmap.xpt.columns import Cells, Padded, Text
from clinmap.xpt.ibm import LONGEST, Floats, to_ibm
from clinmap.xpt.layout import Field, positions, row_length

Columns = Mapping[str, Text | Floats]

_PIECE: Final = 1 << 22
"""The bytes of rows that are made at a time; more would leave the processor's caches."""


def row_bytes(columns: Columns, fields: Sequence[Field]) -> Iterator[memoryview]:
    """The rows of columns as they stand in a file, a piece at a time.

    Each piece is good until the next one is asked for: they share their memory. The columns must
    fit the fields: `clinmap.writers.xpt_checks` sees to that.

    >>> parts = row_bytes({"N": np.array([1.0, 2.0])}, [Field("N", False, 8)])
    >>> b"".join(parts).hex()
    '41100000000000004120000000000000'
    """
    width = row_length(fields)
    count = len(columns[fields[0].name])
    step = max(1, min(_PIECE // width, count))
    piece = np.empty((step, width), dtype=np.uint8)
    sources = [_source(columns[field.name], field) for field in fields]
    for start in range(0, count, step):
        stop = min(start + step, count)
        for source, field, place in zip(sources, fields, positions(fields), strict=True):
            slot = np.ndarray(
                (stop - start,), f"V{field.length}", piece, offset=place, strides=(width,)
            )
            slot[...] = source.rows(start, stop)
        yield piece[: stop - start].data.cast("B")


class _Numbers:
    """Numbers as IBM doubles, some rows at a time."""

    def __init__(self, values: Floats, length: int) -> None:
        self.values, self.length = values, length

    def rows(self, start: int, stop: int) -> Cells:
        words = to_ibm(self.values[start:stop]).astype(">u8")
        if self.length == LONGEST:
            return words.view(f"V{LONGEST}")
        cells = words.view(np.uint8).reshape(-1, LONGEST)[:, : self.length]
        return np.ascontiguousarray(cells).view(f"V{self.length}").reshape(-1)


def _source(column: Text | Floats, field: Field) -> Padded | _Numbers:
    if isinstance(column, Text):
        return Padded(column, field.length)
    return _Numbers(column, field.length)
