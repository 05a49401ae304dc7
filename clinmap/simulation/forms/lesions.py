"""Tumor measurement form (R15): a row for each lesion and evaluation.

Reference: SDTMIG 3.4 sections 6.3.12.1 (TU) and 6.3.12.2 (TR) for what it feeds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, date_fields, form_rows
from clinmap.simulation.forms.evaluations import Evaluation, earlier, evaluations
from clinmap.simulation.forms.lesion_edges import (
    METHODS,
    NAMED_LESIONS,
    NEW,
    NEW_LESIONS,
    NON_TARGET,
    SCANNED,
    SIZES,
    STATES,
    TARGET,
    UNITS,
    Lesion,
)
from clinmap.simulation.subject import Subject

CENTIMETRE_SITES = frozenset({"101", "102", "105"})
NOT_IMAGED = "Not imaged"
_TARGETS = (
    "R adrenal",
    "L adrenal",
    "Retroperitoneal mass",
    "Posterior mediastinum",
    "Pelvic mass",
)
_OTHERS = ("Para-aortic lymph nodes", "L supraclavicular lymph node", "Liver")
_LATER = ("L cervical lymph node", "R inguinal lymph node", "Paraspinal soft tissue")
_SHARE_LEFT = {"": (1.0, 1.0), "CR": (0.0, 0.0), "PR": (0.50, 0.66), "SD": (0.80, 1.08)}
_AFTER_PARTIAL = (0.70, 0.74)
_RESIDUAL = 6.0
_NEW_SHARE = 0.4


def tumor_measurements(subject: Subject) -> list[Row]:
    """Return the R15 rows of one subject."""
    name = subject.member.subject
    chance = generator(subject.seed, name, "TUMOR")
    known = _lesions(name, chance)
    smallest = sum(lesion.first for lesion in known)
    entries: list[Entry] = []
    for evaluation in evaluations(subject):
        known = _measured(name, evaluation, known, smallest, chance)
        if evaluation.soft != "NE":
            smallest = min(smallest, sum(lesion.size for lesion in known))
        known += _found(name, evaluation, len(known), chance)
        days = int(chance.integers(0, 4))
        entries += [_entry(name, evaluation, lesion, days) for lesion in known]
    return form_rows(name, "TUMOR", entries)


def _lesions(name: str, chance: np.random.Generator) -> list[Lesion]:
    """Return the lesions seen at screening: one or two targets, up to two others."""
    targets, others = 1 + int(chance.random() < 0.45), int(chance.integers(0, 3))
    places = [_TARGETS[i] for i in chance.permutation(len(_TARGETS))[:targets]]
    other_places = [_OTHERS[i] for i in chance.permutation(len(_OTHERS))[:others]]
    sizes = chance.integers(18, 62, targets)
    drawn = [
        Lesion(number, TARGET, place, float(size))
        for number, (place, size) in enumerate(zip(places, sizes, strict=True), start=1)
    ]
    drawn += [
        Lesion(number, NON_TARGET, place)
        for number, place in enumerate(other_places, start=targets + 1)
    ]
    return list(NAMED_LESIONS.get(name, drawn))


def _measured(
    name: str,
    evaluation: Evaluation,
    known: list[Lesion],
    smallest: float,
    chance: np.random.Generator,
) -> list[Lesion]:
    """Return the lesions with their sizes at an evaluation, beside the smallest sum so far."""
    at_first = sum(lesion.first for lesion in known) or 1.0
    before = sum(lesion.size for lesion in known)
    low, high = _SHARE_LEFT.get(evaluation.soft, (0.0, 0.0))
    if evaluation.soft == "SD" and smallest < 0.7 * at_first:
        low, high = _AFTER_PARTIAL
    share, growth = float(chance.uniform(low, high)), float(chance.uniform(1.25, 1.6))
    if evaluation.soft in ("SD", "PR") and not smallest:
        share = _RESIDUAL / at_first
    if evaluation.soft == "PD":
        share = max(smallest * growth, smallest + 10, before * 1.2) / at_first
    sizes = iter(SIZES.get((name, evaluation.key), ()))
    return [
        replace(lesion, size=next(sizes, float(round(lesion.first * share)))) for lesion in known
    ]


def _found(
    name: str, evaluation: Evaluation, known: int, chance: np.random.Generator
) -> list[Lesion]:
    """Return a lesion that is new at an evaluation, if there is one."""
    drawn, place = chance.random() < _NEW_SHARE, _LATER[int(chance.integers(0, len(_LATER)))]
    named = NEW_LESIONS.get((name, evaluation.key))
    if named or not (drawn and evaluation.soft == "PD") or name in NAMED_LESIONS:
        return [named] if named else []
    return [Lesion(known + 1, NEW, place)]


def _entry(name: str, evaluation: Evaluation, lesion: Lesion, days: int) -> Entry:
    at = (name, evaluation.key, lesion.number)
    status = STATES.get(at, _status(evaluation, lesion))
    day = SCANNED.get(at, earlier(evaluation, days))
    measured = lesion.kind != NON_TARGET and lesion.first and not status.startswith(_NO_SIZE)
    unit = "cm" if name[:3] in CENTIMETRE_SITES else "mm"
    fields = {
        "LESNO": str(lesion.number),
        "LESTYPE": lesion.kind,
        "LOCATION": lesion.location,
        "METHOD": METHODS.get(at, lesion.method),
        "LDIAM": _typed(lesion.size, unit) if measured else "",
        "UNIT": UNITS.get(at, unit) if measured else "",
        "STATUS": status,
        **date_fields("SCANDAT", None if status == NOT_IMAGED else day),
    }
    return Entry(evaluation.folder, day, fields)


_NO_SIZE = (NOT_IMAGED, "Not evaluable", "Too small", "Merged")


def _status(evaluation: Evaluation, lesion: Lesion) -> str:
    if evaluation.soft == "NE":
        return NOT_IMAGED
    if lesion.kind == NEW:
        return "Unequivocal"
    if lesion.kind == TARGET:
        return ""
    return "Absent" if evaluation.soft == "CR" else "Present"


def _typed(size: float, unit: str) -> str:
    return f"{size:.0f}" if unit == "mm" or not size else f"{size / 10:.1f}"
