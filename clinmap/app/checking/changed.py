"""Which studies are concerned by changed files: theirs, and those that extend them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from clinmap.app.places import openable, study_folders


def studies_of(files: Iterable[str], root: Path) -> list[str]:
    """The studies below `root` that any of the files belongs to, as paths to type.

    A study that extends a changed one is concerned, too. A folder that only others extend, without
    raw tables of its own or above, cannot be checked alone and is left out.

    Example: `studies_of(["studies/s1/sdtm/ae.yaml"], Path())` is `["studies/s1"]`.
    """
    changed = [Path(file).resolve() for file in files]
    found = []
    for folder in _studies(root):
        chain = study_folders(folder)
        concerned = any(path.is_relative_to(one) for path in changed for one in chain)
        if concerned and any(_has_raw(one) for one in chain):
            found.append(openable(folder))
    return found


def _studies(root: Path) -> Iterator[Path]:
    """Every folder below with a study.yaml, hidden ones left out."""
    for path in sorted(root.resolve().rglob("study.yaml")):
        inner = path.relative_to(root.resolve()).parts
        if not any(part.startswith(".") for part in inner):
            yield path.parent


def _has_raw(folder: Path) -> bool:
    return (folder / "raw.yaml").is_file() or (folder / "raw").is_dir()
