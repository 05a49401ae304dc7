"""Checks of values against the codelists that apply to them, always or under a condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute as pc

from clinmap.coded_text import coded
from clinmap.metadata import Condition
from clinmap.plan import DatasetPlan, Plan, PlanCodelist, VariablePlan
from clinmap.validation.checks import (
    Column,
    Flags,
    Mask,
    Words,
    as_texts,
    column_check,
    flags,
    frame_check,
    is_text,
    numbers_in,
    of_rows,
    value_check,
)
from clinmap.validation.repetition import kinds_of

_EXTENSION = "If the value is right, declare it as an extension of the codelist."
_EXCEPTION = "The codelist is not extensible: map the value to one of its terms."
_SIGN = r"^[<>]=?"


@dataclass(frozen=True, slots=True)
class _Use:
    """A codelist with terms, and the conditions under which it applies (none: always)."""

    codelist: PlanCodelist
    when: tuple[Condition, ...]


def codelist_uses(plan: Plan, variable: VariablePlan) -> tuple[_Use, ...]:
    """The codelists of a variable that can be checked: dictionaries such as MedDRA cannot.

    Those of value-level metadata apply under its conditions as well.
    """
    named = [(use.codelist, use.when) for use in variable.codelists]
    for item in variable.items:
        named += [(use.codelist, item.when + use.when) for use in item.codelists]
    uses = [_Use(plan.codelists[name], when) for name, when in dict.fromkeys(named)]
    return tuple(use for use in uses if use.codelist.terms and not use.codelist.external)


def codelist_checks(
    dataset: DatasetPlan, plan: Plan, variable: VariablePlan
) -> tuple[list[pa.Check], list[pa.Check]]:
    """The checks VAL010 and VAL011 of a variable: those of its column alone, those of the frame.

    Where several codelists apply to a row, one of them must hold the value; those under conditions
    replace those without. A row is judged as extensible when one of its codelists is.
    """
    uses = codelist_uses(plan, variable)
    extensible = {use.codelist.extensible for use in uses}
    if any(use.when for use in uses):
        return [], [
            _conditional(dataset, variable, uses, lenient=lenient) for lenient in sorted(extensible)
        ]
    lenient = any(extensible)
    return [_always(dataset, variable, uses, lenient=lenient)] if uses else [], []


def _words(variable: VariablePlan, uses: tuple[_Use, ...], *, lenient: bool) -> Words:
    names = sorted({use.codelist.name or use.codelist.id for use in uses})
    where = f"codelist {names[0]}" if len(names) == 1 else "the codelists that apply"
    kind = "extensible" if lenient else "non-extensible"
    return Words(
        "VAL011" if lenient else "VAL010",
        f"{variable.name} is outside {where} ({kind})",
        variable.name,
        hint=_EXTENSION if lenient else _EXCEPTION,
        terms=_permitted(uses),
    )


def _permitted(uses: tuple[_Use, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.value for use in uses for term in use.codelist.terms))


def _always(
    dataset: DatasetPlan, variable: VariablePlan, uses: tuple[_Use, ...], *, lenient: bool
) -> pa.Check:
    words, text = _words(variable, uses, lenient=lenient), is_text(dataset, variable)
    if text:
        return value_check(words, lambda known: _fine_texts(variable, known, words.terms))
    return column_check(words, _within(variable, words.terms), text=False)


def _within(variable: VariablePlan, terms: tuple[str, ...]) -> Callable[[Column], Mask]:
    return lambda column: _fine(variable, as_texts(column), terms)


def _fine_texts(variable: VariablePlan, known: pyarrow.Array, terms: tuple[str, ...]) -> Flags:
    """Terms, declared exceptions, and numbers and limits (<0.5) in --STRESC."""
    allowed = pyarrow.array([*terms, *variable.exceptions], pyarrow.large_string())
    fine = flags(pc.is_in(known, value_set=allowed))
    if variable.name.endswith("STRESC") and not fine.all():
        bare = pc.replace_substring_regex(known, _SIGN, "")
        fine |= ~np.isnan(numbers_in(bare))
    return fine


def _fine(variable: VariablePlan, values: Column, terms: tuple[str, ...]) -> Mask:
    """The same of each row; missing values are in order."""
    codes, known = coded(values)
    fine = np.append(_fine_texts(variable, known, terms), True)
    return pd.Series(fine.take(codes), index=values.index)


def _conditional(
    dataset: DatasetPlan, variable: VariablePlan, uses: tuple[_Use, ...], *, lenient: bool
) -> pa.Check:
    told = tuple(use for use in uses if use.codelist.extensible is lenient)
    text = is_text(dataset, variable)
    return frame_check(
        _words(variable, told, lenient=lenient),
        lambda frame: _on_distinct(
            frame, variable, uses, lambda rows: _judge(rows, variable, uses, lenient=lenient)
        ),
        texts=(variable.name,) if text else (),
        numbers=() if text else (variable.name,),
    )


def _on_distinct(
    frame: pd.DataFrame,
    variable: VariablePlan,
    uses: tuple[_Use, ...],
    passes: Callable[[pd.DataFrame], Mask],
) -> Mask | bool:
    """Judge each distinct combination of the value and its condition variables once."""
    asked = {condition.variable for use in uses for condition in use.when}
    names = [variable.name, *sorted((asked - {variable.name}) & set(frame.columns))]
    number, first = kinds_of(frame, names)
    rows = pd.DataFrame({name: as_texts(frame[name].iloc[first]) for name in names})
    return of_rows(passes(rows).to_numpy(), number, frame.index)


def _judge(
    rows: pd.DataFrame, variable: VariablePlan, uses: tuple[_Use, ...], *, lenient: bool
) -> Mask:
    """Whether each row is in order, or is of the other kind (extensible or not)."""
    values = rows[variable.name]
    never = pd.Series(data=False, index=rows.index)
    special = reduce(or_, (_holds(rows, use.when) for use in uses if use.when), never)
    allowed, extensible, applies = never, never, never
    for use in uses:
        here = _holds(rows, use.when) if use.when else ~special
        applies = applies | here
        extensible = extensible | here if use.codelist.extensible else extensible
        allowed = allowed | (here & values.isin(_permitted((use,))))
    judged = applies & (extensible if lenient else ~extensible)
    return ~judged | allowed | _fine(variable, values, ())


def _holds(rows: pd.DataFrame, when: tuple[Condition, ...]) -> Mask:
    """Where all conditions hold; the value '' stands for a missing one."""
    return reduce(lambda so_far, more: so_far & more, _each(rows, when))


def _each(rows: pd.DataFrame, when: tuple[Condition, ...]) -> Iterator[Mask]:
    for condition in when:
        if condition.variable in rows.columns:
            yield rows[condition.variable].fillna("").isin(condition.values)
        else:
            yield pd.Series("" in condition.values, index=rows.index)
