"""The tables of a part: rows of a raw table or of a dataset that was built before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from clinmap.coded_text import from_codes, is_coded
from clinmap.frames import Positions

Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Traced:
    """Where rows come from in the raw data: which of several places, and the record there."""

    tables: tuple[str, ...]
    place: Numbers
    record: Positions

    def taken(self, rows: Positions) -> Traced:
        """The same of some rows."""
        return Traced(self.tables, self.place[rows], self.record[rows])


def traced_to_itself(name: str, records: Positions) -> Traced:
    """Rows that are the raw records themselves."""
    return Traced((name,), np.zeros(len(records), dtype=np.int32), records)


@dataclass(slots=True)
class PartTable:
    """Some rows of a table. What is said of them names the records of the whole study."""

    name: str
    frame: pd.DataFrame
    hashes: npt.NDArray[np.uint64]
    traced: Traced
    is_dataset: bool = False

    def __len__(self) -> int:
        return len(self.frame)

    def column(self, name: str) -> pd.Series:
        """The values of a column, indexed 0..n-1."""
        return self.frame[name]

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self.frame.columns

    def raw_records(self, rows: Positions) -> list[tuple[str, Positions]]:
        """The raw records behind rows, by the places that they come from."""
        place = self.traced.place[rows]
        return [
            (table, self.traced.record[rows[place == number]])
            for number, table in enumerate(self.traced.tables)
        ]


def taken_rows(frame: pd.DataFrame, names: Iterable[str], rows: Positions | None) -> pd.DataFrame:
    """Columns of some rows, or of all; text keeps no values that none of the rows has."""
    if rows is None:
        return frame[[*names]]
    columns = {name: _own_values(frame[name].take(rows)) for name in names}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), copy=False)


def _own_values(values: pd.Series) -> pd.Series:
    index = pd.RangeIndex(len(values))
    if not is_coded(values):
        return values.set_axis(index)
    codes, known = pd.factorize(values)
    return from_codes(codes.astype(np.int32), pa.array(known, pa.large_string()), index)
