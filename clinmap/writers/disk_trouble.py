"""A full, read-only or failing disk is no fault of programming: it is said with its remedy."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from clinmap.problems import OutputError

_FULL = "Free space there, or give a folder on another disk; old and new must fit side by side."
_CLOSED = "Ask for the right to write there, or give another folder."
_FAILING = "Check the disk, or give a folder on another one."
REMEDIES: Mapping[int, str] = MappingProxyType(
    {
        **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
        **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _CLOSED),
        **dict.fromkeys((errno.EIO, errno.ESTALE), _FAILING),
    }
)
"""What the operating system says of such a disk, by number, and what mends it."""


@contextmanager
def disk_trouble(out: Path) -> Iterator[None]:
    """Writing to `out` in the block fails with OutputError OUT002 where the disk is at fault.

    Other errors pass as they are. The block leaves `out` as it was.

    >>> with disk_trouble(Path("package")):  # doctest: +SKIP
    ...     raise OSError(28, "No space left on device")
    Traceback (most recent call last):
    clinmap.problems.OutputError: OUT002: package cannot be written: No space left on device; …
    """
    try:
        yield
    except OSError as error:
        number = error.errno or 0
        if number not in REMEDIES:
            raise
        said = f"{out.name} cannot be written: {os.strerror(number)}; nothing was changed"
        raise OutputError("OUT002", said, hint=REMEDIES[number]) from None
