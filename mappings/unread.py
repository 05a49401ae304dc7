"""YAML in a study's folder that nobody reads: most likely meant, and named wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clinmap.fixes import Rename
from clinmap.problems import Location, SpecificationError, near_match

PARTS = ("study", "raw", "problems", "results", "fidelity")
FOLDERS = ("sdtm", "adam")
CONTINUED = ("study", "raw", "problems", "results")
"""Files that a folder of their name may continue: raw.yaml and raw/*.yaml are one."""
ENDINGS = (".yaml", ".yml")


def unread_files(folders: Iterable[Path]) -> Iterator[SpecificationError]:
    """An error for each file of these studies that looks like a specification and is not read."""
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path.name.casefold() in (*FOLDERS, *CONTINUED):
                yield from _of_folder(folder, path)
            elif path.is_file() and _is_yaml(path) and not _is_part(path):
                near = near_match(path.stem, PARTS, "name it ").removesuffix("?")
                hint = near.replace(" or ", ".yaml or ") + ".yaml" if near else ""
                other = f"here are read {', '.join(f'{part}.yaml' for part in PARTS)}"
                yield _unread(folder, path, hint or f"a dataset belongs in sdtm or adam; {other}")


@dataclass(frozen=True, slots=True)
class OtherName:
    """A file that should have another name: what to do about it, and the fix."""

    text: str
    fix: Rename


def unread_study(folder: Path) -> OtherName | None:
    """The study.yaml of a folder where it is named otherwise, or None."""
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    near = [path for path in files if _is_yaml(path) and path.stem.casefold() == "study"]
    if not near:
        return None
    place = Location(f"{folder.resolve().name}/{near[0].name}")
    said = f"{near[0].as_posix()} is not read; name it study.yaml."
    return OtherName(said, Rename(place, "study.yaml"))


def _of_folder(folder: Path, inner: Path) -> Iterator[SpecificationError]:
    for path in sorted(inner.rglob("*")):
        if not path.is_file() or not _is_yaml(path):
            continue
        if inner.name not in (*FOLDERS, *CONTINUED):
            yield _unread(folder, path, f"name the folder {inner.name.casefold()}")
        elif path.parent != inner:
            yield _unread(folder, path, f"move it into {inner.name}")
        elif path.suffix != ENDINGS[0]:
            yield _unread(folder, path, f"name it {path.stem}.yaml")


def _is_yaml(path: Path) -> bool:
    return path.suffix.casefold() in ENDINGS and not path.name.startswith(".")


def _is_part(path: Path) -> bool:
    return path.stem in PARTS and path.suffix == ENDINGS[0]


def _unread(folder: Path, path: Path, mend: str) -> SpecificationError:
    name = path.relative_to(folder).as_posix()
    place = Location(f"{folder.name}/{name}")
    said, new = f"{name} is not read; {mend}", path.with_suffix(ENDINGS[0])
    sure = mend == f"name it {new.name}" and not new.exists()
    fix = Rename(place, new.name) if sure else None
    return SpecificationError("SPC005", said, location=place, fix=fix)
