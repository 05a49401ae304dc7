"""The pandera schema of a dataset, generated from the Plan, and what running it finds."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.engines.pandas_engine import Engine

from clinmap.facts import DatasetFacts
from clinmap.plan import DatasetPlan, Plan, VariablePlan
from clinmap.problems import Problem
from clinmap.validation.checks import is_text, null_blanks, type_check
from clinmap.validation.codelists import codelist_checks
from clinmap.validation.columns import column_checks
from clinmap.validation.findings import Found, found_of
from clinmap.validation.pandera_parts import CheckedColumn
from clinmap.validation.records import record_checks


def schema(
    dataset: DatasetPlan, plan: Plan, facts: DatasetFacts | None = None
) -> pa.DataFrameSchema:
    """The pandera schema of a dataset: presence and type of columns, values, and whole records.

    Blank text is made null first, so that '' does not pass for a value. `facts`, when they were
    measured on the same data, spare checks that cannot fail. Run it with `lazy=True`. Each check's
    name is its code.

    Example: `schema(plan.dataset("VS"), plan).columns["VSTESTCD"].required` is True.
    """
    columns: dict[str, pa.Column] = {}
    frame_level: list[pa.Check] = []
    for variable in dataset.submitted_variables:
        own, conditional = codelist_checks(dataset, plan, variable)
        checks = [*column_checks(dataset, variable, facts), *own]
        columns[variable.name] = _column(dataset, variable, checks)
        frame_level += conditional
    return pa.DataFrameSchema(
        columns,
        checks=[*frame_level, *record_checks(dataset)],
        parsers=pa.Parser(null_blanks),
        name=dataset.name,
        title=dataset.label,
    )


def _column(dataset: DatasetPlan, variable: VariablePlan, checks: list[pa.Check]) -> pa.Column:
    text = is_text(dataset, variable)
    expected = variable.core == "Exp" and variable.name not in dataset.not_collected
    return CheckedColumn(
        _data_type("str" if text else "float64"),
        checks=[type_check(text=text), *checks],
        nullable=True,
        required=variable.core == "Req" or expected,
        name=variable.name,
        title=variable.label,
    )


@cache
def _data_type(name: str) -> Any:
    """What pandera calls a type: found once, not for each column."""
    return Engine.dtype(name)


def validate(
    dataset: DatasetPlan, plan: Plan, frame: pd.DataFrame, facts: DatasetFacts | None = None
) -> list[Problem]:
    """The problems of a finished dataset, in the order of code and variable; `[]` when clean.

    `frame` holds the submitted variables, text as `str` and numbers as float64, with rows numbered
    0..n-1. Nothing of it is changed. Missing values pass every check but those for missing values.
    Row identifiers are `<dataset>:<row>`, counted from 1; a bad row counts once per problem.

    Problems: those of `clinmap.codes.finished` that one dataset shows by itself.

    Example: `validate(plan.dataset("DM"), plan, frame)`.
    """
    return [found.problem for found in judged_alone(dataset, plan, frame, facts)]


def judged_alone(
    dataset: DatasetPlan, plan: Plan, frame: pd.DataFrame, facts: DatasetFacts | None = None
) -> list[Found]:
    """The findings of `validate`, with their rows and columns."""
    return found_of(schema(dataset, plan, facts), dataset, plan, frame)
