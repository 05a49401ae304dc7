"""What a dataset's file holds: the values, and what the file itself says of its variables.

Source: SAS transport format, Dataset-JSON 1.1, Parquet. Problems: none.
Example: `Dataset("DM", frame, columns_of(frame))`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Column:
    """A variable as its file describes it; None is what that format of files cannot say.

    `length` is the storage length in bytes, `character` is None for a column without any value in
    a format that then has no type.
    """

    name: str
    character: bool | None = None
    label: str | None = None
    length: int | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset of a folder, under the name that the define.xml gives it (or its file's).

    `frame` is None where the file cannot be read; `fault` says why. `own_name` and `label` are what
    the file says, None where its format does not; `others` are files of the same dataset in other
    formats, which were not read.
    """

    name: str
    frame: pd.DataFrame | None
    columns: tuple[Column, ...] = ()
    file: str = ""
    label: str | None = None
    own_name: str | None = None
    fault: str = ""
    others: tuple[str, ...] = ()


def columns_of(frame: pd.DataFrame) -> tuple[Column, ...]:
    """The columns of a frame of which nothing else is known: text, or numbers.

    >>> import pandas as pd
    >>> columns_of(pd.DataFrame({"AGE": [4.0]}))[0].character
    False
    """
    from pandas.api.types import is_numeric_dtype

    return tuple(Column(str(name), not is_numeric_dtype(column)) for name, column in frame.items())
