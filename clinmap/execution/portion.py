"""The part of a study that a run makes: which rows of its tables, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clinmap.frames import Positions

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Portion:
    """Of some tables only these rows become records, and the subjects of some rows are known.

    `rows` has the positions, ascending, by table; the other rows of such a table may still be met.
    `subjects` has the USUBJID of each row of a raw table as the study's rule made it for the whole
    study. A run that makes everything has neither.
    """

    rows: Mapping[str, Positions] = field(default_factory=dict)
    subjects: Mapping[str, pd.Series] = field(default_factory=dict)
