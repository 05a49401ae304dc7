"""What a file of a dataset says of it beside the rows: name, label, columns, keys, identifiers.

Every format but the transport file writes this one description, and it comes from the document
model of define.xml, so that no file says otherwise. Source: Dataset-JSON 1.1, sections Top-level
Metadata Attributes and Column Metadata.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MOMENTS = ("date", "datetime", "time")
"""The data types that are ISO 8601 text in JSON, and may be numbers of SAS in a frame."""


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """One column; `data_type` in the words of Dataset-JSON (string, integer, float, date …).

    `numeric` says that the frame holds numbers, also for a date. `length` is in characters, `key`
    the place among the keys, from 1.
    """

    name: str
    label: str
    oid: str
    data_type: str
    numeric: bool
    length: int | None = None
    format: str = ""
    key: int | None = None

    @property
    def is_sas_moment(self) -> bool:
        """Whether it is a date or time that stands as a number of SAS in the frame."""
        return self.numeric and self.data_type in MOMENTS


@dataclass(frozen=True, slots=True)
class DatasetDescription:
    """A dataset with its columns in order, its OIDs as in define.xml, and when it was made."""

    name: str
    label: str
    oid: str
    columns: tuple[ColumnDescription, ...]
    stamp: datetime
    file_oid: str = ""
    study_oid: str = ""
    metadata_oid: str = ""
    metadata_file: str = ""
