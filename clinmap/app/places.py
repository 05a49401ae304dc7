"""From the places that messages name to files that a terminal or an editor can open.

A location says `study/sdtm/ae.yaml:12`, or `ae.csv:3` for a raw file; where these folders stand on
this machine is known to the application only, and never written into an output.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinmap.problems import ClinmapError, Location
from mappings.load import find_study
from mappings.nodes import read_yaml
from mappings.shipped import STUDIES


@dataclass(frozen=True, slots=True)
class Places:
    """The folders in which the files that locations name are looked for, in this order."""

    folders: Sequence[Path] = ()

    def path(self, file: str) -> Path | None:
        """The file that a location names, or None where there is none."""
        return next((base / file for base in self.folders if (base / file).is_file()), None)

    def shown(self, location: Location | None) -> Location | None:
        """The location with a file name that can be opened from the current folder."""
        path = self.path(location.file) if location and location.file else None
        if location is None or path is None:
            return location if location and location.file else None
        return Location(openable(path), location.line, location.column)

    def shown_file(self, file: str) -> str:
        """The file name that can be opened from the current folder."""
        shown = self.shown(Location(file))
        return shown.file if shown else file


def openable(path: Path) -> str:
    """A path as a person would type it: relative where it is below the current folder."""
    here, whole = Path.cwd(), Path(os.path.abspath(path))  # noqa: PTH100 - a link is not followed
    for found in (whole, path.resolve()):
        if found.is_relative_to(here):
            return found.relative_to(here).as_posix()
    return os.fspath(whole)


def study_places(study: str, more: Iterable[Path] = ()) -> Places:
    """Where the files of a study, of the studies that it extends, and of `more` folders stand."""
    try:
        folders = _study_folders(find_study(study).resolve(), ())
    except ClinmapError:
        folders = ()
    parents = (*(folder.parent for folder in folders), STUDIES)
    return Places(tuple(dict.fromkeys((*parents, *more))))


def study_folders(folder: Path) -> tuple[Path, ...]:
    """The folder of a study and those of the studies that it extends, its own first."""
    return _study_folders(folder.resolve(), ())


def _study_folders(folder: Path, seen: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folder of a study and those of the studies it extends; a broken `extends` adds none."""
    if folder in seen or not (folder / "study.yaml").is_file():
        return ()
    try:
        extends = read_yaml(folder / "study.yaml", "study.yaml").get("extends")
    except ClinmapError:
        return (folder,)
    plain = extends.plain() if extends else []
    names = plain if isinstance(plain, list) else [plain]
    found = [folder]
    for name in map(str, names):
        for parent in (folder / name, STUDIES / name):
            if (parent / "study.yaml").is_file():
                found += _study_folders(parent.resolve(), (*seen, folder))
                break
    return tuple(found)
