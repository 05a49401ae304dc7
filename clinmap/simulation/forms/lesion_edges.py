"""The lesions of the subjects whose soft-tissue scenarios are fixed by hand (R15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

TARGET, NON_TARGET, NEW = "Target", "Non-target", "New"


@dataclass(frozen=True)
class Lesion:
    """A lesion as the site numbered it; diameters in mm: at first sight, and now."""

    number: int
    kind: str
    location: str
    first: float = 0.0
    size: float = 0.0
    method: str = "CT"


NAMED_LESIONS: dict[str, list[Lesion]] = {
    "101-001": [Lesion(1, TARGET, "R adrenal", 32), Lesion(2, NON_TARGET, "Liver")],
    "102-002": [
        Lesion(1, TARGET, "L adrenal", 44),
        Lesion(2, TARGET, "Retroperitoneal mass", 16),
    ],
    "102-003": [
        Lesion(1, TARGET, "Pelvic mass", 37),
        Lesion(2, NON_TARGET, "L supraclavicular lymph node"),
    ],
    "103-003": [
        Lesion(1, TARGET, "Posterior mediastinum", 40),
        Lesion(2, NON_TARGET, "Para-aortic lymph nodes", method="MRI"),
    ],
    "104-001": [Lesion(1, TARGET, "R adrenal", 43)],
    "104-002": [Lesion(1, TARGET, "Retroperitoneal mass", 36)],
    "104-005": [
        Lesion(1, TARGET, "L adrenal", 28),
        Lesion(2, NON_TARGET, "R femur", method="PET/CT"),
    ],
    "105-001": [
        Lesion(1, TARGET, "R adrenal", 41),
        Lesion(2, TARGET, "Retroperitoneal mass", 22),
    ],
}
NEW_LESIONS: dict[tuple[str, str], Lesion] = {
    ("104-002", "C02"): Lesion(2, NEW, "L cervical lymph node", 14, 14),
}
SIZES: dict[tuple[str, str], tuple[float, ...]] = {
    ("103-003", "C02"): (27,),
    ("103-003", "C04"): (31,),
    ("103-003", "C06"): (32,),
    ("104-001", "C02"): (41,),
    ("104-002", "C02"): (38,),
    ("105-001", "C02"): (26, 15),
    ("105-001", "C04"): (48, 0),
}
"""Diameters in mm of the targets of an evaluation, in the order of their numbers."""

STATES: dict[tuple[str, str, int], str] = {
    ("102-002", "C04", 2): "Too small to measure",
    ("103-001", "C02", 1): "Not evaluable",
    ("105-001", "C04", 2): "Merged with lesion 1",
}
"""What was typed in the place of a diameter."""

METHODS: dict[tuple[str, str, int], str] = {("102-003", "C04", 1): "MRI"}
UNITS: dict[tuple[str, str, int], str] = {("104-001", "C02", 1): "cm"}
"""A millimetre value with the wrong unit beside it."""

SCANNED: dict[tuple[str, str, int], date] = {
    ("101-001", "SCRN", 1): date(2013, 2, 20),
    ("101-001", "SCRN", 2): date(2013, 2, 20),
    ("103-003", "C02", 1): date(2015, 4, 16),
    ("103-003", "C02", 2): date(2015, 4, 18),
}
"""One evaluation of 103-003 took three days: CT on the first, MRI on the last."""
