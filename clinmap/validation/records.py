"""Checks of whole records: unique keys, pairs of variables that go together, results, intervals."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute as pc

from clinmap.coded_text import coded
from clinmap.plan import DatasetPlan
from clinmap.validation.analysis import analysis_checks
from clinmap.validation.checks import (
    Column,
    Flags,
    Mask,
    Words,
    frame_check,
    is_text,
    masked,
    numbers_in,
)
from clinmap.validation.pairs import pair_checks
from clinmap.validation.repetition import repeated

Places = npt.NDArray[np.int64]

_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|$)"
_CLOCK = r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?$"
_TO_MINUTES = len("2014-03-01T08:30")
_TO_SECONDS = len("2014-03-01T08:30:15")
_TITER = r"\A1:[1-9][0-9]*\z"
_ANALYSIS_INTERVALS = (("ASTDT", "AENDT"), ("ASTDTM", "AENDTM"), ("TRTSDT", "TRTEDT"))


def record_checks(dataset: DatasetPlan) -> list[pa.Check]:
    """The checks of a dataset's records: VAL030, VAL031, VAL040, VAL050 to VAL052, VAL054,
    VAL070, VAL071.

    Which apply follows from the names of the variables that the Plan has for the dataset.
    """
    return [
        *_keys(dataset),
        *_sequence(dataset),
        *pair_checks(dataset),
        *_intervals(dataset),
        *_results(dataset),
        *_not_done(dataset),
        *analysis_checks(dataset),
    ]


def _names(dataset: DatasetPlan) -> tuple[str, ...]:
    return tuple(variable.name for variable in dataset.submitted_variables)


def _keys(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """No two records agree in all keys; missing values agree with each other."""
    if dataset.keys:
        message = f"Records share their keys {', '.join(dataset.keys)}"
        yield frame_check(Words("VAL030", message), lambda frame: _unique(frame, dataset.keys))


def _unique(frame: pd.DataFrame, keys: tuple[str, ...]) -> Mask | bool:
    present = [key for key in keys if key in frame.columns]
    again = repeated(frame, present) if present else None
    return True if again is None else pd.Series(~again, index=frame.index)


def _sequence(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """--SEQ (ASEQ in ADaM) numbers the records of a subject; records without it are let be."""
    name = "ASEQ" if dataset.purpose == "Analysis" else f"{dataset.name[:2]}SEQ"
    if {name, "USUBJID"} <= set(_names(dataset)):
        message = f"{name} occurs more than once within a subject"
        yield frame_check(
            Words("VAL031", message, name),
            lambda frame: _numbered_once(frame, name),
            texts=("USUBJID",),
            numbers=(name,),
        )


def _numbered_once(frame: pd.DataFrame, name: str) -> Mask | bool:
    again = repeated(frame, ("USUBJID", name))
    if again is None:
        return True
    return pd.Series(~again | np.isnan(frame[name].to_numpy()), index=frame.index)


def _intervals(dataset: DatasetPlan) -> Iterator[pa.Check]:
    for start, end in _interval_names(dataset):
        message = f"{start} is after {end}"
        variable = dataset.variable(start)
        if variable and is_text(dataset, variable):
            yield _text_interval(start, end, message)
        else:
            yield _number_interval(start, end, message)


def _interval_names(dataset: DatasetPlan) -> Iterator[tuple[str, str]]:
    names = _names(dataset)
    for start in names:
        end = re.sub("STDTC$", "ENDTC", start)
        if end != start and end in names:
            yield start, end
    yield from (pair for pair in _ANALYSIS_INTERVALS if set(pair) <= set(names))


def _text_interval(start: str, end: str, message: str) -> pa.Check:
    return frame_check(
        Words("VAL050", message, start),
        lambda frame: _in_order(frame[start], frame[end]),
        texts=(start, end),
    )


def _number_interval(start: str, end: str, message: str) -> pa.Check:
    return frame_check(
        Words("VAL050", message, start),
        lambda frame: masked(~(frame[start].to_numpy() > frame[end].to_numpy()), frame.index),
        numbers=(start, end),
    )


def _in_order(start: Column, end: Column) -> Mask | bool:
    """Start not after end, judged on complete dates, then on clock times to the shorter precision.

    Times with an offset are compared by their date only. What is after is greater as text too, so
    only such records are looked at closely.
    """
    first, last = _places_in_order(start, end)
    doubtful = np.flatnonzero(first > last)
    fine = np.ones(len(start), dtype=np.bool_)
    if len(doubtful):
        fine[doubtful] = ~_after(start.iloc[doubtful], end.iloc[doubtful]).to_numpy()
    return masked(fine, start.index)


def _places_in_order(start: Column, end: Column) -> tuple[Places, Places]:
    """The place of each text among those of both columns; nothing is before or after a missing."""
    (codes, known), (others, more) = coded(start), coded(end)
    both = pyarrow.concat_arrays([known, more])
    places = pc.rank(both, tiebreaker="min").to_numpy().astype(np.int64)
    first = np.append(places[: len(known)], 0).take(codes)
    return first, np.append(places[len(known) :], len(both)).take(others)


def _after(start: Column, end: Column) -> Mask:
    after = pd.Series(data=False, index=start.index)
    both = start.str.contains(_DATE, na=False) & end.str.contains(_DATE, na=False)
    first, last = start[both], end[both]
    late = first.str[:10] > last.str[:10]
    clocks = first.str.contains(_CLOCK) & last.str.contains(_CLOCK)
    precise = clocks & (first.str.len() == _TO_SECONDS) & (last.str.len() == _TO_SECONDS)
    late |= clocks & (first.str[:_TO_MINUTES] > last.str[:_TO_MINUTES])
    after[both] = late | (precise & (first > last))
    return after


def _findings(dataset: DatasetPlan, *suffixes: str) -> tuple[str, ...] | None:
    """The names of variables by their suffix, when this is tabulation data that has them all."""
    names = tuple(f"{dataset.name[:2]}{suffix}" for suffix in suffixes)
    present = dataset.purpose == "Tabulation" and set(names) <= set(_names(dataset))
    return names if present else None


def _results(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """--STRESN holds the number that --STRESC says, and nothing where --STRESC is no number.

    A titer such as 1:160 may have its number, 160.
    """
    if found := _findings(dataset, "STRESC", "STRESN"):
        text, number = found
        yield frame_check(
            Words("VAL051", f"{number} is not the number in {text}", number),
            lambda frame: _as_said(frame[text], frame[number]),
            texts=(text,),
            numbers=(number,),
        )


def _as_said(text: Column, stored: Column) -> Mask | bool:
    codes, known = coded(text)
    said = np.append(numbers_in(known), np.nan).take(codes)
    fine = _same_number(said, stored.to_numpy())
    titers = numbers_in(_behind_one(known))
    if not np.isnan(titers).all():
        fine |= np.append(titers, np.nan).take(codes) == stored.to_numpy()
    return masked(fine, stored.index)


def _behind_one(known: pyarrow.Array) -> pyarrow.Array:
    """The numbers of titers such as 1:160; other text is empty."""
    return pc.replace_substring_regex(
        pc.if_else(pc.match_substring_regex(known, _TITER), known, ""), "^1:", ""
    )


def _same_number(said: npt.NDArray[np.float64], stored: npt.NDArray[np.float64]) -> Flags:
    same = (said == stored) | (np.isnan(said) & np.isnan(stored))
    off = np.flatnonzero(~same)
    same[off] = np.isclose(said[off], stored[off], rtol=1e-9, atol=0)
    return np.asarray(same)


def _not_done(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """A result is missing exactly where the test was not done, and then there is a reason."""
    if found := _findings(dataset, "ORRES"):
        result, status = found[0], f"{dataset.name[:2]}STAT"
        yield frame_check(
            Words("VAL052", f"{result} must be missing exactly where {status} is NOT DONE", result),
            lambda frame: _done_or_missing(frame, result),
            texts=(result,),
        )
    if found := _findings(dataset, "STAT", "REASND"):
        status, reason = found
        yield frame_check(
            Words("VAL054", f"{reason} is missing where {status} is NOT DONE", reason),
            lambda frame: masked(
                ~_is(frame, status, "NOT DONE") | ~_lacks(frame, reason), frame.index
            ),
            texts=(status, reason),
        )


def _done_or_missing(frame: pd.DataFrame, result: str) -> Mask | bool:
    """A derived record (--DRVFL is Y) may have no original result."""
    missing = _lacks(frame, result)
    fine = missing == _is(frame, f"{result[:2]}STAT", "NOT DONE")
    if not fine.all():
        fine |= missing & _is(frame, f"{result[:2]}DRVFL", "Y")
    return masked(fine, frame.index)


def _lacks(frame: pd.DataFrame, name: str) -> Flags:
    return np.asarray(frame[name].isna())


def _is(frame: pd.DataFrame, name: str, value: str) -> Flags:
    there = name in frame.columns
    return np.asarray(frame[name].eq(value)) if there else np.zeros(len(frame), dtype=np.bool_)
