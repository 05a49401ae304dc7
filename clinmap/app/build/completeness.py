"""Whether all of the raw data is accounted for: every column, and every row.

A column is mapped where something reads it, or declared under `not_submitted`; the rest is silent.
A row is used where a dataset has it or looks something up in it, or left out by a rule that counts
it; the rest is unaccounted for. Tables that the sponsor keeps are there to be looked up, and their
rows need not be met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinmap.codes import severity_of
from clinmap.plan import Plan
from clinmap.problems import Problem
from mappings.references import columns_explained, columns_read

if TYPE_CHECKING:
    from clinmap.app.build.pipeline import Datasets

LOOKED_UP = "Sponsor"
ROWS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class RowAccount:
    """What became of the rows of a raw table; `lost` are those that nothing accounts for."""

    table: str
    rows: int
    used: int
    left_out: int
    lost: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnAccount:
    """What becomes of the columns of a raw table."""

    table: str
    mapped: int
    declared: int
    silent: tuple[str, ...] = ()


def column_accounts(plan: Plan) -> tuple[ColumnAccount, ...]:
    """What becomes of the declared columns of each raw table."""
    read, explained = columns_read(plan), columns_explained(plan)
    return tuple(
        ColumnAccount(
            name,
            len([c for c in table.columns if c in read[name]]),
            len([c for c in table.columns if c in explained[name] - read[name]]),
            tuple(c for c in table.columns if c not in read[name] | explained[name]),
        )
        for name, table in plan.raw.items()
    )


def row_accounts(
    plan: Plan, tables: Mapping[str, Sized], datasets: Datasets
) -> tuple[RowAccount, ...]:
    """What became of the rows of each raw table that was read, now or before."""
    import numpy as np

    used = {name: np.zeros(len(table), dtype=bool) for name, table in tables.items()}
    gone = {name: np.zeros(len(table), dtype=bool) for name, table in tables.items()}
    for item in datasets.built.values():
        records = item.lineage["record"].to_numpy() - 1
        for name, rows in item.lineage.groupby("source", observed=True).indices.items():
            if name in used:
                used[str(name)][records[rows]] = True
    for name, positions in datasets.left_out:
        if name in gone:
            gone[name][positions] = True
    # a table of formats has given labels while others were read
    formats = {getattr(table.options, "formats", "") for table in plan.raw.values()}
    found = []
    for name, table in tables.items():
        lost = ~used[name] & ~gone[name]
        if plan.raw[name].collected_by == LOOKED_UP or name in formats:
            lost[:] = False
        left_out = int((gone[name] & ~used[name]).sum())
        numbers = tuple((np.flatnonzero(lost) + 1).tolist())
        found.append(RowAccount(name, len(table), int(used[name].sum()), left_out, numbers))
    return tuple(found)


def unaccounted_rows(plan: Plan, accounts: Sequence[RowAccount]) -> Iterator[Problem]:
    """RAW005 for each raw table with rows that are in no dataset and that no rule left out."""
    for account in accounts:
        if account.lost:
            yield Problem(
                "RAW005",
                severity_of("RAW005"),
                f"rows of raw table {account.table} are in no dataset",
                dataset=account.table,
                count=len(account.lost),
                rows=tuple(f"{account.table}:{n}" for n in account.lost[:ROWS_KEPT]),
                location=plan.raw[account.table].location,
            )


def account_lines(plan: Plan, rows: Sequence[RowAccount]) -> tuple[str, ...]:
    """The accounts of all tables together, in two sentences."""
    columns = column_accounts(plan)
    mapped, declared = sum(c.mapped for c in columns), sum(c.declared for c in columns)
    silent = sum(len(c.silent) for c in columns)
    said = f"Raw columns: {mapped:,} mapped, {declared:,} declared not submitted, {silent:,} silent"
    if not rows:
        return (said,)
    used, left_out = sum(r.used for r in rows), sum(r.left_out for r in rows)
    lost = sum(len(r.lost) for r in rows)
    counted = (
        f"Raw rows: {used:,} used, {left_out:,} left out by rule, {lost:,} in no dataset (RAW005)"
    )
    return said, counted
