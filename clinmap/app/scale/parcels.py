"""What travels to a worker and back: a part of a build as bytes, and what became of it.

A worker never raises: Dask would write what it was given into its log, and that is data. What went
wrong comes back as a value, and is raised here.
"""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clinmap.problems import ClinmapError, Location


@dataclass(frozen=True, slots=True, repr=False)
class Parcel:
    """A part as bytes; its text names its number and shows nothing of the data."""

    number: int
    content: bytes

    def __repr__(self) -> str:
        return f"part {self.number}"


@dataclass(frozen=True, slots=True)
class Refused:
    """An error of ours that a part ended with: what it is made from."""

    made: type[ClinmapError]
    code: str
    message: str
    location: Location | None
    hint: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Another exception that a part ended with, as bytes, and where it came from."""

    error: bytes
    name: str
    trace: str


class WorkerFault(Exception):
    """An exception of a worker that could not be brought here."""


def packed(number: int, task: object) -> Parcel:
    """A part's task as a parcel."""
    return Parcel(number, pickle.dumps(task, protocol=5))


def worked(parcel: Parcel, work: Callable[[Any], object]) -> Parcel:
    """On a worker: what `work` makes of the parcel's content, or what stopped it."""
    return packed(parcel.number, _outcome(parcel, work))


def unpacked(parcel: Parcel) -> Any:
    """What came back: the result of a part; what stopped it is raised."""
    found = pickle.loads(parcel.content)
    if isinstance(found, Refused):
        raise found.made(found.code, found.message, location=found.location, hint=found.hint)
    if isinstance(found, Failed):
        raise _error_of(found)
    return found


def _outcome(parcel: Parcel, work: Callable[[Any], object]) -> object:
    try:
        return work(pickle.loads(parcel.content))
    except ClinmapError as error:
        return Refused(type(error), error.code, error.message, error.location, error.hint)
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> Failed:
    trace = "".join(traceback.format_exception(error))
    try:
        content = pickle.dumps(error, protocol=5)
    except Exception:
        content = b""
    return Failed(content, type(error).__name__, trace)


def _error_of(found: Failed) -> Exception:
    """The exception as it was on the worker, with a note of where it came from there."""
    try:
        known = pickle.loads(found.error)
    except Exception:
        known = None
    error: Exception = known if isinstance(known, Exception) else WorkerFault(found.name)
    error.add_note(f"On a worker:\n{found.trace}")
    return error
