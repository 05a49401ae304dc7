"""Displays computed from analysis datasets: the cells of tables, the marks of figures.

Only what the Plan says and the datasets hold goes in. Where there is no estimate a cell says NE,
and the reason is a footnote; no NaN and no infinity leaves here. Problems: none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from clinmap.results.cells import NO_RECORDS, NONE
from clinmap.results.method import Part
from clinmap.results.plans import DisplayPlan, ResultPlan
from clinmap.results.preparation import prepared
from clinmap.results.shown import Column, FigureShown, Panel, Row, TableShown, Value

if TYPE_CHECKING:
    import pandas as pd

NOTHING = "No record meets the conditions of this display."


def shown(display: DisplayPlan, datasets: Mapping[str, pd.DataFrame]) -> TableShown | FigureShown:
    """A display, computed from the datasets by name as the package holds them.

    A result without records gives rows that say so, a figure without marks `why`. Dates of the
    datasets are days or seconds since 1960, as in SAS files.
    """
    if display.shown == "figure":
        return _figure(display, datasets)
    return _table(display, datasets)


def datasets_of(displays: Iterable[DisplayPlan]) -> tuple[str, ...]:
    """The datasets that displays are made from, sorted; ADSL where the others meet it."""
    found = {result.dataset for display in displays for result in display.results}
    results = [result for display in displays for result in display.results]
    owners = {described.owner for result in results for described in result.described.values()}
    people = {"ADSL"} if any(result.population or result.by for result in results) else set()
    return tuple(sorted(found | owners | people))


def population_of(display: DisplayPlan) -> str:
    """The population in words, with its flag: `Safety Population (SAFFL)`."""
    flag = display.population
    found = (r.described[flag].label for r in display.results if flag in r.described)
    label = next(found, "").removesuffix(" Flag")
    return f"{label} ({flag})" if label else flag


def _table(display: DisplayPlan, datasets: Mapping[str, pd.DataFrame]) -> TableShown:
    columns: dict[str, Column] = {}
    laid: list[tuple[str, int, Mapping[str, Value]]] = []
    for result in display.results:
        parts = [result.method.regrouped(part) for part in prepared(result, datasets)]
        for part in parts[:1]:
            columns |= {c.key: c for c in result.method.columns(part) if c.key not in columns}
        laid += _rows(result, parts, len(display.results) > 1)
    rows = tuple(Row(label, level, _values(found, columns)) for label, level, found in laid)
    if not columns:
        rows = (Row(NO_RECORDS),)
    notes = _notes(display, rows)
    people = population_of(display)
    return TableShown(display.id, display.title, people, tuple(columns.values()), rows, notes)


def _rows(
    result: ResultPlan, parts: Sequence[Part], titled: bool
) -> Iterator[tuple[str, int, Mapping[str, Value]]]:
    """The rows of a result: its title, the values of `each` as headings, and the method's rows."""
    depth = 0
    if result.title and (titled or result.each):
        yield result.title, 0, {}
        depth = 1
    before: tuple[str, ...] = ()
    empty = True
    for part, lines in zip(parts, result.method.tables(parts), strict=True):
        for level, label in enumerate(part.labels):
            if before[: level + 1] != part.labels[: level + 1]:
                yield label, depth + level, {}
        before = part.labels
        least = min((line.level for line in lines), default=0)
        for line in lines:
            empty = False
            yield line.label, line.level - least + depth + len(part.labels), line.values
    if empty:
        yield NO_RECORDS.capitalize(), depth, {}


def _values(found: Mapping[str, Value], columns: Mapping[str, Column]) -> tuple[Value, ...]:
    """A value for each column; none at all for a heading."""
    return tuple(_finite(found.get(key, Value(""))) for key in columns) if found else ()


def _finite(value: Value) -> Value:
    """A number that is none is not shown as one."""
    if value.number is not None and not math.isfinite(value.number):
        return replace(value, number=None)
    return value


def _notes(display: DisplayPlan, rows: Sequence[Row]) -> tuple[str, ...]:
    """The display's footnotes, those of its methods, and why there is no estimate."""
    why = [value.why for row in rows for value in row.values if value.why]
    methods = [note for result in display.results for note in result.method.notes()]
    reasons = [f"{NONE}: not estimable, {reason}." for reason in why]
    return tuple(dict.fromkeys((*display.footnotes, *methods, *reasons)))


def _figure(display: DisplayPlan, datasets: Mapping[str, pd.DataFrame]) -> FigureShown:
    panels: list[Panel] = []
    for result in display.results:
        made = result.method.panels(prepared(result, datasets))
        named = [replace(p, title=p.title or result.title) for p in made]
        panels += named
    together = bool(display.options.get("together"))
    kept = tuple(panel for panel in (_together(panels) if together else panels) if panel.marks)
    why = "" if kept else NOTHING
    notes = _notes(display, ())
    return FigureShown(display.id, display.title, population_of(display), kept, notes, why)


def _together(panels: Sequence[Panel]) -> list[Panel]:
    """One panel with the marks of all."""
    if not panels:
        return []
    return [replace(panels[0], marks=tuple(mark for panel in panels for mark in panel.marks))]
