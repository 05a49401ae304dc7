"""Checks of finished datasets: pandera schemas generated from the Plan, and their findings.

`schema` gives the pandera schema of one dataset. `judge` finds everything: what one dataset shows
by itself, and what only shows when several are seen together; `validate` and `validate_study` read
its two halves as problems. `plan_from_standards` makes the Plan for datasets of unknown origin.
"""

from clinmap.validation.findings import Found
from clinmap.validation.from_standards import Given, plan_from_standards, ready_frames
from clinmap.validation.judging import judge
from clinmap.validation.schemas import schema, validate
from clinmap.validation.study import validate_study

__all__ = [
    "Found",
    "Given",
    "judge",
    "plan_from_standards",
    "ready_frames",
    "schema",
    "validate",
    "validate_study",
]
