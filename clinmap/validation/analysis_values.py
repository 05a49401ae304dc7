"""Checks of analysis values: changes, parameters, flags and censoring, dataset by dataset."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.standards import ADAM_STRUCTURES, adam_structure, adam_variable
from clinmap.validation.checks import (
    Mask,
    Words,
    as_texts,
    everywhere,
    frame_check,
    is_text,
)
from clinmap.validation.columns import POPULATION_FLAGS
from clinmap.validation.pairs import one_to_one, pair_names

Numbers = npt.NDArray[np.float64]

_PARAMETER_NAME = r"[A-Z_][A-Z0-9_]*"
_ROUNDING = 1e-8
_CHANGES: MappingProxyType[str, tuple[str, Callable[[Numbers, Numbers], Numbers]]] = (
    MappingProxyType(
        {
            "CHG": ("AVAL - BASE", lambda value, base: value - base),
            "BCHG": ("BASE - AVAL", lambda value, base: base - value),
            "PCHG": ("100 * (AVAL - BASE) / BASE", lambda value, base: 100 * (value - base) / base),
            "R2BASE": ("AVAL / BASE", lambda value, base: value / base),
        }
    )
)
_FIRST_OF = MappingProxyType(
    {
        "AOCCFL": (),
        "AOCCIFL": (),
        "AOCCSFL": ("BODSYS",),
        "AOCCSIFL": ("BODSYS",),
        "AOCCPFL": ("BODSYS", "DECOD"),
        "AOCCPIFL": ("BODSYS", "DECOD"),
    }
)
"""Occurrence flags, and within which variables of the dictionary they flag one record."""


def value_checks(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """The checks VAL040, VAL102, VAL108, VAL109, VAL111 to VAL114 and VAL117."""
    names = {variable.name for variable in dataset.submitted_variables}
    yield from _changes(names)
    yield from _parameters(names)
    yield from _categories(names)
    yield from _incomplete_pairs(dataset)
    yield from _listed_values(dataset)
    yield from _numbered_flags(names)
    yield from _censoring(names)
    yield from _occurrences(names)


def structure_of(dataset: DatasetPlan) -> str:
    """The ADaM structure of a dataset, told by its class and subclass; OTHER where none fits."""
    tables = [(name, adam_structure(name)) for name in ADAM_STRUCTURES]
    known = [(name, table) for name, table in tables if table and table.cls == dataset.cls]
    close = [name for name, table in known if table.subclass == dataset.subclass]
    return next(iter((*close, *(name for name, _ in known))), "OTHER")


def _changes(names: set[str]) -> Iterator[pa.Check]:
    """A change is the difference or ratio that its name says; a missing one passes."""
    for name, (formula, of) in _CHANGES.items():
        if {name, "AVAL", "BASE"} <= names:
            yield frame_check(
                Words("VAL102", f"{name} is not {formula}", name, columns=(name, "AVAL", "BASE")),
                _as_computed(name, of),
                numbers=("AVAL", "BASE", name),
            )


def _as_computed(
    name: str, of: Callable[[Numbers, Numbers], Numbers]
) -> Callable[[pd.DataFrame], Mask]:
    """Whether it is what AVAL and BASE give; a percentage may be of the size of BASE."""

    def passes(frame: pd.DataFrame) -> Mask:
        value, base, stored = (frame[n].to_numpy() for n in ("AVAL", "BASE", name))
        with np.errstate(divide="ignore", invalid="ignore"):
            said = of(value, base)
        size = np.maximum(np.abs(value), np.abs(base)) if name.endswith("CHG") else np.abs(said)
        scale = np.abs(said) if name == "PCHG" else size
        off = np.abs(stored - said) > _ROUNDING * scale
        if name == "PCHG":
            off &= np.abs(stored + said) > _ROUNDING * scale
        judged = np.isfinite(said) & ~np.isnan(stored)
        return pd.Series(~(off & judged), index=frame.index)

    return passes


def _parameters(names: set[str]) -> Iterator[pa.Check]:
    """PARAMCD can name a variable, and its AVAL and AVALC go together one to one."""
    if "PARAMCD" in names:
        yield frame_check(
            Words("VAL108", "PARAMCD is not a name of capitals, digits and _", "PARAMCD"),
            lambda frame: _known_as(frame["PARAMCD"], _PARAMETER_NAME),
            texts=("PARAMCD",),
        )
    if {"PARAMCD", "AVAL", "AVALC"} <= names:
        yield frame_check(
            Words("VAL109", "AVAL and AVALC do not go together one to one in PARAMCD", "AVALC"),
            lambda frame: one_to_one(frame, ("AVAL", "AVALC", ("PARAMCD",))),
            texts=("PARAMCD", "AVALC"),
            numbers=("AVAL",),
        )


def _known_as(column: pd.Series, pattern: str) -> Mask:
    wrong = [value for value in column.dropna().unique() if not re.fullmatch(pattern, value)]
    return ~column.isin(wrong)


def _categories(names: set[str]) -> Iterator[pa.Check]:
    """A parameter is in one category of each kind; the records in its rarer categories are not."""
    for name in sorted(name for name in names if re.fullmatch(r"PARCAT[0-9]+", name)):
        if "PARAMCD" in names:
            yield frame_check(
                Words("VAL111", f"{name} is not the same in all records of PARAMCD", name),
                _usual(name, ("PARAMCD",)),
                texts=("PARAMCD", name),
            )


def _usual(name: str, by: tuple[str, ...]) -> Callable[[pd.DataFrame], Mask]:
    """Whether a value is the most frequent one of its group; missing counts as a value."""

    def passes(frame: pd.DataFrame) -> Mask:
        grouped = frame.groupby([*by, name], dropna=False, sort=False)
        kinds = grouped.size().rename("#").reset_index()
        counts = kinds.groupby(list(by), dropna=False, sort=False)["#"]
        highest = kinds["#"].eq(counts.transform("max"))
        tops = highest.groupby([kinds[n] for n in by], dropna=False, sort=False).transform("sum")
        fine = (highest & tops.eq(1)).to_numpy()
        return pd.Series(fine[grouped.ngroup().to_numpy()], index=frame.index)

    return passes


def _incomplete_pairs(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """A text (AVISIT) or its number is not missing where others with the same partner have it."""
    for number, text, within in pair_names(dataset):
        if number == f"{text}N":
            for absent, partner in ((number, text), (text, number)):
                by = (partner, *within)
                yield frame_check(
                    Words("VAL040", f"{absent} is missing, and elsewhere {partner} has it",
                          absent, columns=(absent, *by)),
                    _given_as_elsewhere(absent, by),
                    texts=(text, *within),
                    numbers=(number,),
                )  # fmt: skip


def _given_as_elsewhere(name: str, by: tuple[str, ...]) -> Callable[[pd.DataFrame], Mask]:
    def passes(frame: pd.DataFrame) -> Mask:
        missing = frame[name].isna() & frame[by[0]].notna()
        if not missing.any():
            return everywhere(frame)
        given = frame[name].notna().groupby([frame[n] for n in by], dropna=False).transform("any")
        return ~(missing & given)

    return passes


def _listed_values(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """Values are those that the guide lists; flags without a list say Y or N."""
    structure = structure_of(dataset)
    for variable in dataset.submitted_variables:
        name, text = variable.name, is_text(dataset, variable)
        known = adam_variable(structure, name)
        values = (known.values if known else ()) or _scheme(name, text=text)
        if values and not (dataset.name == "ADSL" and name in POPULATION_FLAGS):
            yield frame_check(
                Words("VAL112", f"{name} is neither empty nor {' or '.join(values)}", name),
                _one_of(name, values),
                texts=(name,) if text else (),
                numbers=() if text else (name,),
            )


def _scheme(name: str, *, text: bool) -> tuple[str, ...]:
    if text:
        return ("Y", "N") if name.endswith("FL") else ()
    return ("1", "0") if name.endswith("FN") else ()


def _one_of(name: str, values: tuple[str, ...]) -> Callable[[pd.DataFrame], Mask]:
    return lambda frame: frame[name].isna() | as_texts(frame[name]).isin(values)


def _numbered_flags(names: set[str]) -> Iterator[pa.Check]:
    for flag in sorted(name for name in names if name.endswith("FL")):
        number = f"{flag[:-1]}N"
        if number in names:
            yield frame_check(
                Words("VAL113", f"{number} is not 1 where {flag} is Y and 0 where it is N", number),
                _of_one_mind(flag, number),
                texts=(flag,),
                numbers=(number,),
            )


def _of_one_mind(flag: str, number: str) -> Callable[[pd.DataFrame], Mask]:
    def passes(frame: pd.DataFrame) -> Mask:
        yes = frame[flag].eq("Y") == frame[number].eq(1)
        return yes & (~frame[flag].eq("N") | frame[number].eq(0))

    return passes


def _censoring(names: set[str]) -> Iterator[pa.Check]:
    if "CNSR" in names:
        yield frame_check(
            Words("VAL114", "CNSR is neither 0 nor a positive whole number", "CNSR"),
            lambda frame: frame["CNSR"].isna() | ((frame["CNSR"] >= 0) & (frame["CNSR"] % 1 == 0)),
            numbers=("CNSR",),
        )


def _occurrences(names: set[str]) -> Iterator[pa.Check]:
    """One record per subject (and period, where there are periods) is flagged as the first."""
    domain = next((name[:2] for name in sorted(names) if re.fullmatch("[A-Z]{2}DECOD", name)), "")
    for flag, within in _FIRST_OF.items():
        terms = tuple(f"{domain}{suffix}" for suffix in within)
        if flag in names and {"USUBJID", *terms} <= names:
            period = ("APERIOD",) if "APERIOD" in names else ()
            by = ("USUBJID", *terms, *period)
            yield frame_check(
                Words("VAL117", f"{flag} is Y in several records of {', '.join(by)}", flag),
                _flagged_once(flag, by),
                texts=("USUBJID", flag, *terms),
                numbers=period,
            )


def _flagged_once(flag: str, by: tuple[str, ...]) -> Callable[[pd.DataFrame], Mask]:
    def passes(frame: pd.DataFrame) -> Mask:
        mask = everywhere(frame)
        flagged = frame.loc[frame[flag].eq("Y"), list(by)]
        mask[flagged.index] = ~flagged.duplicated(keep=False)
        return mask

    return passes
