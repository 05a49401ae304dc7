"""Facts measured from a finished dataset: lengths, values and digits, also per value-level group.

define.xml, the lengths in XPT files and the audit read these facts, so that none of them guesses.
The work is done on whole columns and on the distinct (group, value) pairs, never row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clinmap.coded_text import coded
from clinmap.facts import DatasetFacts, ValueFacts, VariableFacts, stated_conditions
from clinmap.frames import decimal_text
from clinmap.metadata import Condition
from clinmap.plan import DatasetPlan, VariablePlan

VALUES_KEPT = 5000
"""How many distinct values a fact keeps; beyond that it is marked as not complete."""

_BINCOUNT_LIMIT = 4_000_000
_WHOLE = r"^[+-]?[0-9]+$"
_DECIMAL = r"^[+-]?[0-9]*\.?[0-9]+$"

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32] | Integers
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Grouping:
    """Which value-level group each row belongs to: its number, and the values of its key."""

    number: Integers
    keys: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Distinct:
    """The distinct values that occur in a column, sorted as text.

    `codes` says of each row which of `size` values it has (-1: none), `order` which of these each
    of the sorted ones is, and `counts` how many rows have it.
    """

    codes: Codes
    size: int
    order: Integers
    counts: Integers
    texts: npt.NDArray[np.object_]
    lengths: Integers
    whole: Flags
    digits: Integers

    def places(self) -> Integers:
        """The place of each row's value among the sorted ones, from 1; 0 where it has none."""
        place = np.zeros(self.size + 1, dtype=np.int64)
        place[self.order] = np.arange(1, len(self.order) + 1)
        return place.take(self.codes)


def measure(dataset: DatasetPlan, frame: pd.DataFrame) -> DatasetFacts:
    """The facts of a dataset's submitted variables, as a whole and per value-level group.

    `frame` holds the submitted variables only: text as `str` dtype, numbers as float64. Null and
    blank cells are missing: they count nowhere, except that a missing cell of a by-variable makes
    the key ''. Every combination of `dataset.value_level` that occurs is a group; variables that
    cannot have value-level metadata (the by-variables, identifiers, dates and times) have none.
    The length of text is in bytes, that of a number is of its shortest decimal text. Text is
    `integer` when all of it is whole numbers, and has `digits` only when all of it is numeric.

    Source: Define-XML 2.1, Length and SignificantDigits of ItemDef. Problems: none.

    Example: `measure(vs, frame).variables["VSORRES"].groups[("TEMP",)].digits` is 1.
    """
    grouping = _grouping(dataset.value_level, frame)
    variables = {
        name: replace(
            _variable(frame[name], grouping if _by_value(dataset, name) else None),
            conditions=_conditional(dataset, frame, name),
        )
        for name in frame.columns
    }
    return DatasetFacts(name=dataset.name, rows=len(frame), variables=variables)


def _conditional(
    dataset: DatasetPlan, frame: pd.DataFrame, name: str
) -> Mapping[tuple[Condition, ...], ValueFacts]:
    """The facts of the rows where stated conditions hold, unless all of them make groups."""
    variable = dataset.variable(name)
    stated = stated_conditions(variable) if variable else ()
    by = set(dataset.value_level)
    if all(one.variable in by and one.comparator == "IN" for when in stated for one in when):
        return {}
    known = (when for when in stated if all(one.variable in frame.columns for one in when))
    return {when: _variable(frame[name][_where(frame, when)], None) for when in known}


def _where(frame: pd.DataFrame, when: tuple[Condition, ...]) -> Flags:
    """Where all conditions hold; each distinct value is judged once."""
    held = np.ones(len(frame), dtype=np.bool_)
    for condition in when:
        distinct = _distinct(frame[condition.variable])
        judged = [condition.holds(text) for text in ("", *distinct.texts)]
        held &= np.array(judged, dtype=np.bool_).take(distinct.places())
    return held


def decimal_texts(numbers: npt.NDArray[np.float64]) -> pa.Array[Any]:
    """The shortest decimal text of each number, as `clinmap.frames.decimal_text`, many at a time.

    No trailing `.0`, no exponent. Use it on distinct values. NaN becomes null. Problems: none.

    Example: `decimal_texts(np.array([1.0, 0.25])).to_pylist()` is `["1", "0.25"]`.
    """
    texts = pc.cast(pa.array(numbers + 0.0, from_pandas=True), pa.large_string())
    exponent = pc.fill_null(pc.match_substring(texts, "e"), False)
    where = np.flatnonzero(exponent.to_numpy(zero_copy_only=False))
    if not len(where):
        return texts
    replaced = pa.array([decimal_text(number) for number in numbers[where]], pa.large_string())
    return pc.replace_with_mask(texts, exponent, replaced)


def _by_value(dataset: DatasetPlan, name: str) -> bool:
    """Whether metadata at the level of values can say something about a variable."""
    variable = dataset.variable(name)
    if name in dataset.value_level or not dataset.value_level:
        return False
    if variable is None or variable.items or variable.codelists:
        return True
    return not _is_identifier(variable) and variable.type in ("text", "integer", "float")


def _is_identifier(variable: VariablePlan) -> bool:
    named = variable.name in ("STUDYID", "DOMAIN", "RDOMAIN", "USUBJID", "SUBJID", "IDVARVAL")
    return named or variable.name.endswith("SEQ")


def _grouping(by: tuple[str, ...], frame: pd.DataFrame) -> _Grouping | None:
    """The groups that occur, in the order of their keys; an absent by-variable counts as ''."""
    if not by:
        return None
    number = np.zeros(len(frame), dtype=np.int64)
    keys: tuple[tuple[str, ...], ...] = ((),)
    for name in by:
        codes, texts = _key_part(frame, name)
        present, number = _numbered(number * len(texts) + codes, len(keys) * len(texts))
        keys = tuple((*keys[i // len(texts)], texts[i % len(texts)]) for i in present.tolist())
    return _Grouping(number, keys)


def _numbered(combined: Integers, size: int) -> tuple[Integers, Integers]:
    """The numbers below `size` that occur, ascending, and for each row which of them it has."""
    if size > _BINCOUNT_LIMIT:
        return np.unique(combined, return_inverse=True)
    there = np.zeros(size, dtype=np.bool_)
    there[combined] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1).take(combined)


def _key_part(frame: pd.DataFrame, name: str) -> tuple[Integers, list[str]]:
    """The number of each row's text in a by-variable, and the texts; the first of them is ''."""
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=np.int64), [""]
    distinct = _distinct(frame[name])
    return distinct.places(), ["", *distinct.texts.tolist()]


def _variable(column: pd.Series[Any], grouping: _Grouping | None) -> VariableFacts:
    distinct = _distinct(column)
    total = _facts(distinct, np.arange(len(distinct.texts)), distinct.counts)
    return VariableFacts(
        total.count,
        total.length,
        total.values,
        total.complete,
        total.integer,
        total.digits,
        groups=_groups(distinct, grouping) if grouping else {},
    )


def _distinct(column: pd.Series[Any]) -> _Distinct:
    if not pd.api.types.is_numeric_dtype(column.dtype):
        codes, texts = coded(column)
        return _sorted(codes, texts, _filled(texts), None)
    places, numbers = pd.factorize(column.to_numpy(np.float64) + 0.0)
    return _sorted(places, decimal_texts(numbers), None, np.asarray(numbers % 1 == 0))


def _sorted(
    codes: Codes, texts: pa.Array[Any], filled: Flags | None, whole: Flags | None
) -> _Distinct:
    """The values that rows have and that are not blank, sorted as text, and what is told of each.

    `whole` says which are whole numbers, where that is known.
    """
    counts = np.bincount(codes.astype(np.int64) + 1, minlength=len(texts) + 1)[1:]
    kept = np.flatnonzero(counts if filled is None else counts * filled)
    some = texts.take(pa.array(kept))
    ranks = pc.sort_indices(some).to_numpy()
    order, some = kept[ranks], some.take(pa.array(ranks))
    return _Distinct(
        codes=codes,
        size=len(texts),
        order=order,
        counts=counts[order],
        texts=some.to_numpy(zero_copy_only=False),
        lengths=pc.binary_length(some).to_numpy().astype(np.int64),
        whole=_matches(some, _WHOLE) if whole is None else whole[order],
        digits=_digits(some),
    )


def _filled(texts: pa.Array[Any]) -> Flags | None:
    """Which texts are not blank; None where none is."""
    begins = pc.any(pc.less(texts, "!")).as_py()
    if not begins and pc.all(pc.string_is_ascii(texts)).as_py() is not False:
        return None
    filled = pc.not_equal(pc.utf8_trim_whitespace(texts), "")
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _matches(texts: pa.Array[Any], pattern: str) -> Flags:
    flags = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return np.asarray(flags, dtype=np.bool_)


def _digits(texts: pa.Array[Any]) -> Integers:
    """The digits after the point of each numeric text; -1 for text that is not a plain number."""
    point = pc.find_substring(texts, ".").to_numpy().astype(np.int64)
    length = pc.binary_length(texts).to_numpy().astype(np.int64)
    after = np.where(point >= 0, length - point - 1, 0)
    return np.where(_matches(texts, _DECIMAL), after, -1)


def _facts(distinct: _Distinct, ranks: Integers, counts: Integers) -> ValueFacts:
    """The facts of the values at `ranks` (ascending), which occur `counts` times."""
    if not len(ranks):
        return ValueFacts()
    digits = distinct.digits[ranks]
    return ValueFacts(
        count=int(counts.sum()),
        length=int(distinct.lengths[ranks].max()),
        values=tuple(distinct.texts[ranks[:VALUES_KEPT]].tolist()),
        complete=len(ranks) <= VALUES_KEPT,
        integer=bool(distinct.whole[ranks].all()),
        digits=0 if digits.min() < 0 else int(digits.max()),
    )


def _groups(distinct: _Distinct, grouping: _Grouping) -> Mapping[tuple[str, ...], ValueFacts]:
    """The facts per group, from the (group, value) pairs that occur."""
    groups, ranks, counts = _pairs(distinct, grouping)
    bounds = np.searchsorted(groups, np.arange(len(grouping.keys) + 1))
    return {
        key: _facts(distinct, ranks[start:stop], counts[start:stop])
        for key, start, stop in zip(grouping.keys, bounds[:-1], bounds[1:], strict=True)
    }


def _pairs(distinct: _Distinct, grouping: _Grouping) -> tuple[Integers, Integers, Integers]:
    """Group and rank of the (group, value) pairs that occur, ascending, and their counts."""
    size = distinct.size + 1
    pairs = grouping.number * size
    pairs += distinct.codes
    pairs += 1
    if len(grouping.keys) * size <= _BINCOUNT_LIMIT:
        table = np.bincount(pairs, minlength=len(grouping.keys) * size)
        table = table.reshape(len(grouping.keys), size)[:, distinct.order + 1]
        groups, ranks = np.nonzero(table)
        return groups, ranks, table[groups, ranks]
    present, counts = np.unique(pairs, return_counts=True)
    place = np.full(size, -1, dtype=np.int64)
    place[distinct.order + 1] = np.arange(len(distinct.order))
    groups, ranks = present // size, place[present % size]
    kept = np.flatnonzero(ranks >= 0)
    kept = kept[np.lexsort((ranks[kept], groups[kept]))]
    return groups[kept], ranks[kept], counts[kept]
