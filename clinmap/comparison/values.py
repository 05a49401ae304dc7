"""Cells as a person reads them in a report."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clinmap.comparison.variables import content_of


def shown(column: pd.Series[Any]) -> list[str | None]:
    """The cells as text: numbers in their shortest form, dates in ISO 8601, missing as None.

    >>> shown(pd.Series([1.0, 2.5, None]))
    ['1', '2.5', None]
    >>> shown(pd.Series(["a ", "", None], dtype="str"))
    ['a', None, None]
    """
    content = content_of(column)
    if content == "empty":
        return [None] * len(column)
    if content == "number":
        return [None if pd.isna(v) else number_text(float(v)) for v in column.tolist()]
    texts = column.astype("str").str.rstrip(" ")
    if content == "date":
        texts = texts.str.replace(" ", "T", regex=False)
    return texts.astype(object).where(texts.notna() & (texts != ""), None).tolist()


def number_text(value: float) -> str:
    """A number in the shortest form that reads back as the same number.

    >>> number_text(12.0), number_text(0.1), number_text(1e300)
    ('12', '0.1', '1e+300')
    """
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)
