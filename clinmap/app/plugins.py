"""Which plug-ins this run was asked to load: said before anything knows what an operation is."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar

_ASKED: ContextVar[tuple[str, ...]] = ContextVar("asked", default=())


def ask_for_plugins(names: Iterable[str]) -> None:
    """Let the registries of this run hold the operations of these plug-ins."""
    _ASKED.set(tuple(dict.fromkeys(names)))


def plugins_asked_for() -> tuple[str, ...]:
    """The plug-ins that this run was asked to load."""
    return _ASKED.get()
