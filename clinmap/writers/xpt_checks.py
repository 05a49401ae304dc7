"""What a version 5 transport file cannot carry, found before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from clinmap.problems import Problem, Severity

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.writers.xpt_shape import XptDataset, XptVariable

LONGEST_TEXT = 200
LONGEST_LABEL = 40
LARGEST = 2.0**248
"""The largest magnitude that ReadStat writes and reads unchanged (IBM's own limit is 2**252)."""
SMALLEST = 2.0**-260

_NAME = re.compile(r"^[A-Z_][A-Z0-9_]{0,7}$", re.ASCII)
_FORMAT = re.compile(r"^\$?[A-Z_][A-Z0-9_]{0,7}?\d{0,3}\.?\d{0,2}$|^\$?\d{1,3}\.\d{0,2}$", re.ASCII)
_UNPRINTABLE = r"[^ -~]"
_CHARACTER = ("text", "partialDatetime")
_NUMERIC = ("integer", "float")


def check_names(dataset: XptDataset, variables: Sequence[XptVariable]) -> Iterator[Problem]:
    """XPT001 and XPT002: names, labels and formats of the dataset and its variables."""
    yield from _named(dataset.name, "", dataset.name, dataset.label)
    for variable in variables:
        yield from _named(dataset.name, variable.name, variable.name, variable.label)
        if variable.format and not _FORMAT.match(variable.format.upper()):
            said = "the SAS format has a name over 8 characters, or is none"
            yield _error("XPT001", said, dataset.name, variable.name)


def _named(dataset: str, variable: str, name: str, label: str) -> Iterator[Problem]:
    if not _NAME.match(name):
        said = "the name is not a SAS name of up to 8 capitals, digits and underscores"
        yield _error("XPT001", said, dataset, variable)
    if len(label.encode()) > LONGEST_LABEL:
        said = f"the label has {len(label.encode())} bytes, the format has room for {LONGEST_LABEL}"
        yield _error("XPT002", said, dataset, variable, hint="Shorten the label")
    if re.search(_UNPRINTABLE, label):
        yield _error("XPT002", "the label is not printable ASCII", dataset, variable)


def check_columns(
    frame: pd.DataFrame, dataset: XptDataset, variables: Sequence[XptVariable]
) -> Iterator[Problem]:
    """XPT006: the columns are not the variables, or are not of the variable's type."""
    names = [v.name for v in variables]
    for name in dict.fromkeys(n for n in names if n not in frame.columns):
        yield _error("XPT006", "the variable has no column", dataset.name, name)
    for name in dict.fromkeys(str(c) for c in frame.columns if c not in names):
        yield _error("XPT006", "the column is no variable of the dataset", dataset.name, name)
    twice = {n for n in names if names.count(n) > 1} | set(
        frame.columns[frame.columns.duplicated()]
    )
    for name in sorted(twice):
        yield _error("XPT006", "the variable stands twice", dataset.name, name)
    if not names:
        yield _error("XPT006", "the dataset has no variable", dataset.name, "")
    for variable in variables:
        if variable.name in frame.columns and variable.name not in twice:
            said = _mistyped(frame[variable.name], variable.type)
            if said:
                yield _error("XPT006", said, dataset.name, variable.name)


def _mistyped(column: pd.Series, kind: str) -> str:
    """What is wrong with the column's type, or an empty text; without values nothing is."""
    import pandas as pd

    if not column.notna().any():
        return ""
    number = pd.api.types.is_numeric_dtype(column)
    if number and kind in _CHARACTER:
        return f"the column holds numbers, the variable is {kind}"
    if not number and kind in _NUMERIC:
        return f"the column holds no numbers, the variable is {kind}"
    if number or pd.api.types.is_string_dtype(column.dropna()):
        return ""
    return f"the column is of type {column.dtype}: text and numbers can be written"


def character_columns(frame: pd.DataFrame, variables: Sequence[XptVariable]) -> set[str]:
    """The names of the character variables: by type where it decides, else by the column.

    Dates and date-times are character in SDTM and numbers in ADaM: the column's type tells, and for
    a column without values the format, since a numeric format goes with numbers only.
    """
    return {v.name for v in variables if _is_character(frame[v.name], v)}


def _is_character(column: pd.Series, variable: XptVariable) -> bool:
    import pandas as pd

    if variable.type in _CHARACTER or variable.type in _NUMERIC:
        return variable.type in _CHARACTER
    if not column.notna().any() and variable.format:
        return variable.format.startswith("$")
    return not pd.api.types.is_numeric_dtype(column)


def check_values(frame: pd.DataFrame, dataset: str, width: Mapping[str, int]) -> Iterator[Problem]:
    """XPT003, XPT004, XPT005 and XPT007: the values, column by column, then the last row."""
    import pandas as pd

    for name in frame.columns:
        if name in width:
            yield from _check_text(frame[name], dataset, str(name), width[name])
        else:
            numbers = pd.to_numeric(frame[name], errors="coerce").astype("float64").abs()
            bad = (numbers >= LARGEST) | ((numbers > 0) & (numbers < SMALLEST))
            said = "numbers that are infinite or too large or too small for the format"
            yield from _found("XPT005", said, dataset, str(name), bad)
    if len(frame) and set(frame.columns) == set(width) and _blank(frame.iloc[-1]):
        said = "the last row is blank in every variable: the format cannot tell it from filling"
        yield _error("XPT007", said, dataset, "", rows=(f"{dataset}:{len(frame)}",))


def _check_text(column: pd.Series, dataset: str, name: str, width: int) -> Iterator[Problem]:
    """XPT003 and XPT004 of one character variable, found on distinct values."""
    if width > LONGEST_TEXT:
        said = f"the length is {width}, the format has room for {LONGEST_TEXT} bytes"
        yield _error("XPT003", said, dataset, name, hint="Split the text over several variables")
    distinct = [str(value) for value in column.dropna().unique()]
    long = {v for v in distinct if len(v.rstrip(" ").encode()) > min(width, LONGEST_TEXT)}
    said = f"text of more than {min(width, LONGEST_TEXT)} bytes"
    yield from _found("XPT003", said, dataset, name, column.isin(long))
    strange = {v for v in distinct if re.search(_UNPRINTABLE, v)}
    said = "text with characters that are not printable ASCII"
    yield from _found("XPT004", said, dataset, name, column.isin(strange))


def _blank(row: pd.Series) -> bool:
    """Whether no cell of a row of text has more than blanks."""
    return all(not str(value).strip(" ") for value in row.dropna())


def _found(code: str, said: str, dataset: str, name: str, bad: pd.Series) -> Iterator[Problem]:
    """One problem for the rows that are marked, if there are any."""
    rows = tuple(f"{dataset}:{i + 1}" for i in bad.to_numpy().nonzero()[0])
    if rows:
        yield _error(code, said, dataset, name, rows=rows)


def _error(
    code: str, said: str, dataset: str, name: str, *, rows: tuple[str, ...] = (), hint: str = ""
) -> Problem:
    return Problem(
        code,
        Severity.ERROR,
        said,
        dataset=dataset,
        variable=name,
        count=max(len(rows), 1),
        rows=rows,
        hint=hint,
    )
