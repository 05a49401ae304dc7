"""Random numbers that depend on (seed, subject, form) only.

A subject's rows of one form never change when subjects or forms are added, because every pair of
subject and form owns its own generator.
"""

from __future__ import annotations

import zlib

import numpy as np


def generator(seed: int, subject: str, form: str) -> np.random.Generator:
    """Return the generator of one subject and one form."""
    site, number = subject.split("-")
    return np.random.default_rng([seed, int(site), int(number), zlib.crc32(form.encode("ascii"))])


def steady_number(*parts: str) -> int:
    """Return a fixed non-negative integer made of text alone (for system time stamps)."""
    return zlib.crc32("|".join(parts).encode("utf-8"))
