"""What only SDTM knows: its operations, supplemental qualifiers and the build of datasets."""

from sdtm.collected_datetime import CollectedDatetime
from sdtm.element_at import ElementAt
from sdtm.last_before_exposure import LastBeforeExposure
from sdtm.next_start import NextStart
from sdtm.range_indicator import RangeIndicator
from sdtm.reference_range import ReferenceRange
from sdtm.standard_result import StandardResult
from sdtm.study_day import StudyDay
from sdtm.visit import Visit

OPERATIONS = (
    CollectedDatetime,
    ElementAt,
    LastBeforeExposure,
    NextStart,
    RangeIndicator,
    ReferenceRange,
    StandardResult,
    StudyDay,
    Visit,
)
"""The operations of this room, for the registry."""
