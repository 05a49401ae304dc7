"""Central review of response (V12): two readers for each evaluation, and who decides between them.

Reference: SDTMIG 3.4 section 6.3.9.2 (RS) for what it feeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from clinmap.simulation.chance import generator
from clinmap.simulation.formats.workbooks import Sheet, write_workbook
from clinmap.simulation.forms.evaluations import Evaluation, evaluations
from clinmap.simulation.forms.response import overall
from clinmap.simulation.subject import Subject

READERS = ("Reader 1", "Reader 2")
ADJUDICATOR = "Adjudicator"
COLUMNS = (
    "SUBJECT",
    "TIMEPOINT",
    "READER",
    "EVALDATE",
    "READDATE",
    "SOFTTISSUE",
    "MIBG",
    "OVERALL",
    "NEWLESION",
    "COMMENT",
)
_AGREE_SHARE = 0.85
_NEIGHBOURS = {"CR": "PR", "PR": "SD", "SD": "PR", "PD": "SD", "NE": "SD"}
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """What a reader says of one evaluation."""

    soft: str
    mibg: str
    overall: str
    new: str = "N"
    comment: str = ""


_BORDERLINE = "target is 26 % smaller by our measurement"
_NAMED: dict[tuple[str, str], dict[str, Reading]] = {
    ("103-003", "C02"): {
        "Reader 1": Reading("PR", "PR", "PR"),
        "Reader 2": Reading("SD", "SD", "SD"),
        ADJUDICATOR: Reading("SD", "SD", "SD", comment=_BORDERLINE),
    },
    ("103-003", "C04"): dict.fromkeys(READERS, Reading("SD", "SD", "SD")),
    ("103-003", "C06"): dict.fromkeys(READERS, Reading("SD", "SD", "SD")),
    ("104-002", "C02"): dict.fromkeys(READERS, Reading("PD", "SD", "PD", "Y")),
    ("102-001", "C06"): {  # the adjudication is not back yet
        "Reader 1": Reading("SD", "SD", "MR"),
        "Reader 2": Reading("PR", "SD", "MR"),
    },
}


def central_readings(subject: Subject) -> list[Record]:
    """Return the V12 rows of one subject: the ends of courses, not the end of treatment."""
    chance = generator(subject.seed, subject.member.subject, "CENTRAL")
    return [
        _record(subject.member.subject, evaluation, reader, reading, days)
        for evaluation in evaluations(subject)
        for days, readings in [_readings(subject.member.subject, evaluation, chance)]
        for reader, reading in readings.items()
        if evaluation.planned_by_course
    ]


def _readings(
    name: str, evaluation: Evaluation, chance: np.random.Generator
) -> tuple[int, dict[str, Reading]]:
    """Return the days until the reading, and the readings by reader."""
    drawn = {reader: _reading(evaluation, chance) for reader in READERS}
    days = int(chance.integers(14, 60))
    if len({astuple(reading) for reading in drawn.values()}) > 1:
        drawn[ADJUDICATOR] = _as_the_site(evaluation)
    return days, _NAMED.get((name, evaluation.key), drawn)


def _reading(evaluation: Evaluation, chance: np.random.Generator) -> Reading:
    soft, mibg = (
        answer if chance.random() < _AGREE_SHARE else _NEIGHBOURS.get(answer, "NE")
        for answer in (evaluation.soft, evaluation.mibg)
    )
    return Reading(soft, mibg, overall({soft, mibg, evaluation.marrow}))


def _as_the_site(evaluation: Evaluation) -> Reading:
    soft, mibg = evaluation.soft, evaluation.mibg
    return Reading(soft, mibg, overall({soft, mibg, evaluation.marrow}))


def _record(name: str, evaluation: Evaluation, reader: str, reading: Reading, days: int) -> Record:
    later = 12 if reader == ADJUDICATOR else READERS.index(reader)
    cells: tuple[str | date, ...] = (
        name,
        f"End of Course {int(evaluation.key[1:])}",
        reader,
        evaluation.day,
        evaluation.day + timedelta(days=days + later),
        reading.soft,
        reading.mibg,
        reading.overall,
        reading.new,
        reading.comment,
    )
    return dict(zip(COLUMNS, cells, strict=True))


def write_central_review(path: Path, records: Sequence[Record]) -> int:
    """Write the workbook: two lines of title, the header in line 3, a sheet that explains it."""
    title = (("N2011-04 Central Review of Response",), ("SYNTHETIC DATA",))
    rows = [[record[column] for column in COLUMNS] for record in records]
    explained = (
        ("SOFTTISSUE, MIBG, OVERALL", "CR, PR, MR, SD, PD or NE by the criteria of the protocol"),
        ("READER", "two readers; an adjudicator where they differ in any response"),
    )
    write_workbook(path, [Sheet("Reads", [*title, COLUMNS, *rows]), Sheet("Legend", explained)])
    return len(rows)
