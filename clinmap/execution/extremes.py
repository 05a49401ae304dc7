"""For each subject the record with the earliest or latest value of a column."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinmap.execution.evaluate import is_true
from clinmap.expressions import Expression
from clinmap.frames import Table
from clinmap.ordering import ranked


def extreme_records(
    table: Table,
    subjects: pd.Series,
    column: str,
    where: Expression | None,
    latest: bool,
) -> tuple[pd.Series, pd.Series]:
    """By subject: the extreme value, and the record that has it (ties by the rows' hashes)."""
    values = table.column(column)
    eligible = (values.notna() & subjects.notna()).to_numpy(copy=True)
    if where is not None:
        index = pd.RangeIndex(len(table))
        eligible &= is_true(where, lambda ref: table.column(ref.column), index)
    records = np.flatnonzero(eligible)
    chosen = values.iloc[records].reset_index(drop=True)
    order = ranked([chosen], table.hashes[records])
    records = records[order[::-1] if latest else order]
    first = ~subjects.iloc[records].duplicated().to_numpy()
    records = records[first]
    index = pd.Index(subjects.iloc[records])
    return (
        pd.Series(values.iloc[records].to_numpy(), index=index, dtype=values.dtype),
        pd.Series(records, index=index),
    )
