"""What only SDTM knows: its operations, supplemental qualifiers and the build of datasets."""

from __future__ import annotations

from clinmap.registry import Operation, Operations

OPERATIONS = Operations(
    __name__,
    {
        "datetime": "collected_datetime.CollectedDatetime",
        "element_at": "element_at.ElementAt",
        "last_before_exposure": "last_before_exposure.LastBeforeExposure",
        "next_start": "next_start.NextStart",
        "range_indicator": "range_indicator.RangeIndicator",
        "reference_range": "reference_range.ReferenceRange",
        "standard_result": "standard_result.StandardResult",
        "study_day": "study_day.StudyDay",
        "visit": "visit.Visit",
    },
)
"""The operations of this room by name, each with the class that it is; for the registry."""


def __getattr__(name: str) -> type[Operation]:
    """A class of an operation by its own name, imported when it is asked for."""
    return OPERATIONS.named(name)
