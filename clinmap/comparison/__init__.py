"""Two datasets, or two folders of datasets, compared cell by cell, as SAS PROC COMPARE does."""

from clinmap.comparison.datasets import compare_datasets, compare_folders
from clinmap.comparison.differences import Difference, differing_cells, worst_first
from clinmap.comparison.exclusions import (
    Exclusion,
    filled_in_base_only,
    filled_in_compare_only,
)
from clinmap.comparison.keys import GuessedKeys, guess_keys
from clinmap.comparison.outcome import (
    DatasetComparison,
    DifferenceExample,
    DifferencePattern,
    FolderComparison,
    VariableComparison,
)
from clinmap.comparison.report import report_html, report_markdown, report_text
from clinmap.comparison.variables import Tolerance

__all__ = [
    "DatasetComparison",
    "Difference",
    "DifferenceExample",
    "DifferencePattern",
    "Exclusion",
    "FolderComparison",
    "GuessedKeys",
    "Tolerance",
    "VariableComparison",
    "compare_datasets",
    "compare_folders",
    "differing_cells",
    "filled_in_base_only",
    "filled_in_compare_only",
    "guess_keys",
    "report_html",
    "report_markdown",
    "report_text",
    "worst_first",
]
