"""What a person asks for: a budget of memory, workers here, or the scheduler of a cluster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

UNITS: Final = {
    "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40,
}  # fmt: skip
LEAST: Final = 10**6
"""A budget below this is a slip: a number without its unit."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a build is to be made in parts; nothing asked for is a build in one piece.

    `memory` is the budget of this process in bytes (0: none), `workers` how many processes to start
    here, `scheduler` the address of a Dask scheduler, or a file that it wrote.
    """

    memory: int = 0
    workers: int = 0
    scheduler: str = ""

    @property
    def in_parts(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.memory or self.workers or self.scheduler)


def memory_of(text: str) -> int:
    """A budget of memory as it is typed, in bytes; ValueError for what is none.

    >>> memory_of("2GB"), memory_of("1.5 GiB"), memory_of("800mb")
    (2000000000, 1610612736, 800000000)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", text)
    if not match:
        raise ValueError(f"{text!r} is no amount of memory; write for example 2GB or 800MB")
    number, unit = match[1], match[2].upper()
    if unit not in UNITS:
        raise ValueError(f"{text!r} has no unit of memory; {_meant(number, unit)}")
    size = int(float(number) * UNITS[unit])
    if size < LEAST:
        raise ValueError(f"{text!r} is less than a megabyte; write for example 2GB or 800MB")
    return size


def _meant(number: str, unit: str) -> str:
    """The nearest unit: `G` and `Gb` are gigabytes, and so is a number alone, most likely."""
    near = next((known for known in UNITS if unit and known[0] == unit[0]), "GB")
    return f"did you mean {number}{near}?"


def workers_of(text: str) -> int:
    """A number of workers as it is typed; ValueError for what is none.

    >>> workers_of("4")
    4
    """
    if not text.strip().isdecimal() or not int(text):
        raise ValueError(f"{text!r} is no number of workers; write for example 2")
    return int(text)
