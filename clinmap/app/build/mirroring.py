"""Raw tables beside their mirrors: what an ordinary build reports, and what `reconcile` lists."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.errors import raise_all
from clinmap.mirrors import Mirror, mirror_table
from clinmap.plan import Plan
from clinmap.problems import ClinmapError, Problem
from clinmap.reconciliation import (
    TableReconciliation,
    reconcile_table,
    reconciliation_problems,
)

if TYPE_CHECKING:
    import pandas as pd

OF_THE_FILE = ("RAW040", "RAW041")
"""What is odd in a mirror itself; the rest is said of the table's own export already."""


def mirror_problems(
    plan: Plan, folder: Path, frames: Mapping[str, pd.DataFrame]
) -> tuple[Problem, ...]:
    """REC001 to REC003 for every mirror whose file is in the folder, of the tables that were read.

    Problems: InputError of the ODM reader where a mirror is there and cannot be used.
    """
    problems: list[Problem] = []
    for mirror in plan.mirrors.values():
        shared = [name for name in frames if name in mirror.tables]
        if shared and (folder / mirror.path).is_file():
            found, odd = reconciled(plan, mirror, folder, {n: frames[n] for n in shared})
            for table in found:
                problems += reconciliation_problems(table, mirror.name, mirror.path)
            problems += odd
    return tuple(problems)


def reconciled(
    plan: Plan, mirror: Mirror, folder: Path, frames: Mapping[str, pd.DataFrame]
) -> tuple[list[TableReconciliation], list[Problem]]:
    """Each table beside its mirror, as both were read, and what is odd in the mirror's file."""
    from dataclasses import replace

    from clinmap.readers.odm_files import OdmFiles
    from clinmap.readers.raw import read_raw
    from clinmap.readers.text_table import Beside

    tables = {
        name: replace(
            mirror_table(mirror, plan.raw[name]), columns=(), unexpected="ignore", optional=False
        )
        for name in frames
    }
    beside = Beside(odm=OdmFiles(tables.values()))
    errors: list[ClinmapError] = []
    found: list[TableReconciliation] = []
    odd: list[Problem] = []
    for name, table in tables.items():
        try:
            other = read_raw(table, folder, (), beside)
        except ClinmapError as error:
            errors.append(error)
            continue
        found.append(reconcile_table(name, frames[name], other.frame, mirror.key))
        odd += [problem for problem in other.problems if problem.code in OF_THE_FILE]
    raise_all(errors)
    return found, odd
