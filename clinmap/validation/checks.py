"""How a check is made: a vectorised pandera check that knows its code, its words and its columns.

Three habits of pandera are met here. Nulls are never dropped or ignored by pandera (`ignore_na` is
off), so each check says itself that a missing value passes. Only one failure case is collected, as
the mask of the check says all: a check on a frame would repeat each bad row once per column. And a
check whose columns are absent or of another type passes, because that is a problem of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute as pc

from clinmap.measuring import decimal_texts
from clinmap.plan import DatasetPlan, VariablePlan

Column: TypeAlias = "pd.Series"
Mask: TypeAlias = "pd.Series[bool]"

_SDTM_DATES = ("date", "datetime", "time")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def is_text(dataset: DatasetPlan, variable: VariablePlan) -> bool:
    """Whether the values are text; dates and times are so in SDTM, and SAS numbers in ADaM."""
    if variable.is_character:
        return True
    return dataset.purpose == "Tabulation" and variable.type in _SDTM_DATES


@dataclass(frozen=True, slots=True)
class Words:
    """What is said when a check fails: code, message, hint, and the variable that is at fault.

    `terms` are the permitted values: with them, the message names offending values and the hint the
    terms nearest to them. Without `variable`, the column that is checked is meant. `columns` are
    the variables that the check compares.
    """

    code: str
    message: str
    variable: str = ""
    hint: str = ""
    terms: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def column_check(words: Words, passes: Callable[[Column], Mask], *, text: bool) -> pa.Check:
    """A check of one column: `passes` says for each value whether it is in order.

    It is skipped for a column that is not `text` (or, without `text`, not a number).
    """

    def run(column: Column) -> Mask:
        return passes(column) if typed(column, text=text) else everywhere(column)

    return _check(words, run)


def type_check(*, text: bool) -> pa.Check:
    """A check that a column is `str` or float64 and nothing like it: pandera lets objects pass."""
    words = Words("VAL004", "The column has another type")
    return pa.Check(
        lambda column: typed(column, text=text),
        name=words.code,
        error=words.message,
        statistics={"words": words},
    )


def frame_check(
    words: Words,
    passes: Callable[[pd.DataFrame], Mask],
    *,
    texts: tuple[str, ...] = (),
    numbers: tuple[str, ...] = (),
) -> pa.Check:
    """A check of rows over several columns; skipped where one of them is absent or mistyped."""

    def run(frame: pd.DataFrame) -> Mask:
        ready = _ready(frame, texts, text=True) and _ready(frame, numbers, text=False)
        return passes(frame) if ready else everywhere(frame)

    compared = words.columns or (*texts, *numbers)
    return _check(replace(words, columns=compared), run)


def _check(words: Words, run: Callable[..., Mask]) -> pa.Check:
    return pa.Check(
        run,
        name=words.code,
        title=words.variable,
        error=words.message,
        description=words.hint,
        statistics={"words": words},
        ignore_na=False,
        n_failure_cases=1,
    )


def _ready(frame: pd.DataFrame, names: tuple[str, ...], *, text: bool) -> bool:
    return all(name in frame.columns and typed(frame[name], text=text) for name in names)


def typed(column: Column, *, text: bool) -> bool:
    """Whether a column has the type that its values should have: `str`, or float64."""
    if text:
        return isinstance(column.dtype, pd.StringDtype)
    return bool(column.dtype == np.float64)


def everywhere(rows: Column | pd.DataFrame) -> Mask:
    """A mask that is true in every row."""
    return pd.Series(data=True, index=rows.index)


def null_blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with blank text made null, as it will be on disk.

    >>> null_blanks(pd.DataFrame({"A": pd.Series(["x", " "], dtype="str")}))["A"].isna().tolist()
    [False, True]
    """
    blanks = {name: _without_blanks(frame[name]) for name in frame.columns if _blank(frame[name])}
    return frame.assign(**blanks) if blanks else frame


def _blank(column: Column) -> bool:
    """Whether some text is blank; asked only where one begins like blank text, or is not ASCII."""
    if not typed(column, text=True):
        return False
    texts = pyarrow.array(column)
    begins = pc.any(pc.less(texts, "!")).as_py()
    plain = not begins and pc.all(pc.string_is_ascii(texts)).as_py() is not False
    return not plain and bool((column.str.strip() == "").any())


def _without_blanks(column: Column) -> Column:
    return column.where(column.str.strip() != "")


def as_texts(column: Column) -> Column:
    """The values as text, numbers by their shortest decimal text; worked out per distinct value."""
    if typed(column, text=True):
        return column
    codes, numbers = pd.factorize(column)
    texts = pd.Series(decimal_texts(np.asarray(numbers, dtype=np.float64)), dtype="str")
    return texts.reindex(codes).set_axis(column.index)


def as_numbers(column: Column) -> Column:
    """The numbers that text holds, null where it is none; worked out per distinct value."""
    codes, known = pd.factorize(column)
    numbers = [float(text) if _NUMBER.fullmatch(text) else np.nan for text in known]
    return pd.Series([*numbers, np.nan], dtype="float64").iloc[codes].set_axis(column.index)
