"""A dataset built in memory with all that it is made from: neither validated nor written."""

from __future__ import annotations

from pathlib import Path

import pyarrow.csv  # noqa: F401

import adam.build  # noqa: F401
from clinmap.app.build.needs import raw_columns
from clinmap.app.build.pipeline import build_datasets
from clinmap.app.build.raw_data import read_raw_tables
from clinmap.app.build.selection import select
from clinmap.app.registry import registry
from clinmap.app.watch import Silence
from clinmap.execution.finish import Built
from clinmap.plan import Plan
from mappings.compile import compile_study
from sdtm.build import build_sdtm


class Beside:
    """A dataset to build where all that it reads of others is there already."""

    def __init__(self, plan: Plan, raw: Path, name: str) -> None:
        self.plan, self.raw, self.name = plan, raw, name
        build = select(plan, [name]).build
        tables = read_raw_tables(plan, raw, raw_columns(plan, build), Silence())
        made = build_datasets(plan, tables, build, Silence()).built
        self.given = {n: b for n, b in made.items() if n != name and b.work is not None}
        self.wanted = [d for d in build if d.name == name or d.name in self.given]

    def built(self) -> Built:
        """Read its own raw tables and build it, its lineage kept."""
        own = [dataset for dataset in self.wanted if dataset.name == self.name]
        tables = read_raw_tables(self.plan, self.raw, raw_columns(self.plan, own), Silence())
        return build_sdtm(self.plan, tables.tables, self.wanted, None, self.given).datasets[
            self.name
        ]


def built_dataset(study: str, raw: Path, name: str) -> Built:
    """Compile the study, read what the dataset needs, and build it, its lineage kept."""
    return dataset_of(compile_study(study, registry()).plan, raw, name)


def dataset_of(plan: Plan, raw: Path, name: str) -> Built:
    """Read what the dataset needs, and build it, its lineage kept."""
    build = select(plan, [name]).build
    tables = read_raw_tables(plan, raw, raw_columns(plan, build), Silence())
    return build_datasets(plan, tables, build, Silence()).built[name]
