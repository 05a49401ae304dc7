"""Documented corrections of raw cells, applied to a table as it was read.

Each correction names one row by a key, and the text that its cell holds. Rows are found in the
table as it was read, so the order of corrections does not matter, and no correction hides from
another. One that does not mean exactly one row, or whose cell holds something else, is not applied.

The hashes of the rows, which break ties between rows, stay those of the table as it was read: a
correction of one cell does not renumber other records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinmap.codes import severity_of
from clinmap.problems import Location, Problem

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Correction:
    """A documented change of one cell of a raw table; the export itself is never touched.

    `key` pairs columns with what they hold in the one row that is meant. `old` and `new` are what
    the cell holds and shall hold, as text; empty where it is missing.
    """

    id: str
    table: str
    key: tuple[tuple[str, str], ...]
    column: str
    old: str
    new: str
    reason: str
    approver: str
    date: str = ""
    location: Location = Location("")


@dataclass(frozen=True, slots=True)
class Applied:
    """A correction that was applied, and the record of the table (from 1) that it changed."""

    correction: Correction
    record: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """A table with its corrections: its rows, what was applied, and a problem for each of them."""

    frame: pd.DataFrame
    applied: tuple[Applied, ...] = ()
    problems: tuple[Problem, ...] = ()


def corrected(frame: pd.DataFrame, corrections: Sequence[Correction]) -> Corrected:
    """Apply the corrections of one raw table.

    Required columns: those of the corrections' keys, and the ones that they correct; all text, an
    empty cell null. Rows: none is added or dropped. Missing values: `old` and `new` are empty for a
    missing cell; a missing cell of a key column matches nothing.
    Problems: COR001 (a note) for each correction that was applied, COR002 where the cell holds
    another text than `old`, COR003 where no row or several rows have the key.

    >>> import pandas as pd
    >>> raw = pd.DataFrame({"ID": ["1", "2"], "DOSE": ["5", "500"]}, dtype="str")
    >>> slip = Correction("C1", "dose", (("ID", "2"),), "DOSE", "500", "50", "typing slip", "DM")
    >>> corrected(raw, [slip]).frame["DOSE"].tolist()
    ['5', '50']
    """
    if not corrections:
        return Corrected(frame)
    found = _records(frame, corrections)
    applied: list[Applied] = []
    problems: list[Problem] = []
    for number, correction in enumerate(corrections):
        records = found.get(number, [])
        if len(records) != 1:
            how_many = "several rows have" if records else "no row has"
            said = f"correction {correction.id} was not applied: {how_many} its key"
            problems.append(_problem("COR003", correction, said, records))
        elif _text(frame[correction.column].iloc[records[0]]) != correction.old:
            said = f"correction {correction.id} was not applied: the cell does not hold `old`"
            problems.append(_problem("COR002", correction, said, records))
        else:
            said = f"correction {correction.id} was applied"
            problems.append(_problem("COR001", correction, said, records))
            applied.append(Applied(correction, records[0] + 1))
    return Corrected(_changed(frame, applied), tuple(applied), tuple(problems))


def columns_of(corrections: Iterable[Correction]) -> Mapping[str, frozenset[str]]:
    """By raw table, the columns that its corrections need."""
    needed: dict[str, set[str]] = defaultdict(set)
    for correction in corrections:
        needed[correction.table] |= {correction.column, *(name for name, _ in correction.key)}
    return {table: frozenset(columns) for table, columns in needed.items()}


def _records(frame: pd.DataFrame, corrections: Sequence[Correction]) -> dict[int, list[int]]:
    """The positions of the rows that each correction means, one search for each set of columns."""
    import numpy as np
    import pandas as pd

    by_columns: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, correction in enumerate(corrections):
        by_columns[tuple(sorted(name for name, _ in correction.key))].append(number)
    found: dict[int, list[int]] = {}
    for columns, numbers in by_columns.items():
        keys = [dict(corrections[number].key) for number in numbers]
        wanted = pd.DataFrame(keys, columns=list(columns), dtype="str")
        places = {f"c{n}": name for n, name in enumerate(columns)}
        ours = pd.DataFrame({n: wanted[name] for n, name in places.items()}).assign(which=numbers)
        theirs = pd.DataFrame({n: frame[name] for n, name in places.items()}).dropna()
        theirs["record"] = np.arange(len(frame))[frame[list(columns)].notna().all(axis=1)]
        met = ours.merge(theirs, on=list(places))
        for number, record in zip(met["which"].tolist(), met["record"].tolist(), strict=True):
            found.setdefault(number, []).append(record)
    return found


def _changed(frame: pd.DataFrame, applied: Sequence[Applied]) -> pd.DataFrame:
    """The frame with the new values, in a copy of the columns that change."""
    columns: dict[str, pd.Series] = {}
    for item in applied:
        name = item.correction.column
        column = columns.setdefault(name, frame[name].copy())
        column.iloc[item.record - 1] = item.correction.new or None
    return frame.assign(**columns)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _problem(code: str, correction: Correction, said: str, records: Sequence[int]) -> Problem:
    return Problem(
        code,
        severity_of(code),
        said,
        dataset=correction.table,
        variable=correction.column,
        count=max(len(records), 1),
        rows=tuple(f"{correction.table}:{record + 1}" for record in records[:1000]),
        location=correction.location,
    )
