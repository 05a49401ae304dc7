"""From a pandera run to findings: each bad row once, no value of a subject in any message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from clinmap.codes import severity_of
from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Location, Problem, Severity, near_match, quoted
from clinmap.validation.checks import Mask, Words, as_texts

ROWS_KEPT = 1000
"""How many row identifiers a problem keeps; its count has all of them."""

TERMS_SHOWN = 5
"""How many offending values a message about a codelist names."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A problem with all its rows, and the variables that it is about.

    `rows` are positions in the dataset, counted from 0, all of them in ascending order (where
    `Problem.rows` names the first thousand); empty where a column is at fault and not its values.
    `columns` are the variables to look at, the one at fault first.
    """

    problem: Problem
    rows: npt.NDArray[np.int64]
    columns: tuple[str, ...] = ()


def problems_of(
    schema: pa.DataFrameSchema, dataset: DatasetPlan, plan: Plan, frame: pd.DataFrame
) -> list[Problem]:
    """The problems that `found_of` finds, without their rows."""
    return [found.problem for found in found_of(schema, dataset, plan, frame)]


def found_of(
    schema: pa.DataFrameSchema, dataset: DatasetPlan, plan: Plan, frame: pd.DataFrame
) -> list[Found]:
    """Run a schema lazily; what fails becomes findings, in the order of code and variable.

    The rows of `frame` are numbered from 1 in `Problem.rows`, so its index must be 0..n-1 and its
    columns unique. An exception inside a check is a fault of ours and is raised, never reported as
    a finding.
    """
    _require_numbered(frame)
    try:
        schema.validate(frame.copy(deep=False), lazy=True, inplace=True)
    except SchemaErrors as errors:
        found = [_found(error, dataset, plan, frame) for error in errors.schema_errors]
        # pandera and our own check may both see that a column has another type.
        return in_order({one.problem: one for one in found}.values())
    return []


def in_order(found: Iterable[Found]) -> list[Found]:
    """The findings of a dataset in the order of code, variable and message."""
    return sorted(
        found, key=lambda one: (one.problem.code, one.problem.variable, one.problem.message)
    )


def _require_numbered(frame: pd.DataFrame) -> None:
    if not frame.index.equals(pd.RangeIndex(len(frame))):
        raise ValueError("the rows of a dataset must be numbered 0..n-1 before they are checked")
    if not frame.columns.is_unique:
        raise ValueError("the columns of a dataset must have different names")


def _found(error: SchemaError, dataset: DatasetPlan, plan: Plan, frame: pd.DataFrame) -> Found:
    if error.reason_code is SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
        return of_column(absent(str(error.failure_cases), dataset, plan))
    mask = error.check_output
    on_values = isinstance(error.check, pa.Check) and isinstance(mask, pd.Series)
    if error.reason_code is SchemaErrorReason.WRONG_DATATYPE or mask is False:
        return of_column(_mistyped(str(error.schema.name), dataset, plan, frame))
    if error.reason_code is SchemaErrorReason.DATAFRAME_CHECK and on_values:
        return _failed(error, error.check, dataset, plan, frame)
    raise RuntimeError(f"a check of {dataset.name} could not run: {error}")


def of_column(problem: Problem) -> Found:
    """The finding of a column (or of a whole dataset) that concerns no row in particular."""
    columns = (problem.variable,) if problem.variable else ()
    return Found(problem, np.array([], dtype=np.int64), columns)


def absent(variable: str, dataset: DatasetPlan, plan: Plan) -> Problem:
    """The problem of a variable that should be in the dataset and is not."""
    known = dataset.variable(variable)
    required = known is not None and known.core == "Req"
    code, word = ("VAL001", "Required") if required else ("VAL002", "Expected")
    hint = "" if required else "If it was not collected, say so with a reason under not_collected."
    return Problem(
        code,
        severity(code, plan),
        f"{word} variable {variable} is not in {dataset.name}",
        dataset=dataset.name,
        variable=variable,
        location=_place(dataset, variable),
        hint=hint,
    )


def _mistyped(variable: str, dataset: DatasetPlan, plan: Plan, frame: pd.DataFrame) -> Problem:
    known = dataset.variable(variable)
    wanted = known.type if known else "another type"
    return Problem(
        "VAL004",
        severity("VAL004", plan),
        f"{variable} should be {wanted}, and its column holds {frame[variable].dtype}",
        dataset=dataset.name,
        variable=variable,
        location=_place(dataset, variable),
    )


def _failed(
    error: SchemaError, check: pa.Check, dataset: DatasetPlan, plan: Plan, frame: pd.DataFrame
) -> Found:
    """The finding of a check on values: its mask says which rows, each of them once."""
    words = (check.statistics or {})["words"]
    variable = str(error.schema.name) if isinstance(error.schema, pa.Column) else words.variable
    mask: Mask = error.check_output
    bad = np.flatnonzero(~mask.to_numpy(dtype=np.bool_)).astype(np.int64)
    message, hint = _wording(words, frame, variable, bad)
    problem = Problem(
        words.code,
        severity(words.code, plan),
        message,
        dataset=dataset.name,
        variable=variable,
        count=len(bad),
        rows=tuple(f"{dataset.name}:{row + 1}" for row in bad[:ROWS_KEPT].tolist()),
        location=_place(dataset, variable),
        hint=hint,
    )
    concerned = dict.fromkeys(name for name in (variable, *words.columns) if name in frame.columns)
    return Found(problem, bad, tuple(concerned))


def _wording(
    words: Words, frame: pd.DataFrame, variable: str, bad: npt.NDArray[np.int64]
) -> tuple[str, str]:
    """Message and hint; for codelists with the first offending values and the nearest terms."""
    if not words.terms:
        return words.message, words.hint
    offending = sorted(as_texts(frame[variable].iloc[bad]).dropna().unique())
    shown = offending[:TERMS_SHOWN]
    more = f" and {len(offending) - TERMS_SHOWN} more" if len(offending) > TERMS_SHOWN else ""
    told = [quoted(value, variable) for value in shown]
    near = [
        near_match(value, words.terms, f"For {text}, did you mean ")
        for value, text in zip(shown, told, strict=True)
    ]
    message = f"{words.message}: {', '.join(told)}{more}"
    return message, " ".join(part for part in (*near, words.hint) if part)


def severity(code: str, plan: Plan) -> Severity:
    """How bad a problem is in this study."""
    return plan.severities.get(code, severity_of(code))


def _place(dataset: DatasetPlan, variable: str) -> Location | None:
    """Where the specification speaks of the variable, or else of the dataset."""
    known = dataset.variable(variable)
    places = (known.location if known else None, dataset.location)
    return next((place for place in places if place and place.file), None)
