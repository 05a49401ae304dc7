"""Exit codes: what a script or a pipeline learns from a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinmap.problems import Problem

CLEAN = 0
FINDINGS = 1
UNUSABLE = 2
FAULT = 3
INTERRUPTED = 130
PIPE_CLOSED = 141
FAIL_ON = ("error", "warning", "never")


def findings_exit(problems: Iterable[Problem], fail_on: str) -> int:
    """1 where an unexplained problem is at or above `fail_on`, else 0."""
    from clinmap.problems import Severity

    if fail_on == "never":
        return CLEAN
    least = Severity(fail_on).rank
    bad = any(p.severity.rank >= least and not p.explained for p in problems)
    return FINDINGS if bad else CLEAN
