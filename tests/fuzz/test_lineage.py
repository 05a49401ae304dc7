"""One raw value changes, and the cells that change are those whose lineage leads to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from clinmap.execution.finish import ROW_LINK, Built
from tests.fuzz.lineage import MET, ORDERED, TRACED, Change, Mutations
from tests.fuzz.studies import shipped_study

MUTATIONS = 110


@pytest.fixture(scope="module")
def mutations(tmp_path_factory: pytest.TempPathFactory) -> Mutations:
    """The shipped study, built once."""
    return Mutations(shipped_study(tmp_path_factory.mktemp("lineage")))


@pytest.mark.slow
def test_cells_that_change_are_those_whose_lineage_leads_to_the_raw_cell(
    mutations: Mutations,
) -> None:
    """No cell changes but by its lineage.

    A raw value that is mapped and does not say whose record it is becomes another one. Then every
    cell that differs between the two builds (a) is traced to this very cell: its operations,
    the links of its row, of its joins and its own, through variables and datasets, lead to this
    record and column, and `clinmap trace` shows it; or (b) was made with a record that these links
    lead to, and the column is one by which records meet or which says what codelist holds; or (c)
    comes of an operation that looks at the other rows of the subject (a number, a flag, the next
    start), of which one rests on it by (a) or (b). Rows come and go only where the Plan says that
    the rows of the dataset hang on the column. In all of this the lineage of both builds counts:
    a join may meet another record than before.
    """
    how: Counter[int] = Counter()
    for number in range(MUTATIONS):
        report = mutations.run(f"ci-{number}")
        assert not report.findings, (number, report.change.table, report.change.column)
        how.update(report.how)
    assert min(how[TRACED], how[MET], how[ORDERED]) > 50


@pytest.mark.slow
def test_a_join_that_nobody_declared_meets_by_the_subject(mutations: Mutations) -> None:
    """A record that becomes another subject's has another study day, by the start of DM."""
    record = linked(mutations, "CP", ROW_LINK, "flow")
    subjects = mutations.tables.tables["flow"].frame["SUBJ"]
    before = subjects.iloc[record - 1]
    after = next(text for text in subjects.dropna().unique() if text != before)
    report = mutations.made(Change("flow", record, "SUBJ", before, after))
    assert report.how[MET] > 0
    assert not report.findings


def broken(built: Built, kind: str) -> Built:
    """A dataset whose lineage has lost its links of a kind."""
    variables = built.lineage["variable"].astype("str")
    gone = {
        "rows": variables == ROW_LINK,
        "joins": variables.str.startswith("@"),
        "cells": (variables != ROW_LINK) & ~variables.str.startswith("@"),
    }[kind]
    lineage: pd.DataFrame = built.lineage[~gone].reset_index(drop=True)
    return replace(built, lineage=lineage)


def linked(mutations: Mutations, dataset: str, variable: str, source: str) -> int:
    """A record that a dataset has a link of this variable to."""
    lineage = mutations.before.built[dataset].lineage
    mine = lineage[(lineage["variable"] == variable) & (lineage["source"] == source)]
    return int(mine["record"].iloc[0])


def a_change(mutations: Mutations, kind: str) -> Change:
    """A value that a dataset shows through links of this kind."""
    if kind == "rows":
        return Change("vs", linked(mutations, "VS", ROW_LINK, "vs"), "SYSBP", "", "299")
    if kind == "joins":
        record = linked(mutations, "LB", "@limit", "cytokine_limits")
        return Change("cytokine_limits", record, "LLOQ", "", "7.123")
    event = linked(mutations, "DM", "LASTAEEN", "AE")
    lineage = mutations.before.built["AE"].lineage
    rows = lineage[(lineage["row"] == event) & (lineage["variable"] == ROW_LINK)]
    return Change(str(rows["source"].iloc[0]), int(rows["record"].iloc[0]), "AEEN_RAW", "", "UNK")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rows", "joins", "cells"])
def test_links_that_are_lost_are_found(
    mutations: Mutations, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim above fails as soon as the lineage has no links of one kind."""
    change = a_change(mutations, kind)
    report = mutations.made(change)
    assert report.changed > 0
    assert not report.findings
    whole = Mutations.compared

    def without(self: Mutations, change, found, given, names):  # type: ignore[no-untyped-def]
        lost = replace(found, built={n: broken(b, kind) for n, b in found.built.items()})
        return whole(self, change, lost, given, names)

    before = mutations.before
    lost = {name: broken(built, kind) for name, built in before.built.items()}
    monkeypatch.setattr(mutations, "before", replace(before, built=lost))
    monkeypatch.setattr(Mutations, "compared", without)
    assert mutations.made(change).findings
