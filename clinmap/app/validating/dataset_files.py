"""Which files of a folder are datasets: of a package of ours those of its manifest, else all.

The folder itself is looked at, and where it holds no dataset the folders below it: a package's
tabulations and analysis datasets are found together. Of a dataset in several formats one is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinmap.problems import InputError
from clinmap.readers.described import SUFFIXES, is_dataset_json

_FILES_WALKED = 50_000


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A dataset's file; `others` hold the same dataset in another format or folder."""

    name: str
    path: Path
    others: tuple[Path, ...] = ()


def found_files(folders: Iterable[Path]) -> list[FoundFile]:
    """The datasets of folders, by name; a name in any case is one name.

    Problems: InputError INP001 (a folder does not exist), INP012 (none holds a dataset).
    """
    listed = list(folders)
    paths: dict[str, list[Path]] = {}
    for folder in listed:
        for path in _datasets(folder):
            paths.setdefault(path.stem.upper(), []).append(path)
    if not paths:
        raise InputError(
            "INP012",
            f"there is no dataset in {' or '.join(folder.name for folder in listed)}",
            hint=f"Name a folder that holds files ending in {', '.join(SUFFIXES)}.",
        )
    return [FoundFile(name, own[0], tuple(own[1:])) for name, own in sorted(paths.items())]


def package_manifest(folder: Path) -> Mapping[str, Any]:
    """The manifest of a package of ours, or an empty one."""
    from clinmap.app.package.package_files import manifest_of

    return manifest_of(folder) or {}


def _datasets(folder: Path) -> Iterator[Path]:
    """The datasets of one folder, those to read before those in other formats."""
    if not folder.is_dir():
        raise InputError("INP001", f"the folder does not exist: {folder.name}")
    told = package_manifest(folder).get("datasets", {})
    if told:
        named = (one.get("file", "") for one in told.values() if isinstance(one, Mapping))
        yield from (folder / name for name in sorted(filter(None, named)))
        return
    for place in _places(folder):
        yield from _in_folder(place)


def _in_folder(folder: Path) -> list[Path]:
    found = [p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file()]
    found.sort(key=lambda p: (SUFFIXES.index(p.suffix.lower()), p.name))
    return [path for path in found if path.suffix.lower() != ".json" or _is_dataset(path)]


def _is_dataset(path: Path) -> bool:
    try:
        return is_dataset_json(path)
    except OSError:
        return True


def _places(folder: Path) -> Iterator[Path]:
    """The folders that hold datasets, nearest the top; nothing below one of them is looked at."""
    count = 0
    for parent, folders, names in os.walk(folder):
        folders.sort()
        count += len(names)
        if count > _FILES_WALKED:
            return
        here = Path(parent)
        if any(Path(name).suffix.lower() in SUFFIXES for name in names) and _in_folder(here):
            folders.clear()
            yield here
