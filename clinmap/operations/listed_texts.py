"""Texts that an operation cannot use, listed: each distinct one, or all at once where many."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from clinmap.problems import Listed, quoted

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Mask, Rows

MOST_NAMED = 20
"""How many different texts are named one by one; more look like identifiers or free text."""


def report_texts(
    rows: Rows,
    code: str,
    texts: pd.Series,
    column: str,
    said: tuple[str, str],
    hint: str | Callable[[str], str] = "",
    many: str = "Is this the right column?",
) -> None:
    """List the texts (missing: nothing to list), with what is said of one of them and of many.

    A text stands in the message as `quoted` allows it for its column and for the target's name.
    """
    distinct = texts.dropna().unique().tolist()
    if len(distinct) > MOST_NAMED:
        told = Listed(tuple(distinct), said[1], many)
        where: Mask = texts.notna().to_numpy(dtype=bool)
        rows.report(code, of_many(told), where, hint=many, listed=told)
        return
    for text in distinct:
        where = (texts == text).to_numpy(dtype=bool, na_value=False)
        message = f"{quoted(text, column, rows.target.name)} {said[0]}"
        told = Listed((text,), said[1], many)
        mend = hint if isinstance(hint, str) else hint(text)
        rows.report(code, message, where, hint=mend, listed=told)


def of_many(told: Listed) -> str:
    """What is said of texts that are too many to be named one by one."""
    return f"{len(told.texts)} different {told.said}"
