"""What a version 5 transport file cannot carry, found before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from clinmap.problems import Problem, Severity

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.writers.xpt_shape import XptDataset, XptVariable
    from clinmap.xpt.columns import Text
    from clinmap.xpt.layout import Field
    from clinmap.xpt.rows import Columns

    Mask = npt.NDArray[np.bool_]

LONGEST_TEXT = 200
LONGEST_LABEL = 40

_NAME = re.compile(r"^[A-Z_][A-Z0-9_]{0,7}$", re.ASCII)
_FORMAT = re.compile(r"^\$?[A-Z_][A-Z0-9_]{0,7}?\d{0,3}\.?\d{0,2}$|^\$?\d{1,3}\.\d{0,2}$", re.ASCII)
_FIRST = 1000
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

    if not _has_values(column):
        return ""
    number = pd.api.types.is_numeric_dtype(column)
    if number and kind in _CHARACTER:
        return f"the column holds numbers, the variable is {kind}"
    if not number and kind in _NUMERIC:
        return f"the column holds no numbers, the variable is {kind}"
    if number or _holds_text(column):
        return ""
    return f"the column is of type {column.dtype}: text and numbers can be written"


def _has_values(column: pd.Series) -> bool:
    """Whether a value is not missing: nearly always the first rows tell."""
    return bool(column.iloc[:_FIRST].notna().any() or column.notna().any())


def _holds_text(column: pd.Series) -> bool:
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return _holds_text(column.cat.categories.to_series())
    if column.dtype == object:  # the first rows tell; `text_of` finds others in later ones
        return pd.api.types.infer_dtype(column.iloc[:_FIRST], skipna=True) in ("string", "empty")
    return pd.api.types.is_string_dtype(column)


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
    if variable.format and not _has_values(column):
        return variable.format.startswith("$")
    return not pd.api.types.is_numeric_dtype(column)


def check_values(
    columns: Columns, dataset: str, fields: Sequence[Field], before: int = 0
) -> Iterator[Problem]:
    """XPT003, XPT004, XPT005 and XPT011: the values, column by column.

    `before` is the number of rows that came earlier: rows are counted from 1 over all of them.
    """
    from clinmap.xpt.columns import Text

    for field in fields:
        column = columns[field.name]
        if isinstance(column, Text):
            faults = _text_faults(column, field)
        else:
            faults = _number_faults(column, field)
        for code, said, bad in faults:
            if bad is not None:
                rows = tuple(f"{dataset}:{before + i + 1}" for i in bad.nonzero()[0])
                yield _error(code, said, dataset, field.name, rows=rows)


def check_mixed(dataset: str, names: Sequence[str]) -> Iterator[Problem]:
    """XPT006: text columns in which a value is something else."""
    for name in names:
        said = "the column holds text and other values: text and numbers can be written"
        yield _error("XPT006", said, dataset, name)


def check_lengths(dataset: str, fields: Sequence[Field]) -> Iterator[Problem]:
    """XPT003: character variables that are longer than the format allows."""
    for field in fields:
        if field.character and field.length > LONGEST_TEXT:
            said = f"the length is {field.length}, the format has room for {LONGEST_TEXT} bytes"
            hint = "Split the text over several variables"
            yield _error("XPT003", said, dataset, field.name, hint=hint)


def check_last_row(columns: Columns, dataset: str, before: int = 0) -> Iterator[Problem]:
    """XPT007: the last row is blank in every variable, and would be taken for filling."""
    from clinmap.xpt.columns import Text

    texts = [column for column in columns.values() if isinstance(column, Text)]
    if len(texts) == len(columns) and len(texts[0]) and not any(text.last() for text in texts):
        said = "the last row is blank in every variable: the format cannot tell it from filling"
        rows = (f"{dataset}:{before + len(texts[0])}",)
        yield _error("XPT007", said, dataset, "", rows=rows)


def _text_faults(text: Text, field: Field) -> Iterator[tuple[str, str, Mask | None]]:
    room = min(field.length, LONGEST_TEXT)
    yield "XPT003", f"text of more than {room} bytes", text.too_long(room)
    said = "text with characters that are not printable ASCII"
    yield "XPT004", said, text.unprintable()


def _number_faults(
    numbers: npt.NDArray[np.float64], field: Field
) -> Iterator[tuple[str, str, Mask | None]]:
    from clinmap.xpt.ibm import LONGEST, loses_digits, out_of_range

    said = "numbers that are infinite or too large or too small for the format"
    bad = out_of_range(numbers)
    if bad.any():
        yield "XPT005", said, bad
    elif field.length < LONGEST:
        lost = loses_digits(numbers, field.length)
        said = f"numbers that lose digits at a length of {field.length} bytes"
        yield "XPT011", said, lost if lost.any() else None


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
