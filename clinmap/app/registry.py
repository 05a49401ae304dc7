"""The operations that specifications may name: those of every room, put together here."""

from __future__ import annotations

import adam
import sdtm
from clinmap.operations import OPERATIONS
from clinmap.registry import Registry


def registry() -> Registry:
    """The registry of all operations that come with clinmap."""
    return Registry((*OPERATIONS, *sdtm.OPERATIONS, *adam.OPERATIONS))
