"""Columns as codes of their distinct values: what every check of values works on.

Source: none. Problems: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clinmap.coded_text import coded
from clinmap.measuring import decimal_texts

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32] | Integers
Flags = npt.NDArray[np.bool_]
_BINCOUNT_LIMIT = 4_000_000
_DECIMAL = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"


class Coded:
    """A column: the code of each row (-1 where it is missing) and the distinct values.

    `numbers` are the distinct values of a numeric column, None for text; `texts` are the distinct
    values as text, of numbers the shortest decimal form.
    """

    def __init__(self, column: pd.Series[Any]) -> None:
        self.codes: Codes
        self.numbers: npt.NDArray[np.float64] | None = None
        if pd.api.types.is_numeric_dtype(column.dtype):
            values = column.to_numpy(np.float64, na_value=np.nan) + 0.0
            self.codes, self.numbers = pd.factorize(values)
        else:
            self.codes, self._filled = _coded_text(column)

    @cached_property
    def texts(self) -> pa.Array[Any]:
        """The distinct values as text."""
        return self._filled if self.numbers is None else decimal_texts(self.numbers)

    @cached_property
    def counts(self) -> Integers:
        """How many rows have each distinct value."""
        return np.bincount(self.codes.astype(np.int64) + 1, minlength=self.size + 1)[1:]

    @property
    def size(self) -> int:
        """How many distinct values there are."""
        return len(self.numbers) if self.numbers is not None else len(self._filled)

    @cached_property
    def ranks(self) -> Integers:
        """The place of each row's value in the order of a sort: missing first (-1)."""
        key = self._filled.cast(pa.large_binary()) if self.numbers is None else self.numbers
        order = pc.sort_indices(pa.array(key)).to_numpy()
        place = np.full(self.size + 1, -1, dtype=np.int64)
        place[order] = np.arange(self.size)
        return place.take(self.codes)

    @cached_property
    def characters(self) -> Integers:
        """The length of each distinct value in characters."""
        return _integers(pc.utf8_length(self.texts))

    @cached_property
    def width(self) -> Integers:
        """The length of each distinct value in bytes."""
        return _integers(pc.binary_length(self.texts))

    @cached_property
    def decimals(self) -> Integers:
        """The digits after the point of each distinct value; -1 for what is no plain number."""
        point = _integers(pc.find_substring(self.texts, "."))
        after = np.where(point >= 0, self.width - point - 1, 0)
        return np.where(self.matches(_DECIMAL), after, -1)

    @cached_property
    def digits(self) -> Integers:
        """The digits of each distinct value, without sign and point."""
        bare = pc.replace_substring_regex(self.texts, "[+.-]", "")
        return _integers(pc.utf8_length(bare))

    def matches(self, pattern: str) -> Flags:
        """Which distinct values a regular expression matches."""
        found = pc.match_substring_regex(self.texts, pattern)
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _integers(values: pa.Array[Any]) -> Integers:
    return np.asarray(values.to_numpy(), dtype=np.int64)


def _coded_text(column: pd.Series[Any]) -> tuple[Codes, pa.Array[Any]]:
    """Codes and distinct texts of a text column; null and blank cells have the code -1."""
    text = isinstance(column.array, pd.arrays.ArrowStringArray)
    codes, texts = coded(column.array if text else pa.array(column.array, pa.large_string()))
    there = np.bincount(codes.astype(np.int64) + 1, minlength=len(texts) + 1)[1:] > 0
    blank = pc.equal(pc.utf8_trim_whitespace(texts), "").to_numpy(zero_copy_only=False)
    kept = there & ~blank
    if kept.all():
        return codes, texts
    renumbered = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
    return renumbered.take(codes), texts.filter(pa.array(kept))


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a column's distinct values with how many rows have each: those of a few records."""

    column: Coded
    codes: Integers
    counts: Integers

    @property
    def count(self) -> int:
        """How many rows have a value."""
        return int(self.counts.sum())

    def texts_at(self, chosen: Flags) -> list[str]:
        """The chosen values, sorted."""
        found: list[str] = self.column.texts.take(pa.array(self.codes[chosen])).to_pylist()
        return sorted(found)


def whole(column: Coded) -> Part:
    """All values of a column."""
    return Part(column, np.arange(column.size), column.counts)


class Combinations:
    """The combinations of values of a few columns that occur, and which of them each row has.

    `codes` holds for each column the code of each combination (-1: missing), `rows` how many rows
    have it.
    """

    def __init__(self, columns: Sequence[Coded], length: int) -> None:
        number = np.zeros(length, dtype=np.int64)
        first = np.zeros(1 if length else 0, dtype=np.int64)
        for column in columns:
            number = number * (column.size + 1)
            number += column.codes
            number += 1
            number, first = by_appearance(number, max(len(first), 1) * (column.size + 1))
        self.number: Integers = number
        self.codes: list[Codes] = [column.codes[first] for column in columns]
        self.rows: Integers = np.bincount(number, minlength=len(first))

    def __len__(self) -> int:
        return len(self.rows)


def by_appearance(number: Integers, size: int) -> tuple[Integers, Integers]:
    """Numbers below `size` counted anew by first appearance, and the first row of each."""
    if size > _BINCOUNT_LIMIT:
        place, kinds = pd.factorize(number)
        first = np.empty(len(kinds), dtype=np.int64)
        first[place[::-1]] = np.arange(len(place) - 1, -1, -1)
        return place, first
    rows = np.full(size, -1, dtype=np.int64)
    rows[number[::-1]] = np.arange(len(number) - 1, -1, -1)
    there = np.flatnonzero(rows >= 0)
    there = there[np.argsort(rows[there])]
    first, rows[there] = rows[there], np.arange(len(there))
    return rows.take(number), first


class Pairs:
    """The (combination, value) pairs of a column that occur, so that any group of rows is quick."""

    def __init__(self, column: Coded, combinations: Combinations) -> None:
        size = max(column.size, 1)
        present, counts = _counted(column, combinations, size)
        self._column, self._codes, self._counts = column, present % size, counts
        self._bounds = np.searchsorted(present, np.arange(len(combinations) + 1) * size)
        totals = np.concatenate([[0], np.cumsum(counts)])
        self.values: Integers = totals[self._bounds[1:]] - totals[self._bounds[:-1]]

    def part(self, holds: Flags) -> Part:
        """The values of the rows of some combinations."""
        spans = [
            np.arange(self._bounds[place], self._bounds[place + 1])
            for place in np.flatnonzero(holds)
        ]
        places = np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)
        codes, where = np.unique(self._codes[places], return_inverse=True)
        counts = np.bincount(where, weights=self._counts[places], minlength=len(codes))
        return Part(self._column, codes, counts.astype(np.int64))


def _counted(column: Coded, combinations: Combinations, size: int) -> tuple[Integers, Integers]:
    """The pairs that occur as combination * size + code, ascending, and how often."""
    wide = size + 1
    pairs = combinations.number * wide
    pairs += column.codes
    pairs += 1
    if len(combinations) * wide > _BINCOUNT_LIMIT:
        present, counts = np.unique(pairs[column.codes >= 0], return_counts=True)
    else:
        every = np.bincount(pairs, minlength=len(combinations) * wide)
        every[::wide] = 0
        present = np.flatnonzero(every)
        counts = every[present]
    return present // wide * size + present % wide - 1, counts
