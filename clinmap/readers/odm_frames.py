"""Frames of item groups: columns in order, names for OIDs, decodes beside codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from clinmap.readers.odm_metadata import AUDIT, CONTEXT, FOLDER_REPEAT, Definitions, Item
from clinmap.readers.plain_text import text_column

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray


def item_group_frame(
    table: pa.Table, items: Mapping[str, Item], definitions: Definitions, *, audit: bool
) -> pd.DataFrame:
    """All columns of an item group in their order, as text; those without a cell included.

    The study's name stands for its OID, and the order of the study event is looked up; codes still
    stand alone (see `decode`).
    """
    import pandas as pd

    names = _columns(items.values(), table.column_names, audit=audit)
    rows = pd.RangeIndex(table.num_rows)
    frame = pd.DataFrame({name: _column(table, name, rows) for name in names}, index=rows)
    projects = definitions.projects
    frame["PROJECT"] = recoded(frame["PROJECT"], {**_same(frame["PROJECT"]), **projects})
    order = {event: number for event, number in definitions.folder_order.items() if number}
    frame["FOLDERSEQ"] = recoded(frame["FOLDER"], order)
    return frame


def decode(
    frame: pd.DataFrame, items: Iterable[Item], missing: Collection[str]
) -> dict[str, tuple[int, ...]]:
    """Fill the decodes beside the codes; the rows of each column whose code has none.

    A code that is one of the `missing` tokens means nothing, so that it needs no decode.
    """
    undecoded: dict[str, tuple[int, ...]] = {}
    for item in items:
        if not item.decodes:
            continue
        codes = frame[item.stored]
        frame[item.column] = recoded(codes, item.decodes)
        known = [*item.decodes, *missing]
        strange = _true((codes.notna() & ~codes.isin(known)).to_numpy())
        if strange:
            undecoded[item.column] = strange
    return undecoded


def recoded(codes: pd.Series, names: Mapping[str, str]) -> pd.Series:
    """The names of codes; without one, or with an empty one, missing."""
    return text_column(codes.map({code: name for code, name in names.items() if name}))


def _same(column: pd.Series) -> dict[str, str]:
    return {value: value for value in column.dropna().unique()}


def _true(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    import numpy as np

    return tuple(int(place) for place in np.flatnonzero(mask))


def _columns(items: Iterable[Item], found: Collection[str], *, audit: bool) -> dict[str, None]:
    """The context, the items with what stands beside each, undeclared units, the audit."""
    names = dict.fromkeys(CONTEXT)
    if FOLDER_REPEAT in found:
        names[FOLDER_REPEAT] = None
    for item in items:
        names.update(dict.fromkeys(item.columns))
    names.update(dict.fromkeys(name for name in found if name not in AUDIT))
    if audit:
        names.update(dict.fromkeys(AUDIT))
    return names


def _column(table: pa.Table, name: str, rows: pd.RangeIndex) -> pd.Series:
    """One column of the table, not copied; one that no row speaks of is null throughout."""
    import numpy as np
    import pandas as pd

    dtype: Any = pd.StringDtype("pyarrow", na_value=np.nan)
    known = name in table.column_names
    values = dtype.__from_arrow__(table.column(name)) if known else np.nan
    column: pd.Series = pd.Series(values, index=rows, dtype=dtype)
    return column
