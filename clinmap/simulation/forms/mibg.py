"""MIBG scan form (R16): ten Curie segments (0-3) and the total as the site added it up.

Reference: Ady 1995 scoring of MIBG scans in ten segments; SDTMIG 3.4 sections 6.3.12.1 (TU),
6.3.12.2 (TR) and 6.3.9.2 (RS) for what it feeds.
"""

from __future__ import annotations

import math
from datetime import date

import numpy as np

from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, date_fields, form_rows
from clinmap.simulation.forms.evaluations import Evaluation, earlier, evaluations
from clinmap.simulation.subject import Subject

SEGMENTS = 10
LOCAL, CENTRAL = "Local", "Central"
CENTRALLY_READ_SITES = frozenset({"103"})
NOT_AVID = frozenset({"104-005"})
_MOST = 3
_SHARE_LEFT = {"": (1.0, 1.0), "CR": (0.0, 0.0), "PR": (0.15, 0.5), "SD": (0.7, 1.05)}
_AGREE_SHARE = 0.7
Scores = tuple[int, ...]

_FIRST: dict[str, Scores] = {
    "101-001": (0, 0, 2, 1, 0, 0, 0, 0, 0, 1),
    "101-006": (1, 2, 2, 0, 1, 1, 0, 2, 0, 0),
    "103-003": (0, 2, 2, 1, 2, 1, 0, 2, 0, 0),
}
_LOCAL: dict[tuple[str, str], Scores] = {
    ("101-006", "C02"): (1, 2, 1, 0, 1, 1, 0, 1, 0, 0),
    ("101-006", "C04"): (1, 2, 1, 0, 1, 0, 0, 2, 0, 0),
    ("103-003", "C02"): (0, 1, 1, 0, 1, 0, 0, 1, 0, 0),
}
_CENTRAL: dict[tuple[str, str], Scores] = {
    ("103-003", "C02"): (0, 2, 1, 1, 1, 1, 0, 1, 0, 0),
}
_TYPED_TOTAL = {("101-006", "C02"): "9"}
_NOT_IMAGED = {("101-006", "C04"): 6}
_SCANNED = {("101-001", "SCRN"): date(2013, 2, 25)}


def mibg_scans(subject: Subject) -> list[Row]:
    """Return the R16 rows of one subject: the local reading, and the central one where sent."""
    name = subject.member.subject
    chance = generator(subject.seed, name, "MIBG")
    first = _first_scores(name, chance)
    entries: list[Entry] = []
    scores = first
    for evaluation in evaluations(subject):
        scores = _scores(name, evaluation, first, sum(scores), chance)
        central = _central_scores(name, evaluation, scores, chance)
        days = int(chance.integers(0, 4))
        if evaluation.mibg != "NE":
            entries += _readings(name, evaluation, scores, central, days)
    return form_rows(name, "MIBG", entries)


def _first_scores(name: str, chance: np.random.Generator) -> Scores:
    """Return the scores at screening: two to six segments, the soft tissue seldom."""
    involved = chance.permutation(SEGMENTS)[: int(chance.integers(2, 7))]
    drawn = [0] * SEGMENTS
    for segment in involved:
        drawn[int(segment)] = int(chance.integers(1, _MOST + 1))
    return _FIRST.get(name, tuple(drawn))


def _scores(
    name: str, evaluation: Evaluation, first: Scores, before: int, chance: np.random.Generator
) -> Scores:
    """Return the scores that go with the response; progression is never below the last scan."""
    low, high = _SHARE_LEFT.get(evaluation.mibg, (0.0, 0.0))
    share, growth = float(chance.uniform(low, high)), float(chance.uniform(1.25, 1.6))
    total = sum(first)
    wanted = round(total * share)
    if evaluation.mibg == "PR":
        wanted = max(1, math.floor(total * share))
    if evaluation.mibg == "PD":
        wanted = min(max(math.ceil(total * growth), before) + 1, _MOST * SEGMENTS)
    return _LOCAL.get((name, evaluation.key), brought_to(first, wanted))


def brought_to(scores: Scores, wanted: int) -> Scores:
    """Return scores with another sum: the last involved segments change first.

    >>> brought_to((0, 3, 1), 2)
    (0, 2, 0)
    >>> brought_to((0, 3, 1), 7)
    (1, 3, 3)
    """
    left = list(scores)
    order = sorted(range(len(left)), key=lambda segment: (scores[segment] > 0, segment))
    for segment in reversed(order):
        change = wanted - sum(left)
        left[segment] = min(_MOST, max(0, left[segment] + change))
    return tuple(left)


def _central_scores(
    name: str, evaluation: Evaluation, local: Scores, chance: np.random.Generator
) -> Scores | None:
    """Return the central reading, where one was asked for: the local one, or a point off."""
    agrees, segment = chance.random() < _AGREE_SHARE, int(chance.integers(0, SEGMENTS))
    if name[:3] not in CENTRALLY_READ_SITES:
        return None
    off = tuple(min(_MOST, s + (i == segment)) for i, s in enumerate(local))
    return _CENTRAL.get((name, evaluation.key), local if agrees else off)


def _readings(
    name: str, evaluation: Evaluation, local: Scores, central: Scores | None, days: int
) -> list[Entry]:
    day = _SCANNED.get((name, evaluation.key), earlier(evaluation, days))
    if name in NOT_AVID:
        return [Entry(evaluation.folder, day, _not_avid(evaluation, day))]
    blank = _NOT_IMAGED.get((name, evaluation.key))
    typed = _TYPED_TOTAL.get((name, evaluation.key))
    entries = [Entry(evaluation.folder, day, _fields(local, day, LOCAL, blank, typed))]
    if central is not None:
        entries.append(Entry(evaluation.folder, day, _fields(central, day, CENTRAL)))
    return entries


def _fields(
    scores: Scores, day: date, reader: str, blank: int | None = None, typed: str | None = None
) -> Row:
    total = "" if blank else typed or str(sum(scores))
    return {
        **_segments(["" if i == blank else str(s) for i, s in enumerate(scores, start=1)]),
        "CURIETOT": total,
        "MIBGAVID": "Y",
        "FDGYN": "N",
        **date_fields("MIBGDAT", day),
        "READER": reader,
    }


def _not_avid(evaluation: Evaluation, day: date) -> Row:
    """Return the row of a tumor that takes up no MIBG: scanned once, FDG-PET from then on."""
    scanned = not evaluation.mibg
    return {
        **_segments(["0" if scanned else ""] * SEGMENTS),
        "CURIETOT": "0" if scanned else "",
        "MIBGAVID": "N",
        "FDGYN": "Y",
        **date_fields("MIBGDAT", day if scanned else None),
        "READER": LOCAL,
    }


def _segments(typed: list[str]) -> Row:
    return {f"SEG{number:02d}": text for number, text in enumerate(typed, start=1)}
