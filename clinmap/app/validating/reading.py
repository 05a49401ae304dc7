"""Reading the datasets of a folder: a file that cannot be read is a finding, and ends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.validating.dataset_files import FoundFile
from clinmap.app.watch import Watch
from clinmap.codes import severity_of
from clinmap.problems import ClinmapError, Location, Problem

if TYPE_CHECKING:
    from clinmap.readers.described import DescribedDataset


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A dataset's file with what stood in it: nothing where it could not be read."""

    name: str
    file: str
    path: Path
    data: DescribedDataset | None

    @property
    def records(self) -> int:
        """How many records were read."""
        return 0 if self.data is None else len(self.data.frame)


def read_files(
    found: Iterable[FoundFile], bases: Sequence[Path], watch: Watch
) -> tuple[list[ReadFile], list[Problem]]:
    """Each dataset, and what is wrong with the files themselves.

    Files are named from `bases`, the folders that were given.

    Problems: the code of the reader (INP002, INP003, INP006 to INP008) for a file that cannot be
    read; INP013 where another folder has a dataset of the same name, which is not read.
    """
    read: list[ReadFile] = []
    problems: list[Problem] = []
    for one in found:
        watch.step(one.path.name)
        name = _shown(one.path, bases)
        data, said = _read(one, name)
        read.append(ReadFile(one.name, name, one.path, data))
        problems += [*said, *_second(one, name, bases)]
    return read, problems


def _read(found: FoundFile, name: str) -> tuple[DescribedDataset | None, list[Problem]]:
    from clinmap.readers.described import read_described

    try:
        data = read_described(found.path)
    except ClinmapError as error:
        return None, [_damaged(found, name, error.code, error.message, error.hint)]
    except OSError:
        return None, [_damaged(found, name, "INP006", "the file cannot be opened", "")]
    return data, []


def _damaged(found: FoundFile, name: str, code: str, message: str, hint: str) -> Problem:
    return Problem(
        code,
        severity_of(code),
        message,
        dataset=found.name,
        location=Location(name),
        hint=hint,
    )


def _second(found: FoundFile, name: str, bases: Sequence[Path]) -> list[Problem]:
    elsewhere = [path for path in found.others if path.parent != found.path.parent]
    return [
        Problem(
            "INP013",
            severity_of("INP013"),
            f"{_shown(path, bases)} is not read: {name} has the same name",
            dataset=found.name,
            location=Location(_shown(path, bases)),
        )
        for path in elsewhere
    ]


def _shown(path: Path, bases: Iterable[Path]) -> str:
    """The path as a report may name it: below the folder that was given."""
    here = path.resolve()
    for base in bases:
        if here.is_relative_to(base):
            return here.relative_to(base).as_posix()
    return path.name
