"""Local laboratory results of the named edge scenarios."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Drawn:
    """One result as typed on the form."""

    test: str
    result: str
    unit: str
    low: str
    high: str
    status: str
    lab: str


@dataclass(frozen=True)
class Changed:
    """A result to overwrite (or, with ``extra``, to add) on a course day.

    ``clock`` None keeps the drawn time; unit and range default to the laboratory's own.
    """

    test: str
    course: int
    day: int
    result: str
    clock: str | None = None
    unit: str | None = None
    low: str | None = None
    high: str | None = None
    status: str = "Done"
    extra: bool = False
    unscheduled: bool = False


NAMED_RESULTS: dict[str, tuple[Changed, ...]] = {
    "101-002": (Changed("PLAT", 1, 8, "CLOTTED"),),
    "101-003": (Changed("ANC", 1, 22, "850", "08:10"),),
    "101-006": (Changed("BILI", 1, 15, "<0.1"),),
    "102-001": (
        Changed("HGB", 1, 1, "9.8", "", unscheduled=True),
        Changed("PLAT", 1, 1, "142", "", unscheduled=True),
    ),
    "103-001": (Changed("GLUC", 1, 8, "", status="Not Done"),),
    "104-001": (
        Changed("ANC", 1, 12, "480", "07:30", unscheduled=True),
        Changed("ANC", 1, 15, "1,250"),
        Changed("ANC", 2, 22, "690", "08:05", unscheduled=True),
    ),
    "106-003": (
        Changed("ANC", 1, 8, "850", unit="/uL", low="1500", high="8000"),
        Changed("ANC", 1, 15, "0.85", unit="x10e3/uL", low="1.5", high="8.0"),
        Changed("ANC", 1, 22, "0.85", unit="K/uL", low="1.5", high="8.0"),
        Changed("ANC", 2, 15, "0,85", unit="10^9/L", low="1,5", high="8,0"),
        Changed("HGB", 1, 15, "68", "08:00"),
        Changed("HGB", 1, 15, "96", "14:30", extra=True),
    ),
}
"""Subject -> results in the order they are applied."""
