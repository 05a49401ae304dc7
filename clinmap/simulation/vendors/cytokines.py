"""Cytokines and chemokines by bead-based immunoassay (V08): one plate per subject, one workbook.

The laboratory exports the means of the wells of a sample, one column per analyte, below four lines
about the run; a second sheet has the limits of quantitation. Reference: study protocol calendar;
SDTMIG 3.4 section 6.3.5.6 (LB) for what it feeds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clinmap.simulation.chance import generator
from clinmap.simulation.formats.workbooks import Cell, Sheet, write_workbook
from clinmap.simulation.subject import Subject
from clinmap.simulation.vendors.immune_calendar import time_points

# analyte | lower and upper limit in pg/mL | usual value | factor under lenalidomide, after antibody
_ANALYTES = """
IL-2|3.2|2500|2.4|2.5|4.0
IL-6|2.0|3000|6.0|1.0|3.0
IL-8|2.6|4000|14|1.0|1.8
IL-10|2.2|3500|5.0|1.1|2.2
IL-12p70|3.0|2800|3.4|1.2|1.4
IL-15|15|5000|24|1.3|1.6
TNF-a|2.4|2500|9.0|1.1|1.7
IFN-g|4.1|4500|6.5|2.0|3.5
sIL-2R|40|20000|900|1.4|2.6
GM-CSF|5.0|3000|7.0|1.0|1.2
VEGF-A|8.0|6000|60|0.7|0.8
MIG|12|8000|140|1.6|3.0
IP-10|6.0|6000|110|1.5|3.2
MCP-1|4.0|800|180|1.1|2.0
MIP-1a|3.5|2500|12|1.1|1.4
MIP-1b|3.0|3000|55|1.1|1.3
RANTES|10|30000|9000|0.9|0.9
"""
_TREATED = {"C1D8 PRE": 0, "C1D12": 1, "C1D15": 1}
_SPREAD_OF_SUBJECTS, _SPREAD_OF_SAMPLES, _EXTRAPOLATED_DOWN_TO = 0.5, 0.25, 0.75
_PLATE_ROWS = "ABCDEFGH"
_HEAD = ("Plate", "Wells", "Type", "Subject", "Time Point")


@dataclass(frozen=True)
class Analyte:
    """One analyte: limits of quantitation, the usual value, and what treatment does to it."""

    name: str
    lower: float
    upper: float
    usual: float
    effects: tuple[float, float]


def _analyte(line: str) -> Analyte:
    name, *numbers = line.split("|")
    lower, upper, usual, *effects = (float(number) for number in numbers)
    return Analyte(name, lower, upper, usual, (effects[0], effects[1]))


ANALYTES = tuple(_analyte(line) for line in _ANALYTES.strip().splitlines())
COLUMNS = (*_HEAD, *(analyte.name for analyte in ANALYTES))
NAMED_CELLS: dict[tuple[str, str, str], Cell] = {
    ("101-003", "C1D8 PRE", "IL-2"): "3.1 - low beads",
    ("104-003", "C1D1 PRE", "IL-15"): "*12.3",
    ("101-004", "C1D12", "MCP-1"): "OOR >",
    ("102-001", "SCRN", "IL-6"): "OOR <",
}
"""(subject, time point, analyte) -> what stands in the cell."""
ONE_WELL = {("102-003", "C1D15")}
"""Samples of which one well failed: the result is that of the other one."""
NOT_IN_CALENDAR = {"102-003": "C1D22", "105-003": "C6 EOC"}
"""Samples at a time point without a sample for flow cytometry."""

PlateRow = dict[str, Cell]


def cytokine_plate(subject: Subject) -> list[PlateRow]:
    """Return the rows of a subject's plate: blank and controls, then the samples."""
    names = [point.name for point in time_points(subject.member, subject.given)]
    if subject.member.subject in NOT_IN_CALENDAR:
        names.append(NOT_IN_CALENDAR[subject.member.subject])
    if not names:
        return []
    chance = generator(subject.seed, subject.member.subject, "CYTO")
    plate = f"PL{subject.member.ordinal:05d}"
    levels = chance.standard_normal(len(ANALYTES)) * _SPREAD_OF_SUBJECTS
    rows = _controls(plate, chance)
    for place, name in enumerate(names):
        rows.append(_sample(subject, plate, (place, name), levels, chance))
    return rows


def _controls(plate: str, chance: np.random.Generator) -> list[PlateRow]:
    """Return the blank and two controls; they are of no subject."""
    rows: list[PlateRow] = []
    for place, (kind, share) in enumerate((("Background0", 0.0), ("Control1", 0.02),
                                           ("Control2", 0.3))):  # fmt: skip
        errors = np.exp(chance.standard_normal(len(ANALYTES)) * 0.05).tolist()
        cells: PlateRow = {"Plate": plate, "Wells": _wells(place, 1), "Type": kind}
        for analyte, error in zip(ANALYTES, errors, strict=True):
            cells[analyte.name] = _cell(analyte, analyte.upper * share * error)
        rows.append(cells)
    return rows


def _sample(
    subject: Subject,
    plate: str,
    place: tuple[int, str],
    levels: np.ndarray[Any, np.dtype[np.float64]],
    chance: np.random.Generator,
) -> PlateRow:
    number, name = place
    who = subject.member.subject
    shifts = (levels + chance.standard_normal(len(ANALYTES)) * _SPREAD_OF_SAMPLES).tolist()
    wells = _wells(number, 3)
    row: PlateRow = {
        "Plate": plate,
        "Wells": wells.split(",")[0] if (who, name) in ONE_WELL else wells,
        "Type": f"Unknown{number + 1}",
        "Subject": who,
        "Time Point": name,
    }
    treated = _TREATED.get(name)
    strength = math.sqrt((subject.member.level or 1) / 3)
    for analyte, shift in zip(ANALYTES, shifts, strict=True):
        effect = 1.0 if treated is None else analyte.effects[treated] ** strength
        value = analyte.usual * effect * math.exp(shift)
        row[analyte.name] = NAMED_CELLS.get((who, name, analyte.name), _cell(analyte, value))
    return row


def _wells(place: int, column: int) -> str:
    """Return the two neighbours in which a sample is measured, such as `A3,A4`."""
    row, block = place % len(_PLATE_ROWS), place // len(_PLATE_ROWS)
    first = column + 2 * block
    return f"{_PLATE_ROWS[row]}{first},{_PLATE_ROWS[row]}{first + 1}"


def _cell(analyte: Analyte, value: float) -> Cell:
    """Return a number, or the words of the instrument for what lies outside the curve."""
    rounded = float(f"{value:.3g}")
    if rounded > analyte.upper:
        return "OOR >"
    if rounded < analyte.lower * _EXTRAPOLATED_DOWN_TO:
        return "OOR <"
    return f"*{rounded:g}" if rounded < analyte.lower else rounded


def write_cytokines(path: Path, rows: Sequence[Mapping[str, Any]]) -> int:
    """Write the workbook; return the number of rows of its first sheet."""
    table: list[list[Cell]] = [
        ["Program", "Plate reader, synthetic"],
        ["Batch", "N2011-04 serum panel of 17"],
        ["Units", "Units: pg/mL"],
        ["DataType:", "Avg Result"],
        [],
        list(COLUMNS),
        *([row.get(name) for name in COLUMNS] for row in rows),
    ]
    limits: list[list[Cell]] = [["Analyte", "LLOQ", "ULOQ"]]
    limits += [[analyte.name, analyte.lower, analyte.upper] for analyte in ANALYTES]
    write_workbook(path, [Sheet("Avg Result", table), Sheet("Limits", limits)])
    return len(rows)
