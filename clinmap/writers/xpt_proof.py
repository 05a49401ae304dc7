"""Proof that a transport file says what it was given: it is read back and compared."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmap.problems import OutputError

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.writers.xpt_shape import XptDataset, XptVariable


@dataclass(frozen=True)
class Expected:
    """What a file should say: the rows, the dataset, its variables, the lengths of text."""

    frame: pd.DataFrame
    dataset: XptDataset
    variables: Sequence[XptVariable]
    width: Mapping[str, int]


def check_written(expected: Expected, path: Path) -> None:
    """Compare the file with names, labels, formats, lengths, types and values that it should have.

    Missing text and blank text are one in the format; so are texts that differ in trailing blanks.
    Problems: OutputError XPT009 that names the first difference (never a value).
    """
    import pyreadstat

    try:
        back, meta = pyreadstat.read_xport(os.fspath(path), disable_datetime_conversion=True)
    except Exception:  # pyreadstat raises many kinds
        raise OutputError("XPT009", f"{path.name} cannot be read back") from None
    said = next(_differences(expected, back, meta), "")
    if said:
        raise OutputError("XPT009", f"{path.name} differs from what was written: {said}")


def _differences(expected: Expected, back: pd.DataFrame, meta: Any) -> Iterator[str]:
    """What differs, in words, first what concerns the whole file."""
    frame, dataset, width = expected.frame, expected.dataset, expected.width
    if list(back.columns) != list(frame.columns):
        yield "its variables"
        return
    if len(back) != len(frame):
        yield f"it has {len(back)} rows and not {len(frame)}"
        return
    if meta.table_name != dataset.name:
        yield "its name"
    if (meta.file_label or "").rstrip(" ") != dataset.label.rstrip(" "):
        yield "its label"
    for variable in expected.variables:
        yield from _variable_differences(variable, meta, width)
        yield from _value_differences(
            frame[variable.name], back[variable.name], variable.name in width
        )


def _variable_differences(
    variable: XptVariable, meta: Any, width: Mapping[str, int]
) -> Iterator[str]:
    name = variable.name
    if (meta.column_names_to_labels[name] or "") != variable.label.rstrip(" "):
        yield f"the label of {name}"
    if meta.variable_storage_width[name] != width.get(name, 8):
        yield f"the length of {name}"
    if meta.readstat_variable_types[name] != ("string" if name in width else "double"):
        yield f"the type of {name}"
    if (meta.original_variable_types[name] or "") != variable.format.upper().rstrip("."):
        yield f"the format of {name}"


def _value_differences(given: pd.Series, back: pd.Series, character: bool) -> Iterator[str]:
    import numpy as np

    if character:
        expected = given.astype(object).where(given.notna(), "").astype(str).str.rstrip(" ")
        found = back.astype(object).where(back.notna(), "").astype(str)
        same = expected.to_numpy() == found.to_numpy()
    else:
        numbers = given.astype("float64").to_numpy()
        same = np.equal(numbers, back.to_numpy()) | (np.isnan(numbers) & np.isnan(back.to_numpy()))
    if not same.all():
        yield f"{int((~same).sum())} values of {given.name}"
