"""Lenalidomide samples of the named edge scenarios.

Keys are (subject, nominal day, nominal hours); hours None means every sample of that day.
"""

from __future__ import annotations

Key = tuple[str, int, float]

DOSE_AT: dict[tuple[str, int], str] = {("102-001", 1): "16:10"}
"""Clock time of the dose where it was not 08:00."""

PINNED_MINUTES: dict[tuple[str, int, float | None], int] = {
    ("101-003", 1, 2.0): 7,
    ("102-001", 1, 8.0): 5,
    ("103-004", 1, None): 0,
    ("104-003", 21, 0.0): 20,
}
"""Minutes between nominal and real draw."""

CONCENTRATIONS: dict[tuple[str, int], dict[float, float]] = {
    ("103-004", 1): {
        0.0: 0.0, 0.5: 180.0, 1.0: 420.0, 2.0: 510.0, 4.0: 330.0, 6.0: 190.0, 8.0: 105.0, 24.0: 4.2,
    },
    ("104-003", 1): {0.0: 0.0, 24.0: 0.4},
    ("104-003", 21): {0.0: 63.4},
}  # fmt: skip
"""Prescribed ng/mL; below 1.00 is reported as BLQ."""

NO_PROFILE = {("103-001", 21)}
"""(subject, day) without samples: the day-21 dose was missed."""

LOST: set[Key] = {("103-001", 1, 8.0)}
NOT_REPORTED: set[Key] = {("102-005", 1, 4.0)}
REASSAYED: dict[Key, str] = {("104-002", 1, 2.0): "1890", ("105-002", 1, 1.0): "NR"}
"""Result text of the first assay; the second row (REASSAY = Y) has the drawn value."""

TYPED_DAYS: dict[Key, int] = {("102-001", 1, 8.0): -1}
"""Days added to the sample date on the form (a slip)."""

NOTES: dict[Key, str] = {
    ("103-001", 1, 8.0): "sample lost",
    ("104-003", 21, 0.0): "predose sample drawn after dose",
}

SWAPPED_TUBES: dict[Key, tuple[int, float]] = {
    ("106-002", 1, 1.0): (1, 6.0),
    ("106-002", 1, 6.0): (1, 1.0),
}
"""The form names the tube of the other sample."""

VENDOR_MINUTES: dict[Key, int] = {("102-002", 1, 1.0): 12}
"""Minutes by which the vendor's sampling time differs from the form."""
