"""Cells that a rule leaves out of a comparison: counted by rule, never silently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from clinmap.comparison.variables import Bools

Mask = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Cells left out under the name `rule`.

    `variables` are left out wholly, or a mask says which cells: a function of the paired rows of
    base and compare (same rows in the same order; keys and shared variables) that gives a frame of
    bools with the columns it speaks of. Columns of the mask that are not compared are passed over.
    With `mask` and `variables`, the mask holds for these variables only. A cell that several rules
    name is counted under the first.

    >>> Exclusion("not collected", variables=("AELOC",)).rule
    'not collected'
    """

    rule: str
    variables: tuple[str, ...] | Mask = ()
    mask: Mask | None = None

    def __post_init__(self) -> None:
        """Take a mask that was given in the place of the variables."""
        if callable(self.variables):
            object.__setattr__(self, "mask", self.variables)
            object.__setattr__(self, "variables", ())


def filled_in_base_only(base: pd.DataFrame, compare: pd.DataFrame) -> pd.DataFrame:
    """A mask: the base has a value and the comparison is null or blank."""
    return ~blank_cells(base) & blank_cells(compare)


def filled_in_compare_only(base: pd.DataFrame, compare: pd.DataFrame) -> pd.DataFrame:
    """A mask: the comparison has a value and the base is null or blank."""
    return blank_cells(base) & ~blank_cells(compare)


def blank_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Which cells are null, or text of nothing but blanks.

    >>> blank_cells(pd.DataFrame({"A": [" ", "x"], "B": [None, 1.0]})).to_numpy().tolist()
    [[True, True], [False, False]]
    """
    blank = frame.isna()
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name].dtype) and _is_text(frame[name]):
            blank[name] = blank[name] | (frame[name].astype("str").str.strip(" ") == "")
    return blank


def _is_text(column: pd.Series[Any]) -> bool:
    return column.dtype == object or isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype)


def excluded_cells(
    exclusions: Sequence[Exclusion],
    base: pd.DataFrame,
    compare: pd.DataFrame,
    variables: Sequence[str],
) -> dict[str, dict[str, Bools]]:
    """For each variable the cells that each rule leaves out; a cell stands under one rule only."""
    left_out: dict[str, dict[str, Bools]] = {name: {} for name in variables}
    for exclusion in exclusions:
        for name, named in _named_cells(exclusion, base, compare, variables).items():
            rules = left_out[name]
            taken = np.logical_or.reduce([np.zeros_like(named), *rules.values()])
            before = rules.get(exclusion.rule, np.zeros_like(named))
            rules[exclusion.rule] = before | (named & ~taken)
    return left_out


def _named_cells(
    exclusion: Exclusion, base: pd.DataFrame, compare: pd.DataFrame, variables: Sequence[str]
) -> dict[str, Bools]:
    named = exclusion.variables if not callable(exclusion.variables) else ()
    if exclusion.mask is None:
        return {n: np.ones(len(base), dtype=np.bool_) for n in variables if n in named}
    mask = exclusion.mask(base, compare)
    columns = [n for n in variables if n in mask.columns and (not named or n in named)]
    return {n: mask[n].fillna(False).to_numpy(dtype=np.bool_) for n in columns}
