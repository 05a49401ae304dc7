"""Bone marrow form (R17): a row for each side and type of sample of an evaluation.

Reference: SDTMIG 3.4 section 6.3.5.8 (MI) for what it feeds.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, date_fields, form_rows
from clinmap.simulation.forms.evaluations import Evaluation, earlier, evaluations
from clinmap.simulation.subject import Subject

SAMPLES = (("Left", "Aspirate"), ("Left", "Biopsy"), ("Right", "Aspirate"), ("Right", "Biopsy"))
STAINED_SITES = frozenset({"103", "105"})
Sample = tuple[str, str]

_SHARE_LEFT = {
    "": (1.0, 1.0),
    "CR": (0.0, 0.0),
    "PR": (0.1, 0.3),
    "SD": (0.75, 1.15),
    "PD": (2.0, 2.6),
}
_FIRST: dict[str, tuple[str, ...]] = {"101-001": ("<5", "5", "10", "10")}
_TYPED: dict[tuple[str, str], dict[Sample, str]] = {
    ("103-004", "C02"): {("Right", "Aspirate"): "trace"},
    ("104-001", "C04"): {("Left", "Biopsy"): "10-20%"},
}
_INADEQUATE: dict[tuple[str, str], tuple[Sample, ...]] = {
    ("102-004", "C02"): (("Right", "Biopsy"),),
    ("106-002", "C02"): SAMPLES,
}
_ONE_SIDE = {("106-003", "C02"): "Left"}
_SAMPLED = {("101-001", "SCRN"): date(2013, 2, 25)}


def bone_marrow(subject: Subject) -> list[Row]:
    """Return the R17 rows of one subject; an evaluation without marrow has none."""
    name = subject.member.subject
    chance = generator(subject.seed, name, "BM")
    first = [int(count) for count in chance.integers(8, 46, len(SAMPLES))]
    entries: list[Entry] = []
    for evaluation in evaluations(subject):
        typed = _typed(name, evaluation, first, chance)
        day = _SAMPLED.get((name, evaluation.key), earlier(evaluation, int(chance.integers(0, 4))))
        if evaluation.marrow == "NE" and (name, evaluation.key) not in _INADEQUATE:
            continue
        samples = [s for s in SAMPLES if _ONE_SIDE.get((name, evaluation.key), s[0]) == s[0]]
        entries += [
            Entry(evaluation.folder, day, _fields(name, evaluation, sample, typed[sample], day))
            for sample in samples
        ]
    return form_rows(name, "BM", entries)


def _typed(
    name: str, evaluation: Evaluation, first: list[int], chance: np.random.Generator
) -> dict[Sample, str]:
    """Return the percentage of tumor cells of each sample as text."""
    low, high = _SHARE_LEFT.get(evaluation.marrow, (0.0, 0.0))
    share = float(chance.uniform(low, high))
    texts = [_percent(count * share, evaluation.marrow) for count in first]
    if not evaluation.marrow:
        texts = list(_FIRST.get(name, texts))
    named = _TYPED.get((name, evaluation.key), {})
    return {**dict(zip(SAMPLES, texts, strict=True)), **named}


def _percent(count: float, response: str) -> str:
    """Return ``<5`` for what a pathologist counts as minimal disease, else a whole number."""
    if response == "PR" and count < 5:
        return "<5"
    return str(min(95, round(count)))


def _fields(name: str, evaluation: Evaluation, sample: Sample, typed: str, day: date) -> Row:
    side, kind = sample
    adequate = sample not in _INADEQUATE.get((name, evaluation.key), ())
    stained = kind == "Biopsy" and name[:3] in STAINED_SITES
    return {
        "SIDE": side,
        "SAMPTYPE": kind,
        "TUMPCT": typed if adequate else "",
        "METHOD": "IHC" if stained else "Morph",
        **date_fields("BMDAT", day),
        "ADEQ": "Y" if adequate else "N",
    }
