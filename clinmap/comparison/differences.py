"""The differences of a comparison by variable and pattern, worst first: as classes and as cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinmap.comparison.outcome import (
    DatasetComparison,
    DifferencePattern,
    FolderComparison,
)

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = ("dataset", "variable", "pattern", "cells", "keys", "base", "compare")


@dataclass(frozen=True, slots=True)
class Difference:
    """One class of difference of one variable: what a programmer looks into at once."""

    dataset: str
    variable: str
    compared: int
    pattern: DifferencePattern


def worst_first(comparison: DatasetComparison | FolderComparison) -> tuple[Difference, ...]:
    """Every pattern of every variable, that with most cells first, then by name.

    >>> import pandas as pd
    >>> from clinmap.comparison import compare_datasets
    >>> ours = pd.DataFrame({"K": ["1", "2"], "A": ["x", "y"], "B": ["Mild", "Mild"]})
    >>> theirs = pd.DataFrame({"K": ["1", "2"], "A": ["X", "y"], "B": ["MILD", "MILD"]})
    >>> found = worst_first(compare_datasets(ours, theirs, name="AE", keys=["K"]))
    >>> [(one.variable, one.pattern.kind, one.pattern.count) for one in found]
    [('B', 'case', 2), ('A', 'case', 1)]
    """
    found = [
        Difference(dataset.name, variable.name, variable.compared, pattern)
        for dataset in as_folder(comparison).datasets
        for variable in dataset.variables
        for pattern in variable.patterns
    ]
    return tuple(
        sorted(found, key=lambda d: (-d.pattern.count, d.dataset, d.variable, d.pattern.kind))
    )


def differing_cells(comparison: DatasetComparison | FolderComparison) -> DataFrame:
    """Every differing cell with its pattern, in the order of `worst_first`.

    `cells` is the number of cells of the same dataset, variable and pattern; `keys` are those of
    the row in one text; `base` and `compare` are the values as text, missing as null.
    """
    import pandas as pd

    folder = as_folder(comparison)
    long = folder.cells()
    kinds = [k for d in folder.datasets for cells in d.differing for k in cells.kinds]
    long["pattern"] = pd.Series(kinds, dtype="str")
    by = ["dataset", "variable", "pattern"]
    long["cells"] = long.groupby(by)["keys"].transform("size").astype("int64")
    ordered = long.sort_values(["cells", *by], ascending=[False, True, True, True], kind="stable")
    return ordered[list(COLUMNS)].reset_index(drop=True)


def as_folder(comparison: DatasetComparison | FolderComparison) -> FolderComparison:
    """A comparison of one dataset as one of several."""
    if isinstance(comparison, FolderComparison):
        return comparison
    return FolderComparison((comparison,))
