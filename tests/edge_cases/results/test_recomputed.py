"""Every number of every table of the study, computed by another route: equal.

The records come from the XPT files as pyreadstat reads them; the statistics are SciPy's.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from clinmap.app.package.package_files import PackageFiles
from clinmap.app.registry import registry
from clinmap.app.results.computing import analysis_data
from clinmap.plan import Plan
from clinmap.results.compute import shown
from clinmap.results.plans import DisplayPlan, ResultPlan
from clinmap.results.shown import TableShown
from mappings.compile import compile_study
from tests.edge_cases.results import by_another_route as route
from tests.edge_cases.results.by_another_route import Part, Record, Rows, condition, in_order, word

STUDY = "n2011-04"
ONE_COLUMN = ("power_model", "spearman", "historical")


@cache
def plan() -> Plan:
    """The compiled study."""
    return compile_study(STUDY, registry()).plan


def tables() -> list[DisplayPlan]:
    """The tables of all objectives."""
    results = plan().results
    assert results is not None
    return [display for display in results.displays if display.shown == "table"]


@pytest.fixture(scope="module")
def records(n2011_04_package: Path) -> Callable[[str], list[Record]]:
    """`records("ADPP")`: the records of an XPT file; None for what is missing."""
    (folder,) = n2011_04_package.glob("m5/datasets/*/analysis/adam/datasets")

    @cache
    def read(name: str) -> list[Record]:
        path = folder / f"{name.lower()}.xpt"
        frame, _ = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
        columns = [[None if v == "" or pd.isna(v) else v for v in frame[c]] for c in frame]
        return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]

    return read


@pytest.fixture(scope="module")
def table(n2011_04_package: Path) -> Callable[[DisplayPlan], TableShown]:
    """The table as clinmap makes it of the package."""
    package = PackageFiles(n2011_04_package)

    def made(display: DisplayPlan) -> TableShown:
        found = shown(display, analysis_data(package, [display]))
        assert isinstance(found, TableShown)
        return found

    return made


@pytest.mark.parametrize("display", tables(), ids=lambda d: d.id)
def test_every_number_by_another_route(
    display: DisplayPlan,
    records: Callable[[str], list[Record]],
    table: Callable[[DisplayPlan], TableShown],
) -> None:
    """The rows of each result, with each cell's text, are those computed apart."""
    made = table(display)
    labels = [column.label for column in made.columns]
    found = [
        (row.label, {c: v.text for c, v in zip(labels, row.values, strict=True) if v.text})
        for row in made.rows
        if row.values
    ]
    for result in display.results:
        for part_of, expected in recomputed(result, records):
            own, wanted, found = found[: len(expected)], expected, found[len(expected) :]
            if result.method.name == "counts":
                own, wanted = sorted(own, key=str), sorted(expected, key=str)
            assert own == wanted, (result.id, part_of)
    assert not found


@pytest.mark.parametrize("display", tables(), ids=lambda d: d.id)
def test_columns_have_their_subjects(
    display: DisplayPlan,
    records: Callable[[str], list[Record]],
    table: Callable[[DisplayPlan], TableShown],
) -> None:
    """N of each column is how many subjects the population has in it, in every result."""
    found = {c.label: c.subjects for c in table(display).columns if c.subjects is not None}
    expected: dict[str, int] = {}
    for result in display.results:
        if result.method.name not in ONE_COLUMN:
            expected |= parts(result, records)[0].sizes
    assert found == expected


def test_no_table_is_empty(table: Callable[[DisplayPlan], TableShown]) -> None:
    """Each table has numbers, each of them a number and each NE a reason."""
    assert len(tables()) >= 14
    for display in tables():
        cells = [value for row in table(display).rows for value in row.values]
        assert any(value.number is not None for value in cells), display.id
        assert not any("nan" in v.text.lower() or v.text == "inf" for v in cells), display.id
        assert all(v.why for v in cells if v.text == "NE"), display.id


def recomputed(
    result: ResultPlan, records: Callable[[str], list[Record]]
) -> list[tuple[tuple[str, ...], Rows]]:
    """The rows of each part of a result, with the values of `each`."""
    found = parts(result, records)
    rows = [route.METHODS[result.method.name](part) for part in found]
    if getattr(result.method, "family", ""):
        route.with_q_values(found, rows)
    return [(part.labels, own) for part, own in zip(found, rows, strict=True)]


def parts(result: ResultPlan, records: Callable[[str], list[Record]]) -> list[Part]:
    """The records of a result, for each value of `each`."""
    adsl = {record["USUBJID"]: record for record in records("ADSL")}
    population = {
        subject: r for subject, r in adsl.items() if result.population in ("", *_flags(r))
    }
    whole = [{**adsl.get(r.get("USUBJID"), {}), **r} for r in records(result.dataset)]
    known = [r for r in whole if "USUBJID" not in r or r["USUBJID"] in population]
    holds = condition(result.where.text) if result.where is not None else lambda _: True
    chosen = [record for record in known if holds(record)]
    columns = _columns(result, chosen, population, list(adsl.values()))
    return [
        Part(own, _grouped(own, columns), {n: len(s) for n, (s, _) in columns.items()},
             result.method, labels)
        for labels, own in _each(result, chosen)
    ]  # fmt: skip


def _flags(record: Record) -> set[str]:
    return {name for name, value in record.items() if value == "Y"}


Columns = dict[str, tuple[set[str], Callable[[Record], bool]]]


def _columns(
    result: ResultPlan, chosen: list[Record], people: dict[str, Record], everybody: list[Record]
) -> Columns:
    """The columns: whose they are, and which records stand in them."""
    compared: Sequence[Sequence[str]] = getattr(result.method, "compared", ())
    if not result.by:
        return {route.EVERYBODY: (set(people), lambda _: True)}
    of_subjects = all(name in everybody[0] for name in result.by)
    ground = everybody if of_subjects else chosen
    levels = [_levels(result, name, ground) for name in result.by]
    found: Columns = {}
    groups = [[" / ".join(c)] for c in itertools.product(*levels)]
    for group in [list(values) for values in compared] or groups:
        inside = _inside(result.by, group)
        own = people.values() if of_subjects else chosen
        found[" or ".join(group)] = ({r["USUBJID"] for r in own if inside(r)}, inside)
    if result.total and not compared:
        found[route.TOTAL] = (set(people), lambda _: True)
    return found


def _inside(by: Sequence[str], group: Sequence[str]) -> Callable[[Record], bool]:
    return lambda record: " / ".join(word(record[name]) for name in by) in group


def _levels(result: ResultPlan, name: str, ground: Sequence[Record]) -> list[str]:
    values = {word(record[name]) for record in ground} - {""}
    return in_order(sorted(values), name, ground, result.described[name].levels)


def _grouped(own: list[Record], columns: Columns) -> dict[str, list[Record]]:
    return {name: [r for r in own if inside(r)] for name, (_, inside) in columns.items()}


def _each(result: ResultPlan, chosen: list[Record]) -> list[tuple[tuple[str, ...], list[Record]]]:
    if not result.each:
        return [((), chosen)]
    by_labels: dict[tuple[str, ...], list[Record]] = {}
    for record in chosen:
        by_labels.setdefault(tuple(word(record[name]) for name in result.each), []).append(record)
    ranks: list[dict[Any, int]] = [
        {value: place for place, value in enumerate(_levels(result, name, chosen))}
        for name in result.each
    ]
    ordered = sorted(
        by_labels, key=lambda one: [r.get(v, len(r)) for r, v in zip(ranks, one, strict=True)]
    )
    return [(labels, by_labels[labels]) for labels in ordered]
