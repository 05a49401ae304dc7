"""The package folder: it appears whole, or the previous one stays.

Everything is written to a hidden folder beside the target; at the end the two change places in one
step. Whatever stops a run leaves the previous package; the hidden folders of runs that were killed
are removed by the next run.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypedDict

from clinmap.problems import OutputError
from clinmap.writers.disk_trouble import disk_trouble
from clinmap.writers.exchange import exchanged, flush, flush_one
from clinmap.writers.hidden import hidden, recover, remove

TOOL = "clinmap"
MANIFEST = "manifest.json"


class FileEntry(TypedDict):
    """One file of a package: its path in the package, its size, its SHA-256."""

    path: str
    bytes: int
    sha256: str


def check_target(out: Path) -> None:
    """Refuse a folder that we may not replace: cheap, and to be called before any work is done.

    Problems: OutputError OUT001 when `out` exists and is neither an empty folder nor a package of
    ours (a folder whose manifest.json names the tool); OUT002 when its parent is absent or not
    writable.

    >>> check_target(Path("m5-package"))  # doctest: +SKIP
    """
    target = out.resolve()
    parent = target.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        said = "does not exist" if not parent.is_dir() else "cannot be written to"
        hint = "Make the folder, or give one that you may write to."
        raise OutputError("OUT002", f"the folder that should hold {out.name} {said}", hint=hint)
    if target == parent:
        raise OutputError("OUT001", "the root folder cannot be replaced by a package")
    if target.exists() and not _replaceable(target):
        raise OutputError(
            "OUT001",
            f"{out.name} exists and is not a package of {TOOL}: it will not be replaced",
            hint="Give another folder, or remove this one yourself",
        )


@contextmanager
def package(out: Path) -> Iterator[Path]:
    """A folder to write a package into; it becomes `out` when the block ends well.

    On any exception the folder is removed and the previous package stays as it was; a killed run
    leaves it too. Before the two change places, all that was written is on the disk. Hidden folders
    that killed runs left beside `out` are removed first, and a package that one of them had moved
    aside without putting another in its place is put back.

    Problems: those of `check_target`; OutputError OUT002 when the disk is full, read-only or
    failing, OUT003 when the finished package cannot be moved in place.

    >>> with package(Path("m5-package")) as staging:  # doctest: +SKIP
    ...     (staging / "manifest.json").write_text("…")
    """
    check_target(out)
    target = out.resolve()
    recover(target)
    staging = hidden(target, "new")
    try:
        with disk_trouble(out):
            staging.mkdir()
            yield staging
            flush(staging)
        check_target(target)
        _put_in_place(staging, target)
    finally:
        remove(staging)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listing(folder: Path) -> list[FileEntry]:
    """All files below a folder, sorted by path, with size and SHA-256; paths have forward slashes.

    >>> listing(Path("m5-package"))  # doctest: +SKIP
    [{'path': 'define.xml', 'bytes': 51200, 'sha256': '…'}]
    """
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return [
        FileEntry(path=name, bytes=paths[name].stat().st_size, sha256=sha256_of(paths[name]))
        for name in sorted(paths)
        if paths[name].is_file()
    ]


def _replaceable(target: Path) -> bool:
    """Whether a path is an empty folder, or one whose manifest says that it is ours."""
    if not target.is_dir():
        return False
    try:
        if not any(target.iterdir()):
            return True
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("tool") == TOOL


def _put_in_place(staging: Path, target: Path) -> None:
    """Give the new package the target's name; the previous one then has that of `staging`."""
    try:
        if not target.exists():
            staging.rename(target)
        elif not exchanged(staging, target):
            _renamed(staging, target)
    except OSError as error:
        said = f"the package cannot be moved to {target.name}: {error.strerror}"
        raise OutputError("OUT003", said) from None
    with suppress(OSError):  # it is there, whether or not the disk says so
        flush_one(target.parent)


def _renamed(staging: Path, target: Path) -> None:
    """In two steps, where one is not possible: what fails or is killed between is put back."""
    aside = hidden(target, "old")
    target.rename(aside)
    try:
        staging.rename(target)
    except BaseException:
        aside.rename(target)
        raise
    remove(aside)
