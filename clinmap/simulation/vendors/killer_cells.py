"""Function of natural killer cells (V09): lysis of tumor cells at several effector-target ratios.

ADCC is measured with the study's antibody, and with a control antibody; the direct test with
labelled cells has no control. Reference: study protocol calendar; SDTMIG 3.4 section 6.3.5.6 (LB)
for what it feeds.
"""

from __future__ import annotations

import math

from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Row
from clinmap.simulation.subject import Subject
from clinmap.simulation.vendors.immune_calendar import time_points

COLUMNS = ("SUBJ", "TPT", "ASSAY", "ET_RATIO", "PCT_LYSIS", "CTRL_PCT")
_NOT_MEASURED = ("C1D12", "C4 EOC")
_RATIOS = ((50.0, "50:1"), (25.0, "25:1"), (12.5, "12.5:1"))
_ASSAYS = (("ADCC", 48.0), ("cytotox", 30.0))
_BEST = {"C1D8 PRE": 1.35, "C1D15": 1.2}
_TOO_FEW_CELLS = {("104-002", "C1D8 PRE", "12.5:1")}
_RATIO_AS_TYPED = {("106-002", "C1D1 PRE", "50:1"): "50"}
_NAMED_LYSIS = {
    ("101-003", "C1D8 PRE", "ADCC", "50:1"): ("62.4", "11.8"),
    ("105-002", "C1D28", "cytotox", "12.5:1"): ("-0.8", ""),
}


def killer_cell_function(subject: Subject) -> list[Row]:
    """Return the V09 rows of a subject; `ND` where there were too few cells."""
    member = subject.member
    chance = generator(subject.seed, member.subject, "NKF")
    level = math.exp(0.25 * float(chance.standard_normal()))
    rows: list[Row] = []
    for point in time_points(member, subject.given):
        if point.name in _NOT_MEASURED:
            continue
        noise = iter((chance.standard_normal(12) * 0.1).tolist())
        for assay, most in _ASSAYS:
            for ratio, text in _RATIOS:
                usual = most * level * _BEST.get(point.name, 1.0) * ratio / (ratio + 15)
                lysis = min(96.0, usual * math.exp(next(noise)))
                control = 8.0 * math.exp(next(noise)) if assay == "ADCC" else None
                rows.append(_row(member.subject, (point.name, assay, text), lysis, control))
    return rows


def _row(who: str, what: tuple[str, str, str], lysis: float, control: float | None) -> Row:
    point, assay, ratio = what
    measured, with_control = f"{lysis:.1f}", "" if control is None else f"{control:.1f}"
    if (who, point, ratio) in _TOO_FEW_CELLS:
        measured, with_control = "ND", "ND" if control is not None else ""
    measured, with_control = _NAMED_LYSIS.get((who, *what), (measured, with_control))
    return {
        "SUBJ": who,
        "TPT": point,
        "ASSAY": assay,
        "ET_RATIO": _RATIO_AS_TYPED.get((who, point, ratio), ratio),
        "PCT_LYSIS": measured,
        "CTRL_PCT": with_control,
    }
