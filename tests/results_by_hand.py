"""Results of a few records made by hand: one method, its rows as text."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from clinmap.problems import Location
from clinmap.results.compute import shown
from clinmap.results.methods import methods
from clinmap.results.plans import Described, DisplayPlan, ResultPlan, Shown
from clinmap.results.shown import FigureShown, TableShown

HERE = Location("results.yaml", 1)


def display(
    frames: Mapping[str, pd.DataFrame], dataset: str, kind: Shown = "table", *,
    by: tuple[str, ...] = (), each: tuple[str, ...] = (), population: str = "",
    total: bool = False, **method: object,
) -> DisplayPlan:  # fmt: skip
    """A display of one result; the first keyword left over names the method."""
    name, *_ = method
    known = methods().parameters(name)
    made = methods().make(name, {known[0] if k == name else k: v for k, v in method.items()})
    described = {
        column: Described(column, "float" if values.dtype.kind == "f" else "text", owner)
        for owner in ("ADSL", dataset) if owner in frames
        for column, values in frames[owner].items()
    }  # fmt: skip
    result = ResultPlan(
        "X.1", "", dataset, made, HERE, None, population, by, each=each, total=total,
        described={str(key): value for key, value in described.items()},
    )  # fmt: skip
    return DisplayPlan("X", "P1", kind, "Title", (result,), HERE)


def table(frames: Mapping[str, pd.DataFrame], dataset: str, **asked: object) -> TableShown:
    """The table of one result."""
    found = shown(display(frames, dataset, **asked), frames)  # type: ignore[arg-type]
    assert isinstance(found, TableShown)
    return found


def figure(frames: Mapping[str, pd.DataFrame], dataset: str, **asked: object) -> FigureShown:
    """The figure of one result."""
    found = shown(display(frames, dataset, "figure", **asked), frames)  # type: ignore[arg-type]
    assert isinstance(found, FigureShown)
    return found


def texts(made: TableShown) -> dict[str, list[str]]:
    """The texts of each row by its label; of rows of one label the last."""
    return {row.label: [value.text for value in row.values] for row in made.rows}


def why(made: TableShown) -> set[str]:
    """Why there is no estimate, where there is none."""
    return {value.why for row in made.rows for value in row.values if value.why}
