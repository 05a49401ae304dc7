"""Which records agree in some variables: told by packed numbers, not by comparing texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc

from clinmap.coded_text import coded, ranks_of
from clinmap.validation.checks import Column, Flags, typed

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32 | np.float64]

_LARGEST = 1 << 62
_FEW = 20
PLACES_A_ROW = 16
"""Up to so many possible combinations for each row they are marked in a table, else sorted."""


def repeated(frame: pd.DataFrame, names: Sequence[str]) -> Flags | None:
    """The records that agree with another in all variables, missing values with each other.

    None where there are none. Records that stand in the order of the variables, as finished
    datasets do, are only compared with their neighbours.
    """
    columns = [frame[name] for name in names]
    if not len(frame) or _ascending(columns):
        return None
    number, size = packed([numbered(column) for column in columns], len(frame))
    if size <= PLACES_A_ROW * len(frame) and _each_once(number, size):
        return None
    return shared(number)


def shared(number: Integers) -> Flags | None:
    """The rows whose number another row has too; None where there are none."""
    ordered = np.sort(number)
    again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if len(again) > _FEW:
        return np.asarray(pd.Series(number, copy=False).duplicated(keep=False).to_numpy())
    return np.isin(number, again) if len(again) else None


def _each_once(number: Integers, size: int) -> bool:
    there = np.zeros(size, dtype=np.bool_)
    there[number] = True
    return int(np.count_nonzero(there)) == len(number)


def kinds_of(frame: pd.DataFrame, names: Sequence[str]) -> tuple[Integers, Integers]:
    """For each row the number of its combination of values, and the first row of each of them."""
    number, size = packed([numbered(frame[name]) for name in names], len(frame))
    place, kinds = _counted_through(number, size)
    first = np.empty(kinds, dtype=np.int64)
    first[place[::-1]] = np.arange(len(place) - 1, -1, -1)
    return place, first


def _counted_through(number: Integers, size: int) -> tuple[Integers, int]:
    """The numbers without gaps, and how many there are."""
    if size > PLACES_A_ROW * len(number):
        place, different = pd.factorize(number)
        return place.astype(np.int64, copy=False), len(different)
    there = np.zeros(size, dtype=np.bool_)
    there[number] = True
    place = np.cumsum(there)
    return place.take(number) - 1, int(place[-1]) if size else 0


def numbered(column: Column) -> tuple[npt.NDArray[np.integer], int]:
    """A number for each row of a column (-1: missing), and how many different ones there may be."""
    if typed(column, text=True):
        codes, known = coded(column)
        return codes, len(known)
    numbers, kinds = pd.factorize(column)
    return numbers, len(kinds)


def packed(
    parts: Sequence[tuple[npt.NDArray[np.integer], int]], length: int
) -> tuple[Integers, int]:
    """One number for the rows that agree in all parts, missing values among them, and its limit."""
    number, size = np.zeros(length, dtype=np.int64), 1
    for codes, kinds in parts:
        if kinds == 1 and not (codes < 0).any():
            continue
        if size * (kinds + 1) > _LARGEST:
            number, known = pd.factorize(number)
            size = len(known)
        number = number * (kinds + 1)
        number += codes
        number += 1
        size *= kinds + 1
    return number, size


def _ascending(columns: Sequence[Column]) -> bool:
    """Whether every record comes after the one before it: then no two of them agree."""
    if not all(typed(column, text=True) or typed(column, text=False) for column in columns):
        return False
    tied: Integers | None = None
    for column in columns:
        ranks = _ranks(column)
        if ranks is None:
            continue
        before, after = _neighbours(ranks, tied)
        if (after < before).any():
            return False
        same = after == before
        tied = np.flatnonzero(same) if tied is None else tied[same]
        if not len(tied):
            return True
    return len(columns[0]) < 2


def _neighbours(ranks: Numbers, tied: Integers | None) -> tuple[Numbers, Numbers]:
    if tied is None:
        return ranks[:-1], ranks[1:]
    return ranks.take(tied), ranks.take(tied + 1)


def _ranks(column: Column) -> Numbers | None:
    """Numbers that sort as the column does, missing first; None where all rows have one value."""
    if not typed(column, text=True):
        return np.asarray(column.fillna(-np.inf).to_numpy())
    codes, known = coded(column)
    if len(known) == 1 and not (codes < 0).any():
        return None
    return np.append(ranks_of(known).astype(np.int32), np.int32(-1)).take(codes)


def found_among(asked: tuple[Column, Column], there: tuple[Column, Column]) -> Flags:
    """Where a pair of texts stands among other pairs; nowhere where one is missing."""
    (first, kinds), (second, others) = (numbered(column) for column in there)
    rows = [_places_in_kinds(one, other) for one, other in zip(asked, there, strict=True)]
    known = np.flatnonzero((first >= 0) & (second >= 0))
    whole = (rows[0] >= 0) & (rows[1] >= 0)
    wanted = rows[0][whole] * others + rows[1][whole]
    pairs = first[known].astype(np.int64) * others + second[known]
    found = np.zeros(len(rows[0]), dtype=np.bool_)
    found[whole] = _held(wanted, pairs, kinds * others)
    return found


def _places_in_kinds(asked: Column, there: Column) -> Integers:
    """For each text its number in the other column, as `numbered` counts it; -1: nowhere."""
    codes, known = coded(asked)
    found = pc.fill_null(pc.index_in(known, value_set=coded(there)[1]), -1)
    return np.append(found.to_numpy().astype(np.int64), -1).take(codes)


def _held(wanted: Integers, pairs: Integers, size: int) -> Flags:
    if size > PLACES_A_ROW * (len(pairs) + len(wanted)):
        return np.isin(wanted, pairs)
    held = np.zeros(size, dtype=np.bool_)
    held[pairs] = True
    return np.asarray(held[wanted])
