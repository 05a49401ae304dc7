"""JSON documents: sorted keys, one space of indent, line feeds, UTF-8; the same bytes always."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from enum import Enum
from pathlib import Path, PurePath


def write_json(obj: object, path: Path) -> None:
    """Write an object as a JSON document.

    Dataclasses become objects of their fields, mappings objects with text keys, sets sorted lists,
    paths text with forward slashes, anything with `isoformat` ISO 8601. Missing values: None is
    null; NaN and infinity have no JSON and raise ValueError, other types TypeError: both are faults
    of the caller.

    >>> write_json({"b": 1, "a": ["é"]}, Path("x.json"))  # doctest: +SKIP
    """
    path.write_bytes(json_text(obj).encode("utf-8"))


def write_json_lines(entries: Mapping[str, object], path: Path) -> None:
    """Write a JSON object with a line for each of its entries.

    For long documents that programs read: it takes a tenth of the time of `write_json`, which has a
    line for each value. Values and faults are as there.

    >>> write_json_lines({"AE": {"rows": 3}}, Path("x.json"))  # doctest: +SKIP
    """
    lines = [f" {_line(name)}: {_line(plain(entries[name]))}" for name in sorted(entries)]
    path.write_bytes(("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8"))


def _line(obj: object) -> str:
    return json.dumps(obj, sort_keys=True, ensure_ascii=False, allow_nan=False, default=_rest)


def json_text(obj: object) -> str:
    """The text that `write_json` writes.

    >>> print(json_text({"b": 1, "a": ("é",)}), end="")
    {
     "a": [
      "é"
     ],
     "b": 1
    }
    """
    text = json.dumps(
        plain(obj), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False, default=_rest
    )
    return text + "\n"


def plain(obj: object) -> object:
    """The object in dicts, lists and scalars only.

    >>> plain({1: {"y", "x"}})
    {'1': ['x', 'y']}
    """
    made = type(obj)
    if made in _SCALARS:
        return obj
    if made is dict:
        return {_key(key): plain(value) for key, value in obj.items()}  # type: ignore[attr-defined]
    if made is list or made is tuple:
        return [plain(item) for item in obj]  # type: ignore[attr-defined]
    return _plain_of_others(obj)


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _key(key: object) -> str:
    return key if type(key) is str else str(plain(key))


def _plain_of_others(obj: object) -> object:
    """The same of what JSON has no word for, and of the classes made from plain ones."""
    if dataclasses.is_dataclass(obj) and not isinstance(obj, type):
        return {f.name: plain(getattr(obj, f.name)) for f in dataclasses.fields(obj)}
    if isinstance(obj, Enum):
        return plain(obj.value)
    if isinstance(obj, Mapping):
        return {_key(key): plain(value) for key, value in obj.items()}
    if isinstance(obj, set | frozenset):
        return sorted((plain(item) for item in obj), key=str)
    if isinstance(obj, list | tuple):
        return [plain(item) for item in obj]
    if isinstance(obj, PurePath):
        return obj.as_posix()
    return obj


def _rest(obj: object) -> object:
    """Dates as ISO 8601, numpy's numbers as Python's."""
    for method in ("isoformat", "item"):
        if hasattr(obj, method):
            return getattr(obj, method)()
    raise TypeError(f"no JSON for {type(obj).__name__}")
