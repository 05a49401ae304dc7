"""Python values as the text of a raw table: what workbooks, databases, JSON and YAML hand over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

from clinmap.readers.plain_text import number_text

if TYPE_CHECKING:
    import pandas as pd

Truth = tuple[str, str]
_DAY = 86_400


def cell_text(value: object, truth: Truth = ("true", "false")) -> str | None:
    """A value as text: numbers short and decimal, dates and times in ISO 8601, `truth` in words.

    Missing values: None, the empty text, and a number that is none. A value of any other kind is a
    TypeError; the caller knows which file it stands in.

    >>> from datetime import date
    >>> [cell_text(v) for v in (5.0, "007", True, date(2014, 3, 1), None, "")]
    ['5', '007', 'true', '2014-03-01', None, None]
    """
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return truth[0] if value else truth[1]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value) if isfinite(value) else None
    if isinstance(value, Decimal):
        return _decimal_text(value)
    return _moment_text(value)


def text_frame(
    columns: Mapping[str, Sequence[object]], rows: int, truth: Truth = ("true", "false")
) -> pd.DataFrame:
    """A frame of text columns; each distinct value is turned into text once."""
    import pandas as pd

    made = {name: text_series(values, truth) for name, values in columns.items()}
    return pd.DataFrame(made, index=pd.RangeIndex(rows))


def text_series(values: Sequence[object], truth: Truth = ("true", "false")) -> pd.Series:
    """Values as a text column."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    kinds = set(map(type, values))
    if kinds <= {str, type(None)}:
        texts: Sequence[object] = [value or None for value in values]
    elif bool in kinds and not kinds <= {bool, str, type(None)}:
        # 1 and True are equal in Python, so that they cannot share a dictionary
        texts = [cell_text(value, truth) for value in values]
    else:
        known = {value: cell_text(value, truth) for value in set(values)}
        texts = list(map(known.__getitem__, values))
    dtype = pd.StringDtype("pyarrow", na_value=np.nan)
    return pd.Series(pd.array(pa.array(texts, pa.large_string()), dtype=dtype))


def _decimal_text(value: Decimal) -> str | None:
    if not value.is_finite():
        return None
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _moment_text(value: object) -> str:
    if isinstance(value, datetime):
        # workbooks hold moments as parts of a day: what is below a millisecond is rounding
        rest = value.microsecond % 1000
        moment = (
            value + timedelta(microseconds=1000 - rest)
            if rest >= 500
            else value - timedelta(microseconds=rest)
        )
        return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="milliseconds" if value.microsecond >= 1000 else "seconds")
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    raise TypeError(type(value).__name__)
