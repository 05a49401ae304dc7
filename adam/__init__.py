"""What only ADaM knows: its derivations, one module per family, and the build of its datasets."""

from adam.analysis_date import AnalysisDate, AnalysisDatetime
from adam.analysis_range import AnalysisRange
from adam.baseline import Baseline
from adam.best_response import BestResponse
from adam.carried_forward import CarriedForward
from adam.change import Change
from adam.duration import Duration
from adam.exposure import DoseOn, LastDose
from adam.iso_date import IsoDate
from adam.on_treatment import OnTreatment
from adam.period_at import PeriodAt
from adam.pharmacokinetics.below_limit import BelowLimit
from adam.pharmacokinetics.nca import Nca
from adam.pharmacokinetics.reference_dose import ReferenceDose
from adam.proportion_limit import ProportionLimit
from adam.query import Query
from adam.relative_day import RelativeDay
from adam.shift import Shift
from adam.time_to_event import TimeToEvent
from adam.toxicity_grade import ToxicityGrade
from adam.treatment_emergent import TreatmentEmergent

OPERATIONS = (
    AnalysisDate,
    AnalysisDatetime,
    AnalysisRange,
    Baseline,
    BelowLimit,
    BestResponse,
    CarriedForward,
    Change,
    DoseOn,
    Duration,
    IsoDate,
    LastDose,
    Nca,
    OnTreatment,
    PeriodAt,
    ProportionLimit,
    Query,
    ReferenceDose,
    RelativeDay,
    Shift,
    TimeToEvent,
    ToxicityGrade,
    TreatmentEmergent,
)
"""The operations of this room, for the registry."""
