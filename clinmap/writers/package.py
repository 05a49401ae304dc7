"""The package folder: it appears whole, or the previous one stays.

Everything is written to a hidden folder beside the target, which is renamed into place at the end.
A crash leaves the previous package; the hidden folders of crashed runs are removed by the next run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from clinmap.problems import OutputError

TOOL = "clinmap"
MANIFEST = "manifest.json"
_HIDDEN = re.compile(
    r"^\.(?P<name>.+)\.clinmap-(?P<role>new|old)-(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-\w{8}$"
)


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
        raise OutputError("OUT002", f"the folder that should hold {out.name} {said}")
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

    On any exception the folder is removed and the previous package stays as it was. Hidden folders
    that crashed runs left beside `out` are removed first, and a package that one of them had moved
    aside without putting another in its place is put back.

    Problems: those of `check_target`; OutputError OUT003 when the finished package cannot be moved
    in place.

    >>> with package(Path("m5-package")) as staging:  # doctest: +SKIP
    ...     (staging / "manifest.json").write_text("…")
    """
    check_target(out)
    target = out.resolve()
    recover(target)
    staging = _hidden(target, "new")
    staging.mkdir()
    try:
        yield staging
        check_target(target)
        _swap(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def recover(out: Path) -> None:
    """Tidy up after crashed runs of this machine: put a package moved aside back, remove the rest.

    Only folders of our naming pattern for this very target are touched, and only when the process
    that made them is no longer there. Elsewhere than on POSIX systems nothing is touched.
    """
    target = out.resolve()
    for path in sorted(target.parent.iterdir(), key=lambda p: ("-new-" in p.name, p.name)):
        match = _HIDDEN.match(path.name)
        if not match or match["name"] != target.name or path.is_symlink() or not path.is_dir():
            continue
        if match["host"] != _host() or _alive(int(match["pid"])):
            continue
        if match["role"] == "old" and not target.exists():
            path.rename(target)
        else:
            shutil.rmtree(path, ignore_errors=True)


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


def _swap(staging: Path, target: Path) -> None:
    """Rename the previous package aside, the new one into place, and delete the previous one."""
    aside = _hidden(target, "old")
    try:
        if target.exists():
            target.rename(aside)
        staging.rename(target)
    except BaseException as error:
        if aside.exists() and not target.exists():
            aside.rename(target)
        if isinstance(error, OSError):
            said = f"the package cannot be moved to {target.name}: {error.strerror}"
            raise OutputError("OUT003", said) from None
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _hidden(target: Path, role: str) -> Path:
    """A name beside the target that tells its role, the machine and the process."""
    name = f".{target.name}.clinmap-{role}-{_host()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    return target.with_name(name)


def _host() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def _alive(pid: int) -> bool:
    """Whether a process is there; True when that cannot be known."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
