"""What to validate, and against what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ValidationOrder:
    """A folder of datasets, and what is known of them.

    `sdtm` is a second folder: the tabulations that analysis datasets were made from. `defines` are
    define.xml files; `terminologies` dates or files. `expected` is a file in the form of
    problems.yaml, `previous` a former report as JSON. `select` names the datasets to report on; all
    are read. `as_of` is the date-time that the report bears, if any; `fail_on` is the severity from
    which an unexplained finding fails.
    """

    folder: Path
    sdtm: Path | None = None
    defines: Sequence[Path] = ()
    terminologies: Sequence[str] = ()
    expected: Path | None = None
    previous: Path | None = None
    select: Sequence[str] = ()
    as_of: str = ""
    fail_on: str = "error"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders to read."""
        return (self.folder,) if self.sdtm is None else (self.folder, self.sdtm)

    @property
    def bases(self) -> tuple[Path, ...]:
        """The folders that a report names files from: of several folders those above them."""
        found = [folder.resolve() for folder in self.folders]
        return tuple(found) if self.sdtm is None else tuple(folder.parent for folder in found)
