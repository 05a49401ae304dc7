"""What only ADaM knows: its derivations, one module per family, and the build of its datasets."""

from adam.analysis_date import AnalysisDate, AnalysisDatetime
from adam.exposure import DoseOn, LastDose
from adam.iso_date import IsoDate
from adam.relative_day import RelativeDay
from adam.treatment_emergent import TreatmentEmergent

OPERATIONS = (
    AnalysisDate,
    AnalysisDatetime,
    DoseOn,
    IsoDate,
    LastDose,
    RelativeDay,
    TreatmentEmergent,
)
"""The operations of this room, for the registry."""
