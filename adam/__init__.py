"""What only ADaM knows: its derivations, one module per family, and the build of its datasets."""

from __future__ import annotations

from clinmap.registry import Operation, Operations

OPERATIONS = Operations(
    __name__,
    {
        "analysis_date": "analysis_date.AnalysisDate",
        "analysis_datetime": "analysis_date.AnalysisDatetime",
        "analysis_range": "analysis_range.AnalysisRange",
        "baseline": "baseline.Baseline",
        "below_limit": "pharmacokinetics.below_limit.BelowLimit",
        "best_response": "best_response.BestResponse",
        "carried_forward": "carried_forward.CarriedForward",
        "change": "change.Change",
        "dose_on": "exposure.DoseOn",
        "duration": "duration.Duration",
        "iso_date": "iso_date.IsoDate",
        "last_dose": "exposure.LastDose",
        "nca": "pharmacokinetics.nca.Nca",
        "on_treatment": "on_treatment.OnTreatment",
        "period_at": "period_at.PeriodAt",
        "proportion_limit": "proportion_limit.ProportionLimit",
        "query": "query.Query",
        "reference_dose": "pharmacokinetics.reference_dose.ReferenceDose",
        "relative_day": "relative_day.RelativeDay",
        "shift": "shift.Shift",
        "time_to_event": "time_to_event.TimeToEvent",
        "toxicity_grade": "toxicity_grade.ToxicityGrade",
        "treatment_emergent": "treatment_emergent.TreatmentEmergent",
    },
)
"""The operations of this room by name, each with the class that it is; for the registry."""


def __getattr__(name: str) -> type[Operation]:
    """A class of an operation by its own name, imported when it is asked for."""
    return OPERATIONS.named(name)
