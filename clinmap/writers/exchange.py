"""Two folders change places, and what was written is on the disk before that."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_HERE = -100
"""AT_FDCWD: paths are relative to the current folder."""
_EXCHANGE = 2
"""RENAME_EXCHANGE of Linux."""
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
"""What is answered where a disk knows no such thing."""


def exchanged(one: Path, other: Path) -> bool:
    """Let two folders of one disk change names in one step, which no kill can interrupt.

    False where the system or the disk cannot (it is done on Linux); then nothing has happened.
    Problems: OSError for any other reason.

    >>> exchanged(Path("new"), Path("package"))  # doctest: +SKIP
    True
    """
    rename = _of_system("renameat2")
    if rename is None:
        return False
    if not rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE):
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number))


def flush(folder: Path) -> None:
    """Wait until a folder and all files below it are on the disk, so that no power cut halves them.

    On Linux the disk writes all that it holds at once, which is twenty times as quick as file by
    file. Elsewhere than on POSIX systems this is left to the system. Problems: OSError, also for
    what a network disk could not write and says only now.
    """
    if os.name != "posix" or _all_flushed(folder):
        return
    for path in folder.rglob("*"):
        flush_one(path)
    flush_one(folder)


def flush_one(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if os.name != "posix":
        return
    with _opened(path) as file:
        try:
            os.fsync(file)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise


def _all_flushed(folder: Path) -> bool:
    """Whether all that the folder's disk holds was written to it in one go."""
    sync = _of_system("syncfs")
    if sync is None:
        return False
    with _opened(folder) as file:
        if not sync(file):
            return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number))


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDONLY)
    try:
        yield file
    finally:
        os.close(file)


def _of_system(name: str) -> Callable[..., int] | None:
    """A function of the system's C library, or None where it has none of that name."""
    try:
        found: Callable[..., int] = getattr(ctypes.CDLL(None, use_errno=True), name)
    except (AttributeError, OSError, TypeError):
        return None
    return found
