"""Into how many parts a build is divided: for workers that are not idle, within a budget."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from clinmap.execution.tables import FrameTable

PART_TAKES: Final = 16.0
"""Bytes that building a part holds for each byte of its raw rows in memory.

Measured: 6 to 8 for the events of cdiscpilot01, up to 17 for the 99 datasets of n2011-04.
"""

WORKER_BYTES: Final = 64_000_000
"""Bytes of raw rows that a part for a worker has at most, so that a lost one costs little."""

MOST: Final = 1000
"""More parts than this cost more than they save."""


def for_workers(raw: int, threads: int, budget: int = 0) -> int:
    """So many parts that each worker has as many as another, and none of them is large.

    With a budget, a part takes no more than that on its worker either.

    >>> for_workers(10**6, 2), for_workers(10**9, 3)
    (2, 18)
    """
    most = min(WORKER_BYTES, int(budget / PART_TAKES)) if budget else WORKER_BYTES
    rounds = ceil(raw / (threads * max(most, 1)))
    return min(threads * max(rounds, 1), max(MOST, threads))


def for_memory(raw: int, held: int, budget: int) -> int:
    """So many parts that one of them fits the budget beside what is held already.

    >>> for_memory(10**9, 10**8, 9 * 10**9)
    2
    """
    room = budget - held
    return min(max(1, ceil(raw * PART_TAKES / room)), MOST) if room > 0 else MOST


def raw_bytes(tables: Mapping[str, FrameTable]) -> int:
    """The bytes of raw tables in memory: of text its numbers and its distinct values."""
    return sum(
        int(table.frame.memory_usage(index=False, deep=False).sum()) + table.hashes.nbytes
        for table in tables.values()
    )
