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
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Grouping:
    """Which value-level group each row belongs to: its number, and the values of its key."""

    number: Integers
    keys: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Distinct:
    """The distinct values of a column as sorted text; `rank` is -1 where a row has no value."""

    rank: Integers
    texts: npt.NDArray[np.object_]
    lengths: Integers
    whole: Flags
    digits: Integers


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
        judged = [condition.holds(text) for text in (*distinct.texts, "")]
        held &= np.array(judged, dtype=np.bool_)[distinct.rank]
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
        combined = number * len(texts) + codes
        present, number = np.unique(combined, return_inverse=True)
        keys = tuple((*keys[i // len(texts)], texts[i % len(texts)]) for i in present.tolist())
    return _Grouping(number, keys)


def _key_part(frame: pd.DataFrame, name: str) -> tuple[Integers, list[str]]:
    """The number of each row's text in a by-variable, and the texts; the first of them is ''."""
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=np.int64), [""]
    distinct = _distinct(frame[name])
    return distinct.rank + 1, ["", *distinct.texts.tolist()]


def _variable(column: pd.Series[Any], grouping: _Grouping | None) -> VariableFacts:
    distinct = _distinct(column)
    counts = np.bincount(distinct.rank[distinct.rank >= 0], minlength=len(distinct.texts))
    total = _facts(distinct, np.arange(len(distinct.texts)), counts)
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
    """The distinct values of a column, sorted as text, and each row's place among them."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        codes, numbers = pd.factorize(column.to_numpy(np.float64) + 0.0)
        texts, whole = decimal_texts(np.asarray(numbers)), np.asarray(numbers % 1 == 0)
    else:
        codes, texts = _coded_text(column)
        whole = _matches(texts, _WHOLE)
    order = pc.sort_indices(texts).to_numpy()
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    texts = texts.take(pa.array(order))
    return _Distinct(
        rank=place[codes],
        texts=texts.to_numpy(zero_copy_only=False),
        lengths=pc.binary_length(texts).to_numpy().astype(np.int64),
        whole=whole[order],
        digits=_digits(texts),
    )


def _coded_text(column: pd.Series[Any]) -> tuple[Integers, pa.Array[Any]]:
    """Codes and distinct texts of a text column; null and blank cells have the code -1."""
    codes, uniques = pd.factorize(column)
    texts = pa.array(pd.Series(uniques, dtype="str"), pa.large_string())
    filled = pc.not_equal(pc.utf8_trim_whitespace(texts), "").to_numpy(zero_copy_only=False)
    renumbered = np.append(np.where(filled, np.cumsum(filled) - 1, -1), -1)
    return renumbered[codes].astype(np.int64), texts.filter(pa.array(filled))


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
    """The facts per group, from the distinct (group, value) pairs."""
    pairs, counts = _pairs(distinct, grouping)
    size = max(len(distinct.texts), 1)
    bounds = np.searchsorted(pairs, np.arange(len(grouping.keys) + 1) * size)
    ranks = pairs % size
    return {
        key: _facts(distinct, ranks[start:stop], counts[start:stop])
        for key, start, stop in zip(grouping.keys, bounds[:-1], bounds[1:], strict=True)
    }


def _pairs(distinct: _Distinct, grouping: _Grouping) -> tuple[Integers, Integers]:
    """The (group, value) pairs that occur as group * size + rank, ascending, with their counts."""
    size = max(len(distinct.texts), 1)
    filled = distinct.rank >= 0
    pairs = grouping.number[filled] * size + distinct.rank[filled]
    if len(grouping.keys) * size > _BINCOUNT_LIMIT:
        return np.unique(pairs, return_counts=True)
    counts = np.bincount(pairs, minlength=1)
    present = np.flatnonzero(counts)
    return present, counts[present]
