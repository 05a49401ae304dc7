"""Finishing datasets: the final order of rows, and the lineage in terms of the final rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinmap.execution.records import Made, links_of_rows, met_by_rows
from clinmap.execution.tables import Working
from clinmap.frames import TEXT, Positions
from clinmap.ordering import ranked
from clinmap.plan import DatasetPlan

ROW_LINK = ""
JOIN_LINK = "@"


@dataclass(frozen=True, slots=True)
class AtWork:
    """How the rows of a dataset stood before they came into their final order.

    `order` has the row at work of each final one. Each row at work came from the table of its
    segment, from the row at `positions`.
    """

    order: Positions
    segment_of: npt.NDArray[np.int32]
    positions: Positions
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """A finished dataset: all its variables in final order, and where each row and cell came from.

    `lineage` has the columns row (1-based), variable, source and record (1-based record of a raw
    table, or row of another dataset). An empty variable links the row itself, `@NAME` the partner
    that the join of that name found for it, which any variable that reads it shares.
    `work` is what a later run needs to take the dataset as it is; SUPP-- has none.
    """

    plan: DatasetPlan
    frame: pd.DataFrame
    lineage: pd.DataFrame
    hashes: npt.NDArray[np.uint64]
    work: AtWork | None = None


def finish(
    building: Mapping[str, Working], given: Mapping[str, Positions] | None = None
) -> dict[str, Built]:
    """All datasets of a run in their final order, their lineage in terms of final rows.

    `given` says of datasets that were there before where each row at work stands in the end.
    The working datasets give up their columns one by one, so that no dataset is held twice.
    """
    orders = {name: _order(working) for name, working in building.items()}
    final = {**(given or {}), **{name: _inverse(order) for name, order in orders.items()}}
    return {
        name: Built(
            working.plan,
            _frame(working, orders[name]),
            _lineage(working, orders[name], final),
            working.hashes[orders[name]],
            _at_work(working, orders[name]),
        )
        for name, working in building.items()
    }


def _at_work(working: Working, order: Positions) -> AtWork:
    tables = tuple(segment.table.name for segment in working.segments)
    return AtWork(order, working.segment_of, working.positions, tables)


def _order(working: Working) -> Positions:
    names = [name for name in (working.plan.order or working.plan.keys) if working.has(name)]
    return ranked([working.column(name) for name in names], working.hashes)


def _inverse(order: Positions) -> Positions:
    inverse = np.empty(len(order), dtype=np.int64)
    inverse[order] = np.arange(len(order))
    return inverse


def _frame(working: Working, order: Positions) -> pd.DataFrame:
    columns = {
        variable.name: working.given_up(variable.name, order) for variable in working.plan.variables
    }
    # the columns are ours alone: a copy would hold all of them twice
    return pd.DataFrame(columns, index=pd.RangeIndex(len(order)), copy=False)


Words = npt.NDArray[np.int8 | np.int16]
Links = tuple[str, str, Made]
"""Links of rows to records: of which variable (or join), to which table, and what makes them."""
Laid = tuple[Positions, Positions, Words]
"""Links in order: their rows and records, both from 1, and their words by number."""
BLOCK = 1 << 17


def _lineage(working: Working, order: Positions, final: Mapping[str, Positions]) -> pd.DataFrame:
    parts: list[Links] = [
        (ROW_LINK, segment.table.name, partial(_rows_of, working, number))
        for number, segment in enumerate(working.segments)
    ]
    parts += [(f"{JOIN_LINK}{owner}", table, made) for owner, table, made in met_by_rows(working)]
    parts += links_of_rows(working)
    parts = [
        (variable, table, partial(_ended, made, final[table]) if table in final else made)
        for variable, table, made in parts
    ]
    return _lineage_frame(parts, order)


def _rows_of(working: Working, number: int) -> tuple[Positions, Positions]:
    """The rows of a segment, and the rows of its table that they came from."""
    rows = np.flatnonzero(working.segment_of == number)
    return rows, working.positions[rows]


def _ended(made: Made, final: Positions) -> tuple[Positions, Positions]:
    """Links to rows at work, as links to rows in their final order."""
    rows, records = made()
    return rows, final[records]


def _lineage_frame(parts: list[Links], order: Positions) -> pd.DataFrame:
    """The links in the order of final row, variable, source and record, each once."""
    words = sorted({(variable, source) for variable, source, _ in parts})
    rows, records, which = _one_each(parts, words, order) or _sorted_links(
        parts, words, _inverse(order)
    )

    def worded(all_words: list[str]) -> pd.Categorical:
        known = sorted(set(all_words))
        codes: Words = np.array([known.index(w) for w in all_words], dtype=_kind(words))
        categories = pd.Index(known, dtype=TEXT)
        return pd.Categorical.from_codes(codes[which], categories=categories, validate=False)

    return pd.DataFrame(
        {
            "row": rows,
            "variable": worded([variable for variable, _ in words]),
            "source": worded([source for _, source in words]),
            "record": records,
        },
        copy=False,
    )


def _one_each(parts: list[Links], words: list[tuple[str, str]], order: Positions) -> Laid | None:
    """The links where no row has two of one word, laid out row by row; None where one has."""
    table = np.zeros((len(order), len(words)), dtype=np.int32)
    count = 0
    for variable, source, made in parts:
        rows, records = made()
        if records.max(initial=0) >= np.iinfo(np.int32).max:
            return None
        table[rows, words.index((variable, source))] = records + 1
        count += len(rows)
    if np.count_nonzero(table) != count:
        return None
    kind = _kind(words)
    laid = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, kind)
    numbers, place = np.arange(len(words)).astype(kind), 0
    for start in range(0, len(order), BLOCK):
        block = table[order[start : start + BLOCK]]
        there = block != 0
        row = np.arange(start + 1, start + 1 + len(block))
        held = slice(place, place := place + int(np.count_nonzero(there)))
        laid[0][held] = np.repeat(row, there.sum(axis=1))
        laid[1][held] = block[there]
        laid[2][held] = np.broadcast_to(numbers, there.shape)[there]
    return laid


def _sorted_links(parts: list[Links], words: list[tuple[str, str]], own: Positions) -> Laid:
    """The links in order, whatever they are."""
    made = [(words.index((variable, source)), *links()) for variable, source, links in parts]
    span = 1 + max((int(records.max(initial=0)) for *_, records in made), default=0)
    # row, words and record as one number, so that sorting is quick: 10^8 rows would still fit
    links = [(own[rows] * len(words) + word) * span + records for word, rows, records in made]
    sorted_links = np.sort(np.concatenate(links)) if links else np.empty(0, np.int64)
    distinct = sorted_links[np.diff(sorted_links, prepend=-1) != 0]
    row_and_words, records = np.divmod(distinct, span)
    rows, which = np.divmod(row_and_words, max(len(words), 1))
    return rows + 1, records + 1, which.astype(_kind(words))


def _kind(words: list[tuple[str, str]]) -> type[np.int8] | type[np.int16]:
    """The smallest integers that can number the words."""
    return np.int8 if len(words) <= np.iinfo(np.int8).max else np.int16
