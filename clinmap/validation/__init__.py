"""Checks of finished datasets: pandera schemas generated from the Plan, and their findings.

`schema` gives the pandera schema of one dataset, `validate` runs it lazily and turns what fails
into problems, and `validate_study` checks what only shows when several datasets are seen together.
"""

from clinmap.validation.findings import SEVERITIES
from clinmap.validation.schemas import schema, validate
from clinmap.validation.study import validate_study

__all__ = ["SEVERITIES", "schema", "validate", "validate_study"]
