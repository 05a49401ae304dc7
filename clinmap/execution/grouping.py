"""Several rows of one, and one row of several."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from clinmap.execution.tables import Link, Working
from clinmap.frames import TEXT, Positions, as_text
from clinmap.ordering import group_codes, ranked
from clinmap.plan import Split

ROW = ""
"""The variable of a link that holds for the row itself."""


def spread_parts(whole: Working, split: Split) -> None:
    """One row for each part of a cell, blanks around it taken off; empty parts are none.

    A row whose cell is empty stays, without a part.
    """
    cells = as_text(whole.segments[0].table.column(split.column)).take(whole.positions)
    known = pd.unique(cells.dropna())
    lists = {cell: [part for p in cell.split(split.by) if (part := p.strip())] for cell in known}
    parts = cells.map(lists).reset_index(drop=True).astype(object)
    parts = parts.where(parts.str.len() > 0, None).explode()
    rows: Positions = parts.index.to_numpy(dtype=np.int64)
    number = np.arange(len(rows)) - np.searchsorted(rows, rows)
    whole.spread(rows, number.astype(np.uint64))
    whole.parts[split.name] = parts.reset_index(drop=True).astype(TEXT)


def collapse(working: Working, by: Sequence[pd.Series], order: Sequence[pd.Series]) -> None:
    """Keep the first row of each group; it is linked to the sources of all the others."""
    groups = group_codes(by, len(working))
    ranks = ranked(order, working.hashes)
    ordered = ranks[np.argsort(groups[ranks], kind="stable")]
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = groups[ordered][1:] != groups[ordered][:-1]
    leaders = np.empty(len(working), dtype=np.int64)
    leaders[ordered] = ordered[np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))]
    kept = leaders == np.arange(len(working))
    for number, segment in enumerate(working.segments):
        others = np.flatnonzero(~kept & (working.segment_of == number))
        working.links.append(
            Link(ROW, segment.table.name, leaders[others], working.positions[others])
        )
    working.keep(kept)
