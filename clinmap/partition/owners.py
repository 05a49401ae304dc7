"""Whose the rows of a raw table are, where a dataset and not the study's rule says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from clinmap.execution.run import Execution
from clinmap.frames import Table
from clinmap.graph import SUBJECT
from clinmap.plan import DatasetPlan, Plan, Ref, SourcePlan, VariablePlan


def subjects_said(
    plan: Plan, dataset: DatasetPlan, number: int, tables: Mapping[str, Table]
) -> pd.Series | None:
    """The USUBJID that a dataset gives each row of a source; None where rows alone cannot say it.

    Only what USUBJID is made of is made: variables of the row, and raw tables that it meets.
    """
    source = _plain(dataset.sources[number])
    variables = _needed(dataset, number)
    if variables is None or any(not _is_of_row(v, source, tables) for v in variables):
        return None
    small = replace(
        dataset, sources=(source,), variables=variables, drops=(), collapse=None, keys=(), order=()
    )
    return Execution(plan, tables).run([small])[dataset.name].column(SUBJECT)


def _plain(source: SourcePlan) -> SourcePlan:
    """A source whose every row is one record."""
    joins = tuple(join for join in source.joins if join.take != "all")
    return replace(source, where=None, joins=joins, split=None, distinct=None, templates=())


def _needed(dataset: DatasetPlan, number: int) -> tuple[VariablePlan, ...] | None:
    """The variables that USUBJID rests on, as a source makes them; None where a template does."""
    wanted, found = [SUBJECT], dict[str, VariablePlan]()
    while wanted:
        variable = dataset.variable(wanted.pop())
        if variable is None or variable.name in found:
            continue
        own = [use for use in variable.per_source if use.source == number]
        if any(use.template >= 0 for use in own):
            return None
        uses = tuple(replace(use, source=0) for use in own)
        found[variable.name] = replace(variable, per_source=uses)
        wanted += [use.variable for codes in variable.codelists for use in codes.when]
        wanted += [ref.column for ref in _read(found[variable.name], dataset.sources[number])]
    return tuple(found.values())


def _read(variable: VariablePlan, source: SourcePlan) -> Iterator[Ref]:
    """The variables of the dataset that a variable reads, those of its joins included."""
    for ref in _references(variable):
        join = source.join(ref.owner) if ref.kind == "table" else None
        yield from (own for own, _ in join.by if own.kind == "own") if join else ()
        if ref.kind == "own":
            yield ref


def _references(variable: VariablePlan) -> Iterator[Ref]:
    for step, _ in variable.all_steps:
        yield from step.inputs


def _is_of_row(variable: VariablePlan, source: SourcePlan, tables: Mapping[str, Table]) -> bool:
    """Whether a variable reads its row, and raw tables that the row meets by declared keys."""
    for ref in _references(variable):
        join = source.join(ref.owner) if ref.owner else None
        if ref.owner and (join is None or join.table not in tables):
            return False
    return True
