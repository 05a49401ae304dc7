"""The pharmacometrician's file (V05): Phoenix names, `Missing`, `hr*ng/mL`.

The parameters are worked out from the concentrations as the laboratories report them, with the real
sampling times and the doses that were given. A sample that was lost, spoilt by light, or drawn
after the dose though planned before it, is no point of its profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from clinmap.simulation.forms.edc_rows import Row
from clinmap.simulation.forms.exposure import lenalidomide_mg
from clinmap.simulation.pharmacokinetics.nca_parameters import (
    Curve,
    Parameters,
    accumulation,
    highest,
    infusions_of_a_course,
    observed,
    ratio,
    single_oral_dose,
    slope,
    steady_state,
)
from clinmap.simulation.pharmacokinetics.noncompartmental import maximum, measurable
from clinmap.simulation.pharmacokinetics.pk import Sample, vendor_rows
from clinmap.simulation.pharmacokinetics.pk_dinutuximab import (
    LOST as LOST_DINUTUXIMAB,
)
from clinmap.simulation.pharmacokinetics.pk_dinutuximab import (
    DinutuximabSample,
    dinutuximab_samples,
    infusions,
)
from clinmap.simulation.pharmacokinetics.pk_edges import VENDOR_MINUTES
from clinmap.simulation.pharmacokinetics.pk_isotretinoin import (
    LOST as LOST_ISOTRETINOIN,
)
from clinmap.simulation.pharmacokinetics.pk_isotretinoin import (
    TAU_H,
    isotretinoin_samples,
    single_dose_mg,
)
from clinmap.simulation.subject import Subject

PARAMETER_COLUMNS = ("Subject", "Analyte", "Profile", "Parameter", "Estimate", "Units")
MISSING = "Missing"
DAY_H, ISOTRETINOIN_SPAN_H = 24.0, 8.0
_ORAL_UNITS = {
    **dict.fromkeys(("Cmax", "Clast", "Cmin", "Cavg"), "ng/mL"),
    **dict.fromkeys(("Tmax", "Tlast", "HL_Lambda_z"), "hr"),
    **dict.fromkeys(("AUClast", "AUCINF_obs", "AUC_TAU", "AUC0_8"), "hr*ng/mL"),
    **dict.fromkeys(("Cl_F_obs", "CLss_F"), "L/hr"),
    **dict.fromkeys(("AR_AUC", "AR_Cmax", "MR_AUC0_8", "MR_Cmax"), "ratio"),
    **dict.fromkeys(("AUCINF_D_obs", "AUC_TAU_D"), "hr*ng/mL/(mg/m2)"),
    "Lambda_z": "1/hr",
    "AUC_%Extrap_obs": "%",
    "Vz_F_obs": "L",
    "Cmax_D": "ng/mL/(mg/m2)",
}
_INFUSION_UNITS = {
    **_ORAL_UNITS,
    **dict.fromkeys(("Cmax", "Clast", "Ctrough", "Ceoi"), "ug/mL"),
    **dict.fromkeys(("AUClast", "AUCINF_obs"), "hr*ug/mL"),
    "Cl_obs": "L/day/m2",
    "Vz_obs": "L/m2",
    "Vss_obs": "L/m2",
}


def parameter_rows(subject: Subject) -> list[Row]:
    """Return the V05 rows of one subject, analyte by analyte."""
    return [*_lenalidomide(subject), *_isotretinoin(subject), *_dinutuximab(subject)]


def _rows(
    subject: Subject, analyte: str, profile: str, parameters: Parameters, units: dict[str, str]
) -> list[Row]:
    return [
        {
            "Subject": subject.member.subject,
            "Analyte": analyte,
            "Profile": profile,
            "Parameter": name,
            "Estimate": MISSING if value is None else f"{value:.7g}",
            "Units": units.get(name, ""),
        }
        for name, value in parameters.items()
    ]


def _level(text: str) -> float | None:
    """Return the concentration of a result text: 0 below quantitation, None without a result."""
    if text in ("", "NR"):
        return None
    return 0.0 if text.startswith(("BLQ", "<")) else float(text)


# --------------------------------------------------------------------------------- lenalidomide


def _lenalidomide(subject: Subject) -> list[Row]:
    by_day = {day: list(rows) for day, rows in groupby(subject.samples, key=lambda s: s.day)}
    if not by_day:
        return []
    curves = {day: _oral_curve(samples) for day, samples in by_day.items()}
    course = subject.given[0]
    mg = lenalidomide_mg(course)
    per_m2 = mg / course.bsa
    rows = _rows(
        subject, "Lenalidomide", "C1D1", single_oral_dose(curves[1], mg, per_m2), _ORAL_UNITS
    )
    if 21 in curves:
        late = curves[21]
        interval = steady_state(late, mg, DAY_H)
        found: Parameters = {
            **observed(late),
            **slope(late),
            **interval,
            "AUC_TAU_D": ratio(interval["AUC_TAU"], per_m2),
            **accumulation(late, curves[1], DAY_H),
        }
        rows += _rows(subject, "Lenalidomide", "C1D21", found, _ORAL_UNITS)
    return rows


def _oral_curve(samples: Sequence[Sample]) -> Curve:
    times: list[float] = []
    levels: list[float | None] = []
    for sample in samples:
        final = [row["CONCC"] for row in vendor_rows([sample])][-1:]
        minutes = timedelta(minutes=VENDOR_MINUTES.get(sample.key, 0))
        hours = (sample.taken + minutes - sample.dosed).total_seconds() / 3600
        late = sample.hours == 0 and hours > 0
        times.append(hours)
        levels.append(None if late or not final else _level(str(final[0])))
    return Curve(measurable(times, levels), whole=levels[0] is not None)


# --------------------------------------------------------------------------------- isotretinoin


def _isotretinoin(subject: Subject) -> list[Row]:
    samples = isotretinoin_samples(subject)
    if not samples:
        return []
    usable = [s for s in samples if not s.flag and s.sample.key not in LOST_ISOTRETINOIN]
    hours = [sample.hours for sample in usable]
    parent, metabolite, isomer = (
        Curve(measurable(hours, [_level(sample.results[place]) for sample in usable]))
        for place in range(3)
    )
    mg = single_dose_mg(subject)
    oxo = _twice_daily(metabolite, mg)
    del oxo["CLss_F"]
    found = {
        "13-cis-RA": _twice_daily(parent, mg),
        "4-oxo-13-cis-RA": {**oxo, **_to_parent(metabolite, parent)},
        "ATRA": {**highest(isomer), "AUC0_8": isomer.until(ISOTRETINOIN_SPAN_H)},
    }
    return [
        row
        for analyte, parameters in found.items()
        for row in _rows(subject, analyte, "C1D28", parameters, _ORAL_UNITS)
    ]


def _twice_daily(curve: Curve, mg: float) -> Parameters:
    """Return the parameters at steady state; the level before the dose stands for that at 12 h."""
    whole = Curve([*curve.points, (TAU_H, curve.points[0][1])])
    interval = steady_state(whole, mg, TAU_H)
    return {**highest(curve), "AUC0_8": curve.until(ISOTRETINOIN_SPAN_H), **interval}


def _to_parent(metabolite: Curve, parent: Curve) -> Parameters:
    return {
        "MR_AUC0_8": ratio(
            metabolite.until(ISOTRETINOIN_SPAN_H), parent.until(ISOTRETINOIN_SPAN_H)
        ),
        "MR_Cmax": ratio(maximum(metabolite.points)[1], maximum(parent.points)[1]),
    }


# ---------------------------------------------------------------------------------- dinutuximab


def _dinutuximab(subject: Subject) -> list[Row]:
    samples = [s for s in dinutuximab_samples(subject) if s.sample.key not in LOST_DINUTUXIMAB]
    if not samples:
        return []
    known = [(s, _level(s.result)) for s in samples if s.result]
    curve = Curve(measurable([s.hours for s, _ in known], [level for _, level in known]))
    given = infusions(subject)
    mg = sum(segment.mg for segment in given)
    began = given[0].start
    middle = sum(
        segment.mg * ((segment.start - began) + (segment.end - began)).total_seconds() / 7200
        for segment in given
    )
    found: Parameters = {
        **infusions_of_a_course(curve, mg / subject.given[0].bsa, middle / mg),
        "Ctrough": _at(samples, 28),
        "Ceoi": _at(samples, 11),
    }
    return _rows(subject, "ch14.18", "C1", found, _INFUSION_UNITS)


def _at(samples: Sequence[DinutuximabSample], day: int) -> float | None:
    """Return the concentration of the sample of a day, None where there is none."""
    return next((_level(s.result or "") for s in samples if s.sample.day == day), None)
