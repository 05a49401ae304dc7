"""Checks of variables that go together one to one, such as --TESTCD and --TEST."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa

from clinmap.coded_text import coded
from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Column, Mask, Words, frame_check, typed
from clinmap.validation.repetition import PLACES_A_ROW, Numbers, kinds_of, numbered, packed

Pair = tuple[str, str, tuple[str, ...]]
"""Two variables, and those within whose values they go together."""

_ALWAYS = (
    ("VISITNUM", "VISIT"),
    ("ARMCD", "ARM"),
    ("ACTARMCD", "ACTARM"),
    ("ETCD", "ELEMENT"),
    ("QNAM", "QLABEL"),
    ("PARAMCD", "PARAM"),
)
_BY_DOMAIN = (
    ("TESTCD", "TEST"),
    ("PARMCD", "PARM"),
    ("TPTNUM", "TPT"),
    ("LLTCD", "LLT"),
    ("PTCD", "DECOD"),
    ("HLTCD", "HLT"),
    ("HLGTCD", "HLGT"),
    ("BDSYCD", "BODSYS"),
    ("SOCCD", "SOC"),
)
_BY_PARAMETER = re.compile(r"(AVISIT|ATPT|BASETYPE)N")


def pair_names(dataset: DatasetPlan) -> tuple[Pair, ...]:
    """The pairs that a dataset has, from the names of its variables.

    In analysis datasets, a text variable and its number (AVISIT, AVISITN) go together too, visits
    and timepoints within a parameter. --TPTNUM and --TPT go together within --TPTREF.
    """
    names = {variable.name: variable for variable in dataset.submitted_variables}
    domain = dataset.name[:2]
    known = [*_ALWAYS, *((domain + code, domain + text) for code, text in _BY_DOMAIN)]
    if dataset.purpose == "Analysis":
        known += [(f"{n}N", n) for n, v in names.items() if v.is_character and f"{n}N" in names]
    found = [(code, text) for code, text in known if code in names and text in names]
    return tuple((code, text, _within(code, set(names))) for code, text in found)


def _within(code: str, names: set[str]) -> tuple[str, ...]:
    if code.endswith("TPTNUM"):
        outer: tuple[str, ...] = (f"{code[:2]}TESTCD", f"{code[:2]}TPTREF")
    elif _BY_PARAMETER.fullmatch(code):
        outer = ("PARAMCD",)
    else:
        outer = ()
    return tuple(name for name in outer if name in names and name != code)


def pair_checks(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """The checks VAL040 of a dataset, one per pair.

    Where a value has several partners, the records with the most frequent one are in order and the
    others are not; when none is the most frequent, all of them are not.
    """
    for code, text, within in pair_names(dataset):
        message = f"{code} and {text} do not go together one to one"
        if within:
            message += f" within {', '.join(within)}"
        yield frame_check(Words("VAL040", message, code), _checker((code, text, within)))


def _checker(pair: Pair) -> Callable[[pd.DataFrame], Mask | bool]:
    return lambda frame: one_to_one(frame, pair)


def one_to_one(frame: pd.DataFrame, pair: Pair) -> Mask | bool:
    """Where two variables go together one to one; the records with rarer partners do not."""
    code, text, within = pair
    if not {code, text} <= set(frame.columns):
        return True
    outer = [name for name in within if name in frame.columns]
    if _always_together(frame, outer, code, text):
        return True
    complete = frame[code].notna() & frame[text].notna()
    names = [*outer, code, text]
    number, first = kinds_of(frame, names)
    kinds = frame[names].iloc[first].reset_index(drop=True)
    kinds = kinds.assign(**{"#": np.bincount(number, minlength=len(first))})
    kinds = kinds[complete.to_numpy()[first]]
    odd = _odd_one_out(kinds, [*outer, code]) | _odd_one_out(kinds, [*outer, text])
    wrong = np.zeros(len(first), dtype=np.bool_)
    wrong[kinds.index[odd]] = True
    return pd.Series(~wrong[number], index=frame.index)


def _always_together(frame: pd.DataFrame, outer: list[str], code: str, text: str) -> bool:
    """Whether every text has one code in all records, and every code one text.

    That is seen in one look, and holds of most datasets; False means that it has to be counted.
    """
    if not typed(frame[text], text=True):
        return False
    (codes, kinds), values = numbered(frame[text]), _comparable(frame[code])
    outside, size = packed([numbered(frame[name]) for name in outer], len(frame))
    if values is None or size * kinds > PLACES_A_ROW * len(frame):
        return False
    complete = (codes >= 0) & (~np.isnan(values) if values.dtype.kind == "f" else values >= 0)
    place = outside * kinds + codes if outer else codes
    if not complete.all():
        place, values = place[complete], values[complete]
    return _one_each(place, values, size * kinds, kinds)


def _comparable(column: Column) -> Numbers | None:
    """Numbers that are equal where the values are; None for what is neither text nor numbers."""
    if typed(column, text=False):
        return np.asarray(column.to_numpy())
    return coded(column)[0] if typed(column, text=True) else None


def _one_each(place: npt.NDArray[np.integer], values: Numbers, size: int, kinds: int) -> bool:
    """Whether all records of a place have one value, and that of no other place of its group."""
    table, there = np.zeros(size, dtype=values.dtype), np.zeros(size, dtype=np.bool_)
    table[place], there[place] = values, True
    if (table.take(place) != values).any():
        return False
    places = np.flatnonzero(there)
    group, value = places // max(kinds, 1), table[places]
    order = np.lexsort((value, group))
    group, value = group[order], value[order]
    return not bool(((group[1:] == group[:-1]) & (value[1:] == value[:-1])).any())


def _odd_one_out(kinds: pd.DataFrame, by: list[str]) -> Mask:
    """The pairs that are not the single most frequent one among those that agree in `by`."""
    counts = kinds.groupby(by, dropna=False, sort=False)["#"]
    highest = kinds["#"] == counts.transform("max")
    tops = highest.groupby([kinds[name] for name in by], dropna=False, sort=False).transform("sum")
    return ~highest | (tops > 1)
