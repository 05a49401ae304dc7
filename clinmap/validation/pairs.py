"""Checks of variables that go together one to one, such as --TESTCD and --TEST."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Mask, Words, everywhere, frame_check

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


def _checker(pair: Pair) -> Callable[[pd.DataFrame], Mask]:
    return lambda frame: one_to_one(frame, pair)


def one_to_one(frame: pd.DataFrame, pair: Pair) -> Mask:
    """Where two variables go together one to one; the records with rarer partners do not."""
    code, text, within = pair
    if not {code, text} <= set(frame.columns):
        return everywhere(frame)
    outer = [name for name in within if name in frame.columns]
    complete = frame[code].notna() & frame[text].notna()
    names = [*outer, code, text]
    number = frame.groupby(names, dropna=False, sort=False).ngroup().to_numpy()
    _, first, count = np.unique(number, return_index=True, return_counts=True)
    kinds = frame[names].iloc[first].assign(**{"#": count}).reset_index(drop=True)
    kinds = kinds[complete.to_numpy()[first]]
    odd = _odd_one_out(kinds, [*outer, code]) | _odd_one_out(kinds, [*outer, text])
    return ~pd.Series(np.isin(number, kinds.index[odd]), index=frame.index)


def _odd_one_out(kinds: pd.DataFrame, by: list[str]) -> Mask:
    """The pairs that are not the single most frequent one among those that agree in `by`."""
    counts = kinds.groupby(by, dropna=False, sort=False)["#"]
    highest = kinds["#"] == counts.transform("max")
    tops = highest.groupby([kinds[name] for name in by], dropna=False, sort=False).transform("sum")
    return ~highest | (tops > 1)
