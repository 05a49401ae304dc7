"""Evaluating the expressions of `clinmap.expressions` on columns.

A condition is three-valued: where a value is missing it is neither true nor false.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Final

import numpy as np
import pandas as pd

from clinmap.expressions import Apply, Expression, Literal, Node
from clinmap.frames import Lost, Mask, as_number, as_text, missing_text, repeated_text
from clinmap.plan import Ref

Resolver = Callable[[Ref], pd.Series]
LOGICAL: Final = "boolean"
_ONE: Final = pd.RangeIndex(1)


def evaluate(
    expression: Expression, resolve: Resolver, index: pd.Index, lost: list[Lost] | None = None
) -> pd.Series:
    """The values of an expression: text, float64 or three-valued boolean, indexed by `index`.

    `lost` gets the texts that were to be numbers and are none; what is only compared is not there.
    """
    return _Evaluation(resolve, index, lost).node(expression.root)


def is_true(expression: Expression, resolve: Resolver, index: pd.Index) -> Mask:
    """Where a condition is true; where it is missing it is not."""
    values = evaluate(expression, resolve, index)
    if values.dtype != LOGICAL:
        raise TypeError(f"{expression.text!r} is no condition: it gives values")
    return values.fillna(False).to_numpy(dtype=bool)


class _Evaluation:
    def __init__(self, resolve: Resolver, index: pd.Index, lost: list[Lost] | None = None) -> None:
        self.resolve = resolve
        self.index = index
        self.lost = lost

    def node(self, node: Node) -> pd.Series:
        match node:
            case Ref():
                return self.resolve(node)
            case Literal(value=value):
                return self._literal(value)
            case Apply(function="and" | "or" | "not" as word, arguments=parts):
                return self._logical(word, [self._truth(part) for part in parts])
            case Apply(function="in" | "not in" as word, arguments=(left, right)):
                return self._member(word, left, right)
            case Apply(function=word, arguments=(left, right)) if word in _COMPARE:
                return self._compare(word, self.node(left), right)
            case Apply(function=word, arguments=(left, right)) if word in _ARITHMETIC:
                return self._finite(_ARITHMETIC[word](self._number(left), self._number(right)))
            case Apply(function=word, arguments=parts) if word in _NUMERIC:
                return _NUMERIC[word](*[self._number(part) for part in parts])
            case Apply(function=word, arguments=parts):
                return self._call(word, [self.node(part) for part in parts])

    def _number(self, node: Node) -> pd.Series:
        """The values as numbers; texts that are none are missing, and kept in `lost`."""
        values = self.node(node)
        numbers = as_number(values)
        if self.lost is not None and numbers is not values:
            none = numbers.isna() & values.notna()
            if none.any():
                self.lost.append(Lost(node, values.where(none)))
        return numbers

    def _literal(self, value: str | float | bool | None) -> pd.Series:
        if isinstance(value, bool):
            return pd.Series(value, index=self.index, dtype=LOGICAL)
        if value is None:
            return missing_text(self.index)
        if isinstance(value, str):
            return repeated_text(value, self.index)
        return pd.Series(float(value), index=self.index)

    def _truth(self, node: Node) -> pd.Series:
        values = self.node(node)
        if values.dtype != LOGICAL:
            raise TypeError("and, or and not take conditions, not values")
        return values

    def _logical(self, word: str, parts: list[pd.Series]) -> pd.Series:
        if word == "not":
            return ~parts[0]
        return reduce(lambda a, b: a & b if word == "and" else a | b, parts)

    def _member(self, word: str, left: Node, right: Node) -> pd.Series:
        items = (
            right.arguments if isinstance(right, Apply) and right.function == "list" else (right,)
        )
        values = self.node(left)
        hits = reduce(lambda a, b: a | b, (self._compare("==", values, item) for item in items))
        return hits if word == "in" else ~hits

    def _compare(self, word: str, left: pd.Series, right: Node) -> pd.Series:
        single = isinstance(right, Literal) and isinstance(right.value, str | float)
        others = _Evaluation(self.resolve, _ONE).node(right) if single else self.node(right)
        numeric = pd.api.types.is_float_dtype(left) or pd.api.types.is_float_dtype(others)
        convert = as_number if numeric else as_text
        left, others = convert(left), convert(others)
        other = others.iloc[0] if single else others
        found = _COMPARE[word](left, other).to_numpy(dtype=bool)
        unknown = (left.isna() | pd.isna(other)).to_numpy(dtype=bool)
        return pd.Series(pd.arrays.BooleanArray(found & ~unknown, unknown), index=self.index)

    def _finite(self, values: pd.Series) -> pd.Series:
        return values.where(np.isfinite(values))

    def _call(self, word: str, values: list[pd.Series]) -> pd.Series:
        if word in ("least", "greatest", "coalesce"):
            return self._choose(word, values)
        return _FUNCTION[word](*values)

    def _choose(self, word: str, values: list[pd.Series]) -> pd.Series:
        if word == "coalesce":
            return reduce(lambda a, b: a.where(a.notna(), b), values)
        if all(pd.api.types.is_float_dtype(value) for value in values):
            frame = pd.concat(values, axis=1)
            return frame.min(axis=1) if word == "least" else frame.max(axis=1)
        texts = [as_text(value) for value in values]
        return reduce(lambda a, b: _pick(word, a, b), texts)


def _pick(word: str, left: pd.Series, right: pd.Series) -> pd.Series:
    better = (left <= right) if word == "least" else (left >= right)
    return left.where(right.isna() | (left.notna() & better), right)


def _pattern(values: pd.Series) -> str:
    """The pattern of `matches`, which is written in the expression: the same in every row."""
    return str(values.iloc[0]) if len(values) else ""


def _known(values: pd.Series, result: pd.Series) -> pd.Series:
    """A condition that is missing where the text is (pandas says False there)."""
    return result.astype(LOGICAL).mask(values.isna())


def _pairwise(test: Callable[[str, str], bool], left: pd.Series, right: pd.Series) -> pd.Series:
    """A test of two texts, on distinct pairs; missing where one of the two is."""
    of_text, texts = pd.factorize(as_text(left))
    of_part, parts = pd.factorize(as_text(right))
    pairs = np.where((of_text < 0) | (of_part < 0), -1, of_text * len(parts) + of_part)
    codes, known = pd.factorize(pairs)
    found = [
        None if pair < 0 else test(texts[pair // len(parts)], parts[pair % len(parts)])
        for pair in known.tolist()
    ]
    answers = pd.array([*found, None], dtype=LOGICAL)
    return pd.Series(answers.take(codes), index=left.index)


def _written(values: pd.Series) -> int:
    """The whole number that is written in the expression: the same in every row."""
    return int(values.iloc[0]) if len(values) else 0


def _rounded(numbers: pd.Series, decimals: pd.Series | None = None) -> pd.Series:
    return numbers.round(0 if decimals is None else _written(decimals))


def _power(number: pd.Series, exponent: pd.Series) -> pd.Series:
    """The power, missing where there is none (of a negative number to a fraction, say)."""
    with np.errstate(all="ignore"):
        result = number**exponent
    known = number.notna() & exponent.notna() & np.isfinite(result)
    return result.where(known)


_COMPARE = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
_FUNCTION: dict[str, Callable[..., pd.Series]] = {
    "missing": lambda a: a.isna().astype(LOGICAL),
    "present": lambda a: a.notna().astype(LOGICAL),
    "text": as_text,
    "upper": lambda a: as_text(a).str.upper(),
    "lower": lambda a: as_text(a).str.lower(),
    "length": lambda a: as_text(a).str.len().astype("float64"),
    "contains": lambda a, b: _pairwise(lambda text, part: part in text, a, b),
    "starts": lambda a, b: _pairwise(str.startswith, a, b),
    "matches": lambda a, b: _known(a, as_text(a).str.fullmatch(_pattern(b))),
}
_NUMERIC: dict[str, Callable[..., pd.Series]] = {
    "number": lambda a: a,
    "round": _rounded,
    "floor": np.floor,
    "digits": lambda a, b: as_text(a).str.zfill(_written(b)),
    "absolute": lambda a: a.abs(),
    "power": _power,
}
