"""Digests of parts of a Plan: equal for equal parts, wherever in a file they are written.

Places in files are left out of a digest and listed beside it: values do not depend on the line that
asked for them, while problems name it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath

from clinmap import __version__
from clinmap.problems import Location

OUR_PACKAGES = ("clinmap", "mappings", "sdtm", "adam", "define")
LIBRARIES = ("numpy", "pandas", "pyarrow")
"""The libraries whose version may show in values or in the bytes of files."""

SHIPPED_STUDIES = "mappings/studies"


class Unknown(Exception):
    """Something of which no digest can be made: what rests on it is never reused."""


def digest(*parts: object) -> str:
    """The SHA-256 of these parts, in hexadecimal; Unknown where one is of no known type.

    >>> digest(("a", Location("ae.yaml", 1))) == digest(("a", Location("ae.yaml", 2)))
    True
    """
    out: list[str] = []
    for part in parts:
        _write(part, out)
    return hashlib.sha256("\0".join(out).encode("utf-8", "surrogatepass")).hexdigest()


def places(*parts: object) -> Iterator[Location]:
    """The places in these parts, in the order in which `digest` meets them.

    >>> list(places([Location("ae.yaml", 1), "x"]))
    [Location(file='ae.yaml', line=1, column=0)]
    """
    for part in parts:
        if isinstance(part, Location):
            yield part
        else:
            yield from places(*_inside(part))


def _write(value: object, out: list[str]) -> None:
    """Add what says all of a value: its type, and its text or what it holds."""
    made = type(value)
    if made is str:
        out.append(f"'{value}")
    elif made is Location:
        return
    elif made in _PLAIN or isinstance(value, _SUBCLASSED):
        out.append(f"{made.__qualname__} {value!r}")
    elif isinstance(value, _HOLDING) or dataclasses.is_dataclass(made):
        inside = _inside(value)
        out.append(f"{made.__qualname__} {len(inside)}")
        for item in inside:
            _write(item, out)
    else:
        raise Unknown(made.__qualname__)


_PLAIN = frozenset({type(None), bool, int, float, bytes, date, datetime, time, Decimal})
_SUBCLASSED = (Enum, PurePath, re.Pattern, type)
"""Values whose text says all of them, with the classes that are made from them."""

_HOLDING = (Mapping, list, tuple, set, frozenset)


def _inside(value: object) -> list[object]:
    """What a value holds; fields that do not count when two are compared are indexes."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, Mapping):
        return [part for pair in value.items() for part in pair]
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, name) for name in _fields(type(value))]
    return []


@cache
def _fields(made: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(made) if field.compare)


@cache
def made_by() -> str:
    """The digest of what makes values: our own code and data, and the libraries below it."""
    found = [("python", ".".join(map(str, sys.version_info[:2]))), ("clinmap", __version__)]
    found += [(name, _version(name)) for name in LIBRARIES]
    return digest(found, [folder_digest(_folder(name)) for name in OUR_PACKAGES])


@cache
def code_digest(made: type) -> str:
    """The digest of the code of an operation that is not ours; of ours `made_by` speaks.

    Unknown where its code stands in no file.
    """
    top = made.__module__.partition(".")[0]
    if top in OUR_PACKAGES:
        return ""
    try:
        file = inspect.getsourcefile(sys.modules[made.__module__])
    except (KeyError, TypeError):
        file = None
    if file is None or not Path(file).is_file():
        raise Unknown(made.__qualname__)
    package = getattr(sys.modules.get(top), "__file__", None)
    if package and Path(package).name == "__init__.py":
        return folder_digest(Path(package).parent)
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def folder_digest(folder: Path) -> str:
    """The digest of all files below a folder of code, shipped studies and caches aside."""
    sha = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder.parent).as_posix()
        if "__pycache__" in name or name.startswith(SHIPPED_STUDIES) or not path.is_file():
            continue
        sha.update(name.encode())
        sha.update(hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def _folder(package: str) -> Path:
    import importlib.util

    spec = importlib.util.find_spec(package)
    places_of = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places_of[0])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
