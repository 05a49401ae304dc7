"""How a check is made: a vectorised pandera check that knows its code, its words and its columns.

Nulls are never dropped or ignored by pandera, so each check says itself that a missing value
passes. Failure cases are not collected, as the mask of the check says all: a check on a frame would
repeat each bad row once per column. A check whose columns are absent or of another type passes,
because that is a problem of its own. Text is judged by its distinct values, and a check that all
rows pass says so without a mask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute as pc

from clinmap.coded_text import CodedText, coded, recoded
from clinmap.measuring import decimal_texts
from clinmap.plan import DatasetPlan, VariablePlan
from clinmap.validation.pandera_parts import RowCheck

Column: TypeAlias = "pd.Series"
Mask: TypeAlias = "pd.Series[bool]"
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.integer]

_SDTM_DATES = ("date", "datetime", "time")
_NUMBER = r"\A[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z"


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


def column_check(words: Words, passes: Callable[[Column], Mask | bool], *, text: bool) -> pa.Check:
    """A check of one column: `passes` says for each value whether it is in order.

    It is skipped for a column that is not `text` (or, without `text`, not a number).
    """

    def run(column: Column) -> Mask | bool:
        return passes(column) if typed(column, text=text) else True

    return _check(words, run)


def value_check(words: Words, fine: Callable[[pyarrow.Array], Flags]) -> pa.Check:
    """A check of a text column by its distinct values: `fine` says which of them are in order."""

    def run(column: Column) -> Mask | bool:
        codes, known = coded(column)
        return of_rows(fine(known), codes, column.index)

    return column_check(words, run, text=True)


def of_rows(fine: Flags, codes: Codes, index: pd.Index, *, missing: bool = True) -> Mask | bool:
    """What was judged of distinct values, for each row; True where that is so of all of them."""
    if missing and fine.all():
        return True
    return pd.Series(np.append(fine, missing).take(codes), index=index, copy=False)


def masked(fine: Flags, index: pd.Index) -> Mask | bool:
    """A mask of the rows; True where all are fine."""
    return True if fine.all() else pd.Series(fine, index=index, copy=False)


def type_check(*, text: bool) -> pa.Check:
    """A check that a column is `str` or float64 and nothing like it."""
    words = Words("VAL004", "The column has another type")
    return _check(words, lambda column: typed(column, text=text))


def frame_check(
    words: Words,
    passes: Callable[[pd.DataFrame], Mask | bool],
    *,
    texts: tuple[str, ...] = (),
    numbers: tuple[str, ...] = (),
) -> pa.Check:
    """A check of rows over several columns; skipped where one of them is absent or mistyped."""

    def run(frame: pd.DataFrame) -> Mask | bool:
        ready = _ready(frame, texts, text=True) and _ready(frame, numbers, text=False)
        return passes(frame) if ready else True

    compared = words.columns or (*texts, *numbers)
    return _check(replace(words, columns=compared), run)


def _check(words: Words, run: Callable[..., Mask | bool]) -> pa.Check:
    return RowCheck(
        run,
        name=words.code,
        title=words.variable,
        error=words.message,
        description=words.hint,
        statistics={"words": words},
        ignore_na=False,
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
    """The frame with blank text made null, as it will be on disk, and all text coded.

    >>> null_blanks(pd.DataFrame({"A": pd.Series(["x", " "], dtype="str")}))["A"].isna().tolist()
    [False, True]
    """
    changed = {
        str(name): made
        for name, column in frame.items()
        if typed(column, text=True) and (made := _without_blanks(column)) is not column
    }
    return frame.assign(**changed) if changed else frame


def _without_blanks(column: Column) -> Column:
    """The column as coded text without blank values; itself, if it is that already."""
    if not isinstance(column.array, pd.arrays.ArrowStringArray):
        column = column.astype("str")
    codes, known = coded(column)
    blank = _blank(known)
    if not blank.any():
        if isinstance(column.array, CodedText):
            return column
    elif (codes >= 0).any():
        codes = np.where(np.append(blank, False).take(codes), np.int32(-1), codes)
    return pd.Series(CodedText.of(codes, known), index=column.index, name=column.name, copy=False)


def _blank(known: pyarrow.Array) -> Flags:
    """Which texts are blank; looked at closely only where one begins so, or is not ASCII."""
    begins = pc.any(pc.less(known, "!")).as_py()
    if not begins and pc.all(pc.string_is_ascii(known)).as_py() is not False:
        return np.zeros(len(known), dtype=np.bool_)
    return flags(pc.equal(pc.utf8_trim_whitespace(known), ""))


def flags(values: pyarrow.Array) -> Flags:
    """Arrow's truth values, of which none is missing, as NumPy's."""
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.bool_)


def places_of(column: Column, among: Column | pd.Index) -> npt.NDArray[np.int64]:
    """Where each text of a column stands among others; -1: nowhere, or it is missing."""
    if not isinstance(among.dtype, pd.StringDtype):
        return np.full(len(column), -1, dtype=np.int64)
    codes, known = coded(column)
    others = pyarrow.array(among, pyarrow.large_string())
    found = pc.fill_null(pc.index_in(known, value_set=others), -1).to_numpy().astype(np.int64)
    return np.append(found, -1).take(codes)


def as_texts(column: Column) -> Column:
    """The values as text, numbers by their shortest decimal text; worked out per distinct value."""
    if typed(column, text=True):
        return column
    codes, numbers = pd.factorize(column)
    texts = recoded(codes, decimal_texts(np.asarray(numbers, dtype=np.float64)))
    return pd.Series(texts, index=column.index, copy=False)


def as_numbers(column: Column) -> Column:
    """The numbers that text holds, null where it is none; worked out per distinct value."""
    codes, known = coded(column)
    return pd.Series(np.append(numbers_in(known), np.nan).take(codes), index=column.index)


def numbers_in(known: pyarrow.Array) -> npt.NDArray[np.float64]:
    """The numbers that distinct texts hold, null where one is none."""
    plain = flags(pc.match_substring_regex(known, _NUMBER))
    numbers = np.full(len(known), np.nan)
    numbers[plain] = pc.cast(known.filter(pyarrow.array(plain)), "float64").to_numpy()
    return numbers
