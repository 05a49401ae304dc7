"""Raw tables as tests read them: a file, its options, and its cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from clinmap.plan import RawTable
from clinmap.problems import InputError
from clinmap.raw_formats import Format, format_of_name, options_of
from clinmap.readers.raw import RawData, read_raw
from clinmap.readers.text_table import Beside, line_of

FIELDS = ("columns", "unexpected", "missing", "optional")


def table(path: str, fmt: Format | None = None, name: str = "t", **keys: Any) -> RawTable:
    """A raw table as raw.yaml would declare it."""
    chosen = fmt or format_of_name(path)
    assert chosen is not None
    own = {key: keys.pop(key) for key in FIELDS if key in keys}
    return RawTable(name, path, chosen, options=options_of(chosen, path, keys), **own)


def read(folder: Path, path: str, fmt: Format | None = None, **keys: Any) -> RawData:
    """Read a raw table; `beside` is what stands beside it."""
    beside: Beside | None = keys.pop("beside", None)
    found = read_raw(table(path, fmt, **keys), folder, beside=beside)
    assert all(str(dtype) == "str" for dtype in found.frame.dtypes)
    assert list(found.frame.index) == list(range(len(found.frame)))
    return found


def refusal(folder: Path, path: str, fmt: Format | None = None, **keys: Any) -> InputError:
    """The error that reading ends in; it has no other behind it, which a traceback would show."""
    with pytest.raises(InputError) as caught:
        read(folder, path, fmt, **keys)
    assert caught.value.__cause__ is None
    return caught.value


def cells(data: RawData) -> dict[str, list[str | None]]:
    """The cells of each column, None where they are null."""
    plain = data.frame.astype(object).where(data.frame.notna(), None)
    return {str(name): list(plain[name]) for name in plain}


def lines(data: RawData) -> list[int]:
    """The line of each record."""
    return [line_of(data.lines, number) for number in range(1, len(data.frame) + 1)]


def codes(data: RawData) -> dict[str, int]:
    """The counts of the problems by code; each code once."""
    found = {problem.code: problem.count for problem in data.problems}
    assert len(found) == len(data.problems)
    return found


def frame_of(**columns: list[Any]) -> pd.DataFrame:
    """A frame of these columns."""
    return pd.DataFrame(columns)
