"""What a study is started from, and what came of it before it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from clinmap.app.starting.discovery import LeftOut
from clinmap.problems import SpecificationError
from mappings.proposals.drafts import DatasetDraft
from mappings.proposals.models import StudyProposal


@dataclass(frozen=True, slots=True)
class StartOrder:
    """What to start from: the raw folder or one ODM-XML file, where to write, and the study."""

    raw: Path
    out: Path
    study: str = ""
    odm: Path | None = None


@dataclass(slots=True)
class Started:
    """What came of it: the proposals, the datasets, the files' texts, and what was left out."""

    study: StudyProposal
    drafts: list[DatasetDraft]
    files: dict[str, bytes]
    left_out: list[LeftOut] = field(default_factory=list)
    errors: list[SpecificationError] = field(default_factory=list)
