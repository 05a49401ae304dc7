"""Proposals: which SDTM domain a raw table is for, and which variable each of its columns feeds.

Nothing is decided silently: every proposal has a score from 0 to 1 and its reasons in words, and
every raw column appears somewhere in what is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from clinmap.profiling import TableProfile
from mappings.proposals.models import StudyProposal

__all__ = ["StudyProposal", "propose"]


def propose(tables: Sequence[TableProfile], study: str = "") -> StudyProposal:
    """What is proposed for the raw tables of a study.

    Tables: profiles, see `clinmap.profiling`. Rows: none is read. Missing values: an empty column
    is proposed by its name alone. Problems: none; what is not known is `open`.
    Source: SDTMIG 3.4 and its terminology; CDASHIG for the names of fields.

    >>> propose([]).tables
    []
    """
    from mappings.proposals.assigning import Assigner
    from mappings.proposals.roles import ordered_visits

    assigner = Assigner(tables)
    made = [assigner.table(profile) for profile in tables]
    return StudyProposal(study or _study_of(tables), made, ordered_visits(tables))


def _study_of(tables: Sequence[TableProfile]) -> str:
    """The one text that stands in the study columns; `STUDY` where there is none, or several."""
    from mappings.proposals.roles import study_column

    columns = [table.column(study_column(table)) for table in tables]
    texts = {text for column in columns if column is not None for text in column.texts}
    return texts.pop() if len(texts) == 1 else "STUDY"
