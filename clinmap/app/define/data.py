"""The datasets that a define.xml describes, found in a folder and read one at a time.

A dataset's file is the one that the leaf of its description names, else the one of its name. What
cannot be read is handed on with the reason, so that one damaged file ends nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from clinmap.app.watch import Silence, Watch
from clinmap.problems import ClinmapError, InputError, Problem
from clinmap.readers.described import SUFFIXES, is_dataset_json, read_described

if TYPE_CHECKING:
    from define.audit.data import Dataset
    from define.document.model import Define, ItemGroup

_FILES_WALKED = 50_000


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A file of a dataset, described or not; `others` are its files in other formats."""

    name: str
    path: Path
    described: bool
    others: tuple[Path, ...] = ()


def audit_data(
    define: Define, folder: Path, file: str = "", watch: Watch | None = None
) -> Iterator[Problem]:
    """What a define.xml says of the datasets of a folder that is not so, and the reverse.

    `file` is what the places call the define.xml. Problems: those of `data_problems`, and
    InputError INP001 when the folder does not exist.
    """
    from define.audit.data import data_problems

    yield from data_problems(define, read_datasets(define, folder, watch), file)


def read_datasets(define: Define, folder: Path, watch: Watch | None = None) -> Iterator[Dataset]:
    """The datasets of a folder, those described first, each read when it is asked for.

    A file that the define.xml does not describe is named, but not read.
    """
    watch = watch or Silence()
    for found in dataset_files(define, folder):
        if found.described:
            watch.step(found.path.name)
        yield _read(found)


def dataset_files(define: Define, folder: Path) -> list[DatasetFile]:
    """The files of the datasets that are described, then those that nothing describes.

    They stand where the leaf says, in the folder itself, or below it when they are in neither.
    """
    if not folder.is_dir():
        raise InputError("INP001", f"the folder does not exist: {folder.name}")
    shelf = _Shelf(folder)
    found: list[DatasetFile] = []
    for name, group in {group.name: group for group in reversed(define.item_groups)}.items():
        paths = shelf.files_of(group)
        if paths:
            found.append(DatasetFile(name, paths[0], True, tuple(paths[1:])))
    found.reverse()
    used = {path for file in found for path in (file.path, *file.others)}
    folders = {folder, *(file.path.parent for file in found)}
    return [*found, *_undescribed(shelf, sorted(folders), used)]


def _undescribed(shelf: _Shelf, folders: Iterable[Path], used: set[Path]) -> Iterator[DatasetFile]:
    names: set[str] = set()
    for folder in folders:
        for path in shelf.datasets(folder):
            name = path.stem.upper()
            if path in used or name in names:
                continue
            if path.suffix.lower() != ".json" or is_dataset_json(path):
                names.add(name)
                yield DatasetFile(name, path, False)


@dataclass(slots=True)
class _Shelf:
    """The files below a folder, listed as they are needed; names in any case are one name."""

    folder: Path
    listed: dict[Path, list[Path]] = field(default_factory=dict)
    deep: dict[str, list[Path]] | None = None

    def datasets(self, folder: Path) -> list[Path]:
        """The files of a folder that may be datasets, in the order of preference."""
        if folder not in self.listed:
            files = sorted(folder.iterdir()) if folder.is_dir() else []
            self.listed[folder] = _preferred(p for p in files if p.suffix.lower() in SUFFIXES)
        return self.listed[folder]

    def files_of(self, group: ItemGroup) -> list[Path]:
        """The files of a dataset in one folder, the one to read first."""
        href = PurePosixPath(unquote(group.leaf.href if group.leaf else "").replace("\\", "/"))
        stems = {name.lower() for name in (href.stem, group.sas_name, group.name) if name}
        folders = dict.fromkeys((self._inside(href.parent), self.folder))
        near = [p for folder in folders for p in self.datasets(folder) if p.stem.lower() in stems]
        near = near or self._below(stems)
        named = [p for p in near if p.name.lower() == href.name.lower()]
        found = list(dict.fromkeys([*named, *near]))
        return [path for path in found if path.parent == found[0].parent]

    def _inside(self, relative: PurePosixPath) -> Path:
        """The folder of a leaf, where that is below our folder; else our folder."""
        wanted = (self.folder / relative).resolve()
        return (
            self.folder / relative if wanted.is_relative_to(self.folder.resolve()) else self.folder
        )

    def _below(self, stems: set[str]) -> list[Path]:
        """The files of a name anywhere below the folder, the least deep first."""
        if self.deep is None:
            self.deep = {}
            for path in _walked(self.folder):
                self.deep.setdefault(path.stem.lower(), []).append(path)
        found = [path for stem in stems for path in self.deep.get(stem, [])]
        return sorted(_preferred(sorted(found)), key=lambda path: len(path.parts))


def _preferred(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: SUFFIXES.index(path.suffix.lower()))


def _walked(folder: Path) -> Iterator[Path]:
    """The files below a folder that may be datasets; a very large tree is not walked to its end."""
    count = 0
    for parent, _, names in os.walk(folder):
        count += len(names)
        if count > _FILES_WALKED:
            return
        yield from (Path(parent, n) for n in names if Path(n).suffix.lower() in SUFFIXES)


def _read(found: DatasetFile) -> Dataset:
    from define.audit.data import Column, Dataset

    others = tuple(path.name for path in found.others)
    if not found.described:
        return Dataset(found.name, None, file=found.path.name)
    try:
        read = read_described(found.path)
    except ClinmapError as error:
        fault = error.message
        return Dataset(found.name, None, file=found.path.name, fault=fault, others=others)
    except OSError:
        fault = "the file cannot be opened"
        return Dataset(found.name, None, file=found.path.name, fault=fault, others=others)
    columns = tuple(
        Column(one.name, one.character, one.label, one.length, one.format) for one in read.columns
    )
    return Dataset(
        found.name, read.frame, columns, found.path.name, read.label, read.name, others=others
    )
