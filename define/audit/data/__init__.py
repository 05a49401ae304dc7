"""A define.xml against the datasets that it describes, made by anyone."""

from __future__ import annotations

from define.audit.data.content import Column, Dataset, columns_of
from define.audit.data.datasets import data_problems

__all__ = ["Column", "Dataset", "columns_of", "data_problems"]
