"""Write the vendors' pharmacokinetic files: a CSV with comments, a workbook, parameters."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from clinmap.simulation.formats.files import write_csv
from clinmap.simulation.formats.workbooks import Box, Sheet, serial_number, write_workbook
from clinmap.simulation.pharmacokinetics.nca_vendor import PARAMETER_COLUMNS
from clinmap.simulation.pharmacokinetics.pk_dinutuximab import LLOQ_UG_ML, titles
from clinmap.simulation.pharmacokinetics.pk_isotretinoin import COLUMNS, LLOQ_NG_ML

Record = Mapping[str, Any]

ISOTRETINOIN_COMMENTS = (
    "# SYNTHETIC DATA: retinoids in plasma, LC/MS/MS",
    f"# LLOQ {LLOQ_NG_ML:g} ng/mL",
)
DINUTUXIMAB_COLUMNS = ("Sample ID", "Subject", "Visit", "Timepoint", "Date", "Conc", "Comment")
SITE_WITHOUT_FORMAT = "106"
HISTORY = (
    ("Published summary, 4 x 25 mg/m2 with sargramostim",),
    ("Parameter", "Mean", "Unit"),
    ("Peak", 11, "ug/mL"),
    ("Trough, day 28", 0.2, "ug/mL"),
    ("Half-life", 7, "day"),
)
LIMITS = (
    ("Analyte", "Matrix", "LLOQ", "Unit"),
    ("ch14.18", "Serum", LLOQ_UG_ML, "ug/mL"),
)


def write_isotretinoin(path: Path, rows: Sequence[Record]) -> int:
    """Write V03: two lines of comment, a header, one row per sample; return the rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{line}\n" for line in ISOTRETINOIN_COMMENTS)
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def write_dinutuximab(path: Path, rows: Sequence[Record]) -> int:
    """Write V04: titles, merged cells and serial dates, with two further sheets; return the rows.

    Excel holds a measured concentration as a number and `<0.05` as text. The dates of one site lost
    their format, and show as numbers.
    """
    cells = [[_cell(name, row) for name in DINUTUXIMAB_COLUMNS] for row in rows]
    heading = [[title] for title in titles()]
    first = len(heading) + 1
    subject, visit = DINUTUXIMAB_COLUMNS.index("Subject"), DINUTUXIMAB_COLUMNS.index("Visit")
    merged = [(place, 0, place, len(DINUTUXIMAB_COLUMNS) - 1) for place in range(len(heading))]
    merged += _same([(row["Subject"],) for row in rows], first, subject)
    merged += _same([(row["Subject"], row["Visit"]) for row in rows], first, visit)
    sheets = [
        Sheet("Results", [*heading, list(DINUTUXIMAB_COLUMNS), *cells], merged),
        Sheet("Historical", HISTORY),
        Sheet("LLOQ", LIMITS),
    ]
    write_workbook(path, sheets)
    return len(rows)


def write_parameters(path: Path, rows: Sequence[Record]) -> int:
    """Write V05; return the rows."""
    return write_csv(path, PARAMETER_COLUMNS, rows)


def _cell(name: str, row: Record) -> Any:
    """Return a number for a measured concentration; an empty text is an empty cell."""
    value = row[name]
    if name == "Conc" and value and value[0].isdigit():
        return float(value)
    if name == "Date" and row["Subject"].startswith(SITE_WITHOUT_FORMAT):
        return serial_number(value)
    return value or None


def _same(keys: Sequence[tuple[object, ...]], first: int, column: int) -> list[Box]:
    """Return the boxes of neighbouring rows with equal keys, two rows or more."""
    boxes: list[Box] = []
    for _, group in groupby(range(len(keys)), key=lambda place: keys[place]):
        places = list(group)
        if len(places) > 1:
            boxes.append((first + places[0], column, first + places[-1], column))
    return boxes
