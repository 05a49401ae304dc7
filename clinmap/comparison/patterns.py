"""How two cells differ: the classes that a report counts, most frequent first."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinmap.comparison.values import number_text
from clinmap.comparison.variables import SAME_MOMENT, SECONDS_A_DAY, AlignedVariable, Floats

BASE_MISSING = "base missing, compare filled"
COMPARE_MISSING = "base filled, compare missing"
OTHER_TEXT = "other text"
OTHER_NUMBER = "other number"
#: So many pairs of values of a variable are named one by one; the rest is `other text` or number.
VALUE_PAIRS = 10
_SHOWN_CHARACTERS = 40
_CUT_SHORT_FROM = 20

_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}(:\d{2}(:\d{2}(\.\d+)?)?)?)?)?)?")
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_PUNCTUATION = re.compile(r"[\W_]+")

Labels = NDArray[np.object_]


def difference_labels(cells: AlignedVariable) -> Labels:
    """The class of difference of each cell; all cells of `cells` differ."""
    labels = np.full(len(cells.base), "", dtype=object)
    base_missing, compare_missing = cells.missing("base"), cells.missing("compare")
    labels[base_missing & ~compare_missing] = BASE_MISSING
    labels[compare_missing & ~base_missing] = COMPARE_MISSING
    unread = (cells.unread("base") | cells.unread("compare")) & (labels == "")
    if unread.any():
        labels[unread] = _unread_labels(cells, unread)
    rest = np.flatnonzero(labels == "")
    if cells.kind == "text":
        labels[rest] = _text_labels(cells.take(rest, rest))
    elif cells.kind == "number":
        labels[rest] = _number_labels(cells.take(rest, rest))
    else:
        labels[rest] = _date_labels(cells.take(rest, rest))
    return labels


def _unread_labels(cells: AlignedVariable, unread: NDArray[np.bool_]) -> list[str]:
    codes = cells.base_unread if len(cells.base_unread) else cells.compare_unread
    dates = cells.kind != "number"
    labels = {
        int(code): "date precision"
        if dates and _ISO.fullmatch(cells.texts[code])
        else "text that is no date"
        if dates
        else "text that is no number"
        for code in np.unique(codes[unread])
    }
    return [labels[int(code)] for code in codes[unread]]


def _text_labels(cells: AlignedVariable) -> Labels:
    width = len(cells.texts) + 1
    pair, place, counts = np.unique(
        cells.base.astype(np.int64) * width + cells.compare.astype(np.int64),
        return_inverse=True,
        return_counts=True,
    )
    first, second = cells.texts[pair // width], cells.texts[pair % width]
    labels = [text_difference(a, b) for a, b in zip(first, second, strict=True)]
    plain = [i for i, label in enumerate(labels) if label == OTHER_TEXT]
    values = {i: value_pair(first[i], second[i]) for i in plain}
    for i in _frequent({i: int(counts[i]) for i in plain}, values):
        labels[i] = values[i]
    return np.array(labels, dtype=object)[place]


def value_pair(base: str, compare: str) -> str:
    """The name of a difference between two values.

    >>> value_pair("MALE", "M")
    "'MALE' -> 'M'"
    """
    return f"{_short(base)} -> {_short(compare)}"


def _short(value: str) -> str:
    cut = value if len(value) <= _SHOWN_CHARACTERS else value[: _SHOWN_CHARACTERS - 1] + "…"
    return f"'{cut}'"


def _frequent(counts: dict[int, int], values: dict[int, str]) -> list[int]:
    """The pairs to name: all when they are few, else the most frequent that occur repeatedly."""
    ordered = sorted(counts, key=lambda i: (-counts[i], values[i]))
    if len(ordered) <= VALUE_PAIRS:
        return ordered
    enough = max(2, sum(counts.values()) // 100)
    return [i for i in ordered[:VALUE_PAIRS] if counts[i] >= enough]


def text_difference(base: str, compare: str) -> str:
    """The class of difference of two different texts.

    >>> text_difference("Mild", "MILD"), text_difference("2014-03", "2014-03-01")
    ('case', 'date precision')
    """
    if base.casefold() == compare.casefold():
        return "case"
    tight = "".join(base.split()), "".join(compare.split())
    if tight[0].casefold() == tight[1].casefold():
        return "whitespace" if tight[0] == tight[1] else "case and whitespace"
    if _ISO.fullmatch(base) and _ISO.fullmatch(compare) and "-" in base + compare:
        return _iso_difference(base, compare)
    numbers = _number(base), _number(compare)
    if numbers[0] is not None and numbers[1] is not None:
        return _numeral_difference(numbers[0], numbers[1])
    plain = _PUNCTUATION.sub("", base).casefold()
    if plain and plain == _PUNCTUATION.sub("", compare).casefold():
        return "punctuation"
    return _cut_short(base, compare)


def _cut_short(base: str, compare: str) -> str:
    if len(compare) >= _CUT_SHORT_FROM and base.startswith(compare):
        return "compare cut short"
    if len(base) >= _CUT_SHORT_FROM and compare.startswith(base):
        return "base cut short"
    return OTHER_TEXT


def _iso_difference(base: str, compare: str) -> str:
    if base.startswith(compare) or compare.startswith(base):
        return "date precision"
    if len(base) < 10 or len(compare) < 10:
        return "other date"
    if base[:10] == compare[:10]:
        return "same date, other time"
    try:
        days = abs(np.datetime64(base[:10], "D") - np.datetime64(compare[:10], "D"))
    except ValueError:
        return "other date"
    return "one day apart" if days == np.timedelta64(1, "D") else "other date"


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _numeral_difference(base: float, compare: float) -> str:
    if base == compare:
        return "same number, other digits"
    if _relative(np.array([base]), np.array([compare]))[0] <= 1e-6:
        return "number within 1e-6"
    return OTHER_TEXT


def _relative(base: Floats, compare: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        apart = np.abs(base - compare) / np.maximum(np.abs(base), np.abs(compare))
    return np.asarray(np.nan_to_num(apart, nan=np.inf))


def _as_numbers(cells: AlignedVariable) -> tuple[Floats, Floats]:
    return np.asarray(cells.base, dtype=np.float64), np.asarray(cells.compare, dtype=np.float64)


def _number_labels(cells: AlignedVariable) -> Labels:
    base, compare = _as_numbers(cells)
    apart = _relative(base, compare)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        power = np.round(np.log10(np.abs(compare / base)))
        scaled = (power != 0) & (_relative(base * 10.0**power, compare) <= 1e-9)
    steps = [10.0**p if np.isfinite(p) else 1.0 for p in power]
    conditions: list[Any] = [
        apart <= 1e-6,
        apart <= 1e-3,
        (base == -compare),
        scaled,
        compare - base == 1,
        base - compare == 1,
    ]
    times = np.array([f"compare is base x {s:g}" for s in steps], dtype=object)
    near = ["number within 1e-6", "number within 1e-3", "other sign"]
    names: list[Any] = [*near, times, "compare is 1 higher", "compare is 1 lower"]
    labels = np.select(conditions, [np.asarray(n, dtype=object) for n in names], OTHER_NUMBER)
    return _with_value_pairs(np.asarray(labels, dtype=object), base, compare)


def _with_value_pairs(labels: Labels, base: Floats, compare: Floats) -> Labels:
    plain = np.flatnonzero(labels == OTHER_NUMBER)
    pairs = Counter(zip(base[plain].tolist(), compare[plain].tolist(), strict=True))
    counts = dict(enumerate(pairs.values()))
    values = {i: f"{number_text(a)} -> {number_text(b)}" for i, (a, b) in enumerate(pairs)}
    named = set(_frequent(counts, values))
    names = {pair: values[i] for i, pair in enumerate(pairs) if i in named}
    for row in plain:
        pair = (float(base[row]), float(compare[row]))
        labels[row] = names.get(pair, OTHER_NUMBER)
    return labels


def _date_labels(cells: AlignedVariable) -> Labels:
    day = 1.0 if cells.kind == "days" else SECONDS_A_DAY
    base, compare = _as_numbers(cells)
    labels = np.select(
        [
            np.floor(base / day) == np.floor(compare / day),
            np.abs(np.floor(base / day) - np.floor(compare / day)) == 1,
            np.abs(base - compare) <= SAME_MOMENT,
        ],
        [
            np.asarray("same date, other time", dtype=object),
            np.asarray("one day apart", dtype=object),
            np.asarray("same date, other time", dtype=object),
        ],
        "other date",
    )
    return np.asarray(labels, dtype=object)
