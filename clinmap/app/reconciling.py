"""`clinmap reconcile`: the raw tables of two exports, and the SDTM datasets made from each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.build.mirroring import reconciled
from clinmap.app.build.needs import raw_columns
from clinmap.app.build.pipeline import submitted_frame
from clinmap.app.build.raw_data import read_raw_tables
from clinmap.app.console import print_problems, print_table
from clinmap.app.exits import CLEAN, FINDINGS
from clinmap.app.places import study_places
from clinmap.app.registry import registry
from clinmap.app.watch import Watch, progress
from clinmap.mirrors import Mirror, mirror_of, mirrored
from clinmap.plan import Plan
from clinmap.problems import Problem, SpecificationError
from clinmap.reconciliation import TableReconciliation, reconciliation_problems
from mappings.compile import compile_study

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.comparison import DatasetComparison, FolderComparison

HEAD = ("compared", "rows", "rows in mirror", "only here", "only there", "cells", "columns")


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """One mirror: its tables beside the study's own, and the datasets that are made from each."""

    mirror: Mirror
    tables: tuple[TableReconciliation, ...]
    datasets: FolderComparison
    problems: tuple[Problem, ...]

    @property
    def identical(self) -> bool:
        """Whether raw tables and datasets are the same."""
        return self.datasets.identical and all(table.identical for table in self.tables)


def run(study: str, raw: Path, name: str = "", form: str = "text") -> int:
    """Compare, print, and tell by the exit code; without a name, all mirrors of the study."""
    watch = progress(quiet=form == "json")
    plan = compile_study(study, registry()).plan
    reports = [reconcile_mirror(plan, mirror, raw, watch) for mirror in _mirrors(plan, name)]
    if form == "json":
        _print_json(reports)
    else:
        for report in reports:
            print_problems(report.problems, study_places(study, [raw]))
            print_table(HEAD, _lines(report), {1, 2, 3, 4, 5, 6})
            print(f"\n{plan.study} and its mirror {report.mirror.name} {_verdict(report)}.")
    return CLEAN if all(report.identical for report in reports) else FINDINGS


def reconcile_mirror(plan: Plan, mirror: Mirror, raw: Path, watch: Watch) -> MirrorReport:
    """Compare one mirror with the study's own exports, raw tables first, then SDTM datasets.

    Problems: InputError where a file of either side cannot be used. Raw tables are compared as they
    were sent, without the study's corrections; the datasets are made with them.
    """
    from clinmap.comparison import compare_folders

    alone = replace(plan, mirrors={})
    every = dict.fromkeys(mirror.tables, frozenset[str]())
    with watch.stage("read"):
        sent = read_raw_tables(replace(alone, corrections=()), raw, every, watch)
        frames = {name: table.frame for name, table in sent.tables.items()}
        tables, odd = reconciled(plan, mirror, raw, frames)
    with watch.stage("sdtm"):
        own = _datasets(alone, raw, watch)
        other = _datasets(replace(mirrored(plan, mirror.name), mirrors={}), raw, watch)
    keys = {dataset.name: dataset.keys for dataset in plan.datasets}
    found = [p for t in tables for p in reconciliation_problems(t, mirror.name, mirror.path)]
    return MirrorReport(mirror, tuple(tables), compare_folders(own, other, keys), (*found, *odd))


def _mirrors(plan: Plan, name: str) -> list[Mirror]:
    if name or not plan.mirrors:
        if not name:
            raise SpecificationError(
                "SPC021",
                "the study has no mirror",
                hint="Declare one under `mirrors` of raw.yaml: another export of the same tables.",
            )
        return [mirror_of(plan, name)]
    return list(plan.mirrors.values())


def _datasets(plan: Plan, raw: Path, watch: Watch) -> dict[str, pd.DataFrame]:
    """The SDTM datasets as submitted."""
    from sdtm.build import build_sdtm

    tabulation = plan.of_purpose("Tabulation")
    tables = read_raw_tables(plan, raw, raw_columns(plan, tabulation), watch)
    built = build_sdtm(plan, tables.tables, tabulation, watch.step).datasets
    return {name: submitted_frame(item) for name, item in built.items()}


def _lines(report: MirrorReport) -> Iterator[tuple[str, ...]]:
    for table in report.tables:
        columns = len(table.own_columns) + len(table.mirror_columns)
        counts = (table.rows, table.mirror_rows, len(table.only_own), table.only_mirror)
        yield _line(f"raw {table.table}", (*counts, table.cells, columns))
    for dataset in report.datasets.datasets:
        yield _line(dataset.name, tuple(_counts(dataset).values()))


def _line(name: str, counts: Iterable[int]) -> tuple[str, ...]:
    return (name, *(f"{count:,}" for count in counts))


def _counts(dataset: DatasetComparison) -> dict[str, int]:
    columns = (*dataset.base_only_variables, *dataset.compare_only_variables)
    return {
        "rows": dataset.base_rows,
        "mirror_rows": dataset.compare_rows,
        "only_own": dataset.only_base,
        "only_mirror": dataset.only_compare,
        "cells": dataset.different,
        "columns": len(columns),
    }


def _verdict(report: MirrorReport) -> str:
    return "say the same" if report.identical else "differ"


def _print_json(reports: Iterable[MirrorReport]) -> None:
    import json

    document = [
        {
            "mirror": report.mirror.name,
            "file": report.mirror.path,
            "identical": report.identical,
            "tables": [_table_document(table) for table in report.tables],
            "datasets": [
                {"dataset": dataset.name, "identical": dataset.identical, **_counts(dataset)}
                for dataset in report.datasets.datasets
            ],
        }
        for report in reports
    ]
    print(json.dumps(document, indent=2))


def _table_document(table: TableReconciliation) -> dict[str, object]:
    return {
        "table": table.table,
        "identical": table.identical,
        "key": list(table.key),
        "rows": table.rows,
        "mirror_rows": table.mirror_rows,
        "only_own": len(table.only_own),
        "only_mirror": table.only_mirror,
        "cells": {column: len(rows) for column, rows in table.differing.items()},
        "columns_only_own": list(table.own_columns),
        "columns_only_mirror": list(table.mirror_columns),
    }
