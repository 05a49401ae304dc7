"""Checks of one column at a time: missing, mistyped and overlong values, dates, study days."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute as pc

from clinmap.coded_text import TEXT
from clinmap.facts import DatasetFacts
from clinmap.plan import DatasetPlan, VariablePlan
from clinmap.standards import sdtm_variable
from clinmap.validation.checks import (
    Column,
    Flags,
    Mask,
    Words,
    column_check,
    flags,
    is_text,
    masked,
    value_check,
)

XPT_LENGTH = 200
NAME_LENGTH = 8
ARM_CODE_LENGTH = 20
LABEL_LENGTH = 40
POPULATION_FLAGS = ("FASFL", "SAFFL", "ITTFL", "PPROTFL", "COMPLFL", "RANDFL", "ENRLFL")
"""The population indicators of ADSL (ADaMIG 1.3 section 3.2)."""

_ANALYSIS_NOT_NULL = ("STUDYID", "USUBJID", "PARAMCD", "PARAM")
_CODE_NAME = re.compile(r"([A-Z][A-Z0-9])?(TESTCD|QNAM|PARAMCD|TSPARMCD|ETCD)")
_ARM_CODE = re.compile(r"(ACT|PLN)?ARMCD")
_SHORT_LABEL = re.compile(r"(?!IETEST)[A-Z][A-Z0-9]TEST|QLABEL|TSPARM")
_WHOLE_DATE = (
    r"\A[12][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|"
    r"(?:0[13578]|1[02])-31)(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?\z"
)
"""Dates that every calendar has (29 February aside), alone or with a time of day."""

_STUDY_DAY = re.compile(r"[A-Z0-9]*DY")


def column_checks(
    dataset: DatasetPlan, variable: VariablePlan, facts: DatasetFacts | None
) -> list[pa.Check]:
    """The checks of a variable alone: VAL003 to VAL006, VAL020, VAL053, VAL073.

    `facts` of the same data spare the checks of lengths where the longest value is short enough.
    """
    text = is_text(dataset, variable)
    checks = list(_missing(dataset, variable, text=text))
    if text:
        checks += _population_flag(dataset, variable.name)
        longest = _longest(variable.name, facts)
        checks += [*_lengths(variable.name, longest), *_dates(variable)]
        checks += _durations(dataset, variable)
    else:
        checks += [*_numbers(variable), *_study_days(variable.name)]
    return checks


def _missing(dataset: DatasetPlan, variable: VariablePlan, *, text: bool) -> Iterator[pa.Check]:
    """A Required variable has a value in every row; ADaM asks this of a few variables only."""
    analysis = dataset.purpose == "Analysis" and variable.name not in _ANALYSIS_NOT_NULL
    if variable.core == "Req" and not analysis:
        message = f"Required variable {variable.name} has no value"
        yield column_check(Words("VAL003", message), _given, text=text)


def _given(column: Column) -> Mask | bool:
    return masked(~np.asarray(column.isna()), column.index)


def _population_flag(dataset: DatasetPlan, name: str) -> Iterator[pa.Check]:
    """A population flag of ADSL says Y or N of every subject; missing says nothing."""
    if dataset.name == "ADSL" and name in POPULATION_FLAGS:
        message = f"{name} is neither Y nor N"
        yield column_check(
            Words("VAL073", message), lambda column: column.isin(["Y", "N"]), text=True
        )


def _longest(name: str, facts: DatasetFacts | None) -> int | None:
    known = facts.variables.get(name) if facts else None
    return known.length if known else None


def _lengths(name: str, longest: int | None) -> Iterator[pa.Check]:
    """The limit of XPT version 5, and the shorter ones of names, codes and labels."""
    yield from _limit("VAL005", name, XPT_LENGTH, longest)
    if _CODE_NAME.fullmatch(name):
        yield from _limit("VAL006", name, NAME_LENGTH, longest)
    elif _ARM_CODE.fullmatch(name):
        yield from _limit("VAL006", name, ARM_CODE_LENGTH, longest)
    elif _SHORT_LABEL.fullmatch(name):
        yield from _limit("VAL006", name, LABEL_LENGTH, longest)


def _limit(code: str, name: str, limit: int, longest: int | None) -> Iterator[pa.Check]:
    if longest is None or longest > limit:
        message = f"{name} is longer than {limit} bytes"
        yield value_check(Words(code, message), lambda known: _at_most(known, limit))


def _at_most(known: pyarrow.Array, limit: int) -> Flags:
    return np.asarray(pc.binary_length(known).to_numpy() <= limit)


def _dates(variable: VariablePlan) -> Iterator[pa.Check]:
    if variable.type != "text":
        message = f"{variable.name} is not an ISO 8601 date or date-time"
        yield value_check(Words("VAL020", message), _iso8601)


def _durations(dataset: DatasetPlan, variable: VariablePlan) -> Iterator[pa.Check]:
    """What the guide calls an ISO 8601 duration is one (SDTMIG 3.4 section 4.4.3)."""
    if dataset.purpose != "Tabulation":
        return
    facts = sdtm_variable(dataset.name, variable.name, dataset.cls)
    if facts is not None and facts.domain == "ISO 8601 duration":
        message = f"{variable.name} is not an ISO 8601 duration"
        yield value_check(Words("VAL020", message), _duration)


def _duration(known: pyarrow.Array) -> Flags:
    from clinmap.dates import is_duration

    return np.asarray(is_duration(_column(known)), dtype=np.bool_)


def _iso8601(known: pyarrow.Array) -> Flags:
    """Whole dates and times are told by a pattern; what it leaves is looked at part by part."""
    from clinmap.dates import is_iso8601

    fine = flags(pc.match_substring_regex(known, _WHOLE_DATE))
    rest = np.flatnonzero(~fine)
    fine[rest] = np.asarray(is_iso8601(_column(known.take(pyarrow.array(rest)))), dtype=np.bool_)
    return fine


def _column(known: pyarrow.Array) -> Column:
    return pd.Series(pd.array(known, dtype=TEXT), copy=False)


def _numbers(variable: VariablePlan) -> Iterator[pa.Check]:
    if variable.type == "integer":
        message = f"{variable.name} should be an integer, and has values that are not"
        yield column_check(Words("VAL004", message), _whole, text=False)
    else:
        message = f"{variable.name} has infinite values"
        yield column_check(Words("VAL004", message), _finite, text=False)


def _finite(column: Column) -> Mask | bool:
    return masked(~np.isinf(column.to_numpy()), column.index)


def _whole(column: Column) -> Mask | bool:
    numbers = column.to_numpy()
    same = np.floor(numbers) == numbers
    if not same.all():
        same |= np.isnan(numbers)
    return masked(same & ~np.isinf(numbers), column.index)


def _study_days(name: str) -> Iterator[pa.Check]:
    if _STUDY_DAY.fullmatch(name):
        message = f"{name} is 0: the day before day 1 is day -1"
        yield column_check(Words("VAL053", message), _not_zero, text=False)


def _not_zero(column: Column) -> Mask | bool:
    return masked(column.to_numpy() != 0, column.index)
