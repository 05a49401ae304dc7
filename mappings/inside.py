"""Where the files that a specification names may stand: in the folder that they are named for.

A specification comes from anywhere, and is run beside other people's data. So a path in it is
relative, never climbs out of its folder, and no symbolic link leads out of it either. `extends`
alone may lead elsewhere: to a folder that is a study itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from clinmap.problems import Location, SpecificationError

CODE = "SPC060"
CLIMBS = "leads out of its folder"
"""What `path_fault` says of `..`, which `extends` may hold."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[A-Za-z]:|//|\\\\")


def path_fault(path: str) -> str:
    """What is wrong with a path as it is written, in words; empty where it stays inside.

    >>> path_fault("edc/ae.csv"), path_fault("../ae.csv")
    ('', 'leads out of its folder')
    >>> path_fault("https://example.org/ae.csv")
    'is an address or names a drive'
    """
    if _ADDRESS.match(path):
        return "is an address or names a drive"
    if path.startswith(("/", "\\", "~")):
        return "is not relative"
    if ".." in re.split(r"[/\\]", path):
        return CLIMBS
    return "holds a character that no path has" if "\0" in path else ""


def outside(
    what: str, path: str, place: Location, folders: Iterable[Path] = ()
) -> Iterator[SpecificationError]:
    """The error of a path that leads out of all of the folders that it is looked for in (SPC060).

    Symbolic links are followed in `folders`; without any, only what is written is judged.
    """
    said = path_fault(path)
    found = [folder for folder in folders if not said and (folder / path).exists()]
    if found and not leads_inside(found[0] / path, found[0]):
        said = "is a link that leads out of the study's folder"
    if said:
        hint = "Write a path below that folder, and put the file there."
        yield SpecificationError(CODE, f"{what} {path!r} {said}", location=place, hint=hint)


def leads_inside(path: Path, folder: Path) -> bool:
    """Whether a path, links followed, ends below a folder, links followed."""
    return path.resolve().is_relative_to(folder.resolve())


def linked_out(folder: Path, files: Iterable[Path]) -> Iterator[SpecificationError]:
    """The errors of files of a study that are links to somewhere else."""
    for path in files:
        if not leads_inside(path, folder):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            said = f"{path.name} is a link that leads out of the study's folder"
            hint = "Put the file itself there; to share between studies use `extends`."
            yield SpecificationError(CODE, said, location=Location(name), hint=hint)
