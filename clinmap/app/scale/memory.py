"""The memory of this process: what it holds, the most it held, and giving back what is free."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from clinmap.app.watch import Watch

EVERY = 0.02
"""Seconds between two looks at what is held."""

_STATUS = Path("/proc/self/status")


class Held:
    """The most memory of its own that this process held, in bytes; 0 where nothing can tell.

    Files that are mapped do not count: the system takes their memory back when it needs it.
    """

    def __init__(self) -> None:
        self.most = 0

    def look(self) -> int:
        """What is held now."""
        now = held_now()
        self.most = max(self.most, now)
        return now


def held_now() -> int:
    """The bytes of memory that are this process's own (Linux: RssAnon), else 0."""
    try:
        text = _STATUS.read_text(encoding="ascii")
    except OSError:
        return 0
    line = next((line for line in text.splitlines() if line.startswith("RssAnon:")), "")
    return int(line.split()[1]) * 1024 if line else 0


class Thrifty:
    """A watch that gives free memory back whenever something new is taken up."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch

    def stage(self, name: str) -> AbstractContextManager[None]:
        """A stage of the watch behind it."""
        give_back()
        return self.watch.stage(name)

    def step(self, what: str) -> None:
        """A step of the watch behind it."""
        give_back()
        self.watch.step(what)


@contextmanager
def observed() -> Iterator[Held]:
    """Look at what is held again and again while the block lasts.

    What is there now is no longer looked through for circles: that would take long, each time.
    """
    held, done = Held(), threading.Event()

    def look() -> None:
        while not done.wait(EVERY):
            held.look()

    thread = threading.Thread(target=look, name="clinmap-memory", daemon=True)
    thread.start()
    gc.collect()
    gc.freeze()
    try:
        yield held
    finally:
        gc.unfreeze()
        done.set()
        thread.join()


def give_back() -> None:
    """Give memory that is free back to the system: allocators keep it for later.

    What is held in a circle (a finished run of the engine) is found only by asking for it.
    """
    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    """The C library's `malloc_trim`, where it has one."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return None
