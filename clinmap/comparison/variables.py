"""Two columns of the same name, brought to one scale on which their cells can be compared.

Text is coded: equal texts (trailing blanks aside) have equal codes, and null or blank is -1.
Numbers are float64, missing is NaN. Dates and date-times are numbers too: days or seconds since
1960-01-01, as SAS counts. What each meeting of two kinds of column becomes is said in `align`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Kind = Literal["text", "number", "days", "seconds"]
Content = Literal["empty", "text", "number", "date", "time"]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SECONDS_A_DAY = 86_400.0
#: Above this the middle value of a numeric column counts seconds: as days it is the year 2507.
DAYS_AT_MOST = 200_000.0
#: Date numbers are equal within half a millisecond; a relative tolerance would be whole seconds.
SAME_MOMENT = 0.0005

_FULL_DATE = r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_FULL_TIME = r"T?\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far numbers may be apart: `absolute`, or `relative` to the larger of the two.

    >>> Tolerance(relative=1e-9).relative
    1e-09
    """

    relative: float = 1e-9
    absolute: float = 0.0


@dataclass(frozen=True, slots=True)
class AlignedVariable:
    """The cells of one variable on both sides, on one scale.

    `base` and `compare` hold codes into `texts` when `kind` is text (-1 is missing), else numbers
    (NaN is missing). A text that met a number or a date and cannot be read as one is *unread*: its
    code into `texts` stands in `base_unread` or `compare_unread` (-1 elsewhere); it equals nothing.
    """

    name: str
    kind: Kind
    base: Ints | Floats
    compare: Ints | Floats
    texts: NDArray[np.object_]
    base_unread: Ints
    compare_unread: Ints

    def take(self, base_rows: Ints, compare_rows: Ints) -> AlignedVariable:
        """The cells of the rows at these positions, one array of positions for each side."""
        return replace(
            self,
            base=self.base[base_rows],
            compare=self.compare[compare_rows],
            base_unread=self.base_unread[base_rows] if len(self.base_unread) else self.base_unread,
            compare_unread=(
                self.compare_unread[compare_rows]
                if len(self.compare_unread)
                else self.compare_unread
            ),
        )

    def equal(self, tolerance: Tolerance) -> Bools:
        """Which cells are equal, position by position; the sides must be of one length."""
        same: Bools = self.base == self.compare
        if self.kind == "text":
            return same
        same = same | self._near(tolerance)
        missing_on_both = np.isnan(self.base) & np.isnan(self.compare)
        return (same | missing_on_both) & ~self.unread("base") & ~self.unread("compare")

    def _near(self, tolerance: Tolerance) -> Bools:
        absolute, relative = tolerance.absolute, tolerance.relative
        if self.kind != "number":
            unit = 1.0 if self.kind == "seconds" else 1.0 / SECONDS_A_DAY
            absolute, relative = max(absolute, SAME_MOMENT * unit), 0.0
        if absolute == 0.0 and relative == 0.0:
            return np.zeros(len(self.base), dtype=np.bool_)
        with np.errstate(invalid="ignore", over="ignore"):
            distance = np.abs(self.base - self.compare)
            larger = np.maximum(np.abs(self.base), np.abs(self.compare))
            near: Bools = (distance <= np.maximum(absolute, relative * larger)) & np.isfinite(
                larger
            )
        return near

    def unread(self, side: Literal["base", "compare"]) -> Bools:
        """Which cells hold a text that cannot be read as the number or date that it met."""
        values = self.base if side == "base" else self.compare
        codes = self.base_unread if side == "base" else self.compare_unread
        return codes >= 0 if len(codes) else np.zeros(len(values), dtype=np.bool_)

    def missing(self, side: Literal["base", "compare"]) -> Bools:
        """Which cells are null, NaN or blank."""
        values = self.base if side == "base" else self.compare
        if self.kind == "text":
            return values < 0
        empty: Bools = np.isnan(values) & ~self.unread(side)
        return empty


def align(name: str, base: pd.Series[Any], compare: pd.Series[Any]) -> AlignedVariable:
    """The two columns on one scale.

    * text with text: text; a column without any value takes the kind of the other
    * number with number: number; names that end in DT or DTM are dates of ADaM
    * date (datetime64, or objects of `datetime`) with date or ISO 8601 text: seconds
    * date or ISO 8601 text with number: days or seconds, by the size of the numbers' middle value
    * text of numbers with number: number
    """
    contents = {content_of(base), content_of(compare)} - {"empty"}
    if contents <= {"text"}:
        return _texts(name, base, compare)
    if "text" in contents:
        return _with_text(name, base, compare)
    return _numbers(name, base, compare, _scale(name, contents, base, compare), "date")


def content_of(column: pd.Series[Any]) -> Content:
    """What a column holds, by its dtype, or by its objects where the dtype is `object`."""
    if not len(column) or bool(column.isna().all()):
        return "empty"
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return "date"
    if pd.api.types.is_timedelta64_dtype(column.dtype):
        return "time"
    if isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
        return "text"
    return _OBJECTS.get(pd.api.types.infer_dtype(column, skipna=True), "text")


_OBJECTS: dict[str, Content] = {
    "integer": "number",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
    "boolean": "number",
    "date": "date",
    "datetime": "date",
    "datetime64": "date",
    "time": "time",
    "timedelta": "time",
}


def coded(column: pd.Series[Any]) -> tuple[Ints, pd.Series[str]]:
    """Codes and distinct texts of a column, trailing blanks removed; null and blank are -1.

    >>> codes, texts = coded(pd.Series(["A ", "A", None, " "], dtype="str"))
    >>> codes.tolist(), texts.tolist()
    ([0, 0, -1, -1], ['A'])
    """
    codes, distinct = pd.factorize(column.astype("str"))
    stripped = pd.Series(distinct, dtype="str").str.rstrip(" ")
    again, texts = pd.factorize(stripped.mask(stripped == ""))
    moved: Ints = np.append(again, -1).astype(np.int64)[codes]
    return moved, pd.Series(texts, dtype="str")


def _texts(name: str, base: pd.Series[Any], compare: pd.Series[Any]) -> AlignedVariable:
    both = pd.concat([base.astype("str"), compare.astype("str")], ignore_index=True)
    codes, texts = coded(both)
    none = np.empty(0, dtype=np.int64)
    here, there = codes[: len(base)], codes[len(base) :]
    return AlignedVariable(name, "text", here, there, texts.to_numpy(dtype=object), none, none)


def _with_text(name: str, base: pd.Series[Any], compare: pd.Series[Any]) -> AlignedVariable:
    text, other = (base, compare) if content_of(base) == "text" else (compare, base)
    distinct = coded(text)[1]
    dates = int(iso_seconds(distinct).notna().sum())
    numbers = int(pd.to_numeric(distinct, errors="coerce").notna().sum())
    if content_of(other) != "number":
        return _numbers(name, base, compare, "seconds", "date")
    if dates and dates >= numbers:
        return _numbers(name, base, compare, _unit(other), "date")
    return _numbers(name, base, compare, "number", "number")


def _scale(
    name: str, contents: set[Content], base: pd.Series[Any], compare: pd.Series[Any]
) -> Kind:
    if "number" not in contents:
        return "seconds"
    if "date" in contents or "time" in contents or name.endswith(("DT", "DTM")):
        return _unit(base if content_of(base) == "number" else compare)
    return "number"


def _unit(numbers: pd.Series[Any]) -> Kind:
    """Days or seconds: which of the two the middle value of the numbers can be."""
    values = np.abs(_floats(numbers))
    values = values[~np.isnan(values)]
    return "seconds" if len(values) and float(np.median(values)) > DAYS_AT_MOST else "days"


def _numbers(
    name: str, base: pd.Series[Any], compare: pd.Series[Any], kind: Kind, text_as: str
) -> AlignedVariable:
    unit = SECONDS_A_DAY if kind == "days" else 1.0
    here, here_unread, here_texts = _read(base, text_as, unit)
    there, there_unread, there_texts = _read(compare, text_as, unit)
    texts = here_texts if len(here_texts) else there_texts
    return AlignedVariable(name, kind, here, there, texts, here_unread, there_unread)


def _read(
    column: pd.Series[Any], text_as: str, unit: float
) -> tuple[Floats, Ints, NDArray[np.object_]]:
    """Numbers, the codes of the texts that are none, and those texts."""
    content = content_of(column)
    none, no_texts = np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    if content == "empty":
        return np.full(len(column), np.nan), none, no_texts
    if content == "number":
        return _floats(column), none, no_texts
    if content in ("date", "time"):
        return _moments(column, content) / unit, none, no_texts
    codes, texts = coded(column)
    read = iso_seconds(texts) / unit if text_as == "date" else _numeric(texts)
    values = np.append(read.to_numpy(dtype=np.float64), np.nan)[codes]
    unread = np.where(np.isnan(values), codes, -1).astype(np.int64)
    return values, unread, texts.to_numpy(dtype=object)


def _numeric(texts: pd.Series[str]) -> pd.Series[float]:
    return pd.to_numeric(texts, errors="coerce").astype("float64")


def _floats(column: pd.Series[Any]) -> Floats:
    if column.dtype == object:
        column = pd.to_numeric(column, errors="coerce")
    return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def _moments(column: pd.Series[Any], content: Content) -> Floats:
    """Seconds since 1960-01-01 of dates, by the clock of their zone; since midnight of times."""
    if content == "time":
        spans = pd.to_timedelta(column.astype("str"), errors="coerce")
        return np.asarray(spans.dt.total_seconds(), dtype=np.float64)
    moments = pd.to_datetime(column, errors="coerce")
    return _since_1960(moments.dt.tz_localize(None))


def _since_1960(moments: pd.Series[Any]) -> Floats:
    values = moments.to_numpy(dtype="datetime64[us]")
    return np.asarray((values - np.datetime64("1960-01-01", "us")) / np.timedelta64(1, "s"))


def iso_seconds(texts: pd.Series[str]) -> pd.Series[float]:
    """Seconds since 1960-01-01 of complete ISO 8601 dates and date-times, since midnight of times.

    Partial dates, impossible dates and everything else are NaN.

    >>> iso_seconds(pd.Series(["1960-01-02", "1960-01-01T00:01", "1960-01"], dtype="str")).tolist()
    [86400.0, 60.0, nan]
    """
    seconds = np.full(len(texts), np.nan)
    dates = texts.str.fullmatch(_FULL_DATE, na=False).to_numpy(dtype=np.bool_)
    if dates.any():
        moments = pd.to_datetime(texts[dates], format="ISO8601", errors="coerce")
        seconds[dates] = _since_1960(moments)
    times = texts.str.fullmatch(_FULL_TIME, na=False).to_numpy(dtype=np.bool_)
    if times.any():
        spans = texts[times].str.lstrip("T")
        spans = spans.mask(spans.str.len() == 5, spans + ":00")
        seconds[times] = pd.to_timedelta(spans, errors="coerce").dt.total_seconds()
    return pd.Series(seconds, index=texts.index)
