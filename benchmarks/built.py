"""A dataset built in memory with all that it is made from: neither validated nor written."""

from __future__ import annotations

from pathlib import Path

import pyarrow.csv  # noqa: F401

import adam.build  # noqa: F401
import sdtm.build  # noqa: F401
from clinmap.app.build.needs import raw_columns
from clinmap.app.build.pipeline import build_datasets
from clinmap.app.build.raw_data import read_raw_tables
from clinmap.app.build.selection import select
from clinmap.app.registry import registry
from clinmap.app.watch import Silence
from clinmap.execution.finish import Built
from clinmap.plan import Plan
from mappings.compile import compile_study


def built_dataset(study: str, raw: Path, name: str) -> Built:
    """Compile the study, read what the dataset needs, and build it, its lineage kept."""
    return dataset_of(compile_study(study, registry()).plan, raw, name)


def dataset_of(plan: Plan, raw: Path, name: str) -> Built:
    """Read what the dataset needs, and build it, its lineage kept."""
    build = select(plan, [name]).build
    tables = read_raw_tables(plan, raw, raw_columns(plan, build), Silence())
    return build_datasets(plan, tables, build, Silence()).built[name]
