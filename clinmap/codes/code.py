"""A code: its severity, what it means, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from clinmap.problems import Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its severity (where it is a problem), what it means, and how to mend it."""

    id: str
    severity: Severity
    title: str
    fix: str
    reference: str = ""
