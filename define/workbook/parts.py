"""A define.xml taken apart: every definition by a key, without its children, and back.

So two documents can be compared definition by definition and field by field, and a single field can
be written as JSON. Problems: ValueError for JSON that is not of the field's type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from define.document import model

SINGLE = ("file", "study")
"""Definitions that a document has one of."""

_CHILDREN: Mapping[type, tuple[str, ...]] = {
    model.Define: (
        "standards", "value_lists", "where_clauses", "item_groups", "items", "codelists",
        "methods", "comments", "leaves", "displays",
    ),
    model.ItemGroup: ("refs",),
    model.ValueList: ("refs",),
    model.CodeList: ("terms",),
    model.Display: ("results",),
}  # fmt: skip
_TYPES: Mapping[str, type] = {
    "standards": model.Standard, "value_lists": model.ValueList, "items": model.Item,
    "where_clauses": model.WhereClause, "item_groups": model.ItemGroup, "refs": model.ItemRef,
    "codelists": model.CodeList, "terms": model.Term, "methods": model.Method,
    "comments": model.Comment, "leaves": model.Leaf, "displays": model.Display,
    "results": model.AnalysisResult, "file": model.FileHeader, "study": model.Study,
}  # fmt: skip
_KEYS = ("oid", "id", "item_oid", "value")
_ALWAYS = ("line", "unknown", "faults", "kept", "original")


@dataclass(slots=True)
class Parts:
    """The definitions by their keys, and the keys of the children of each, in their order.

    The key of the document itself is empty, that of a child `PARENT|FIELD|OID`.
    """

    things: dict[str, Any] = field(default_factory=dict)
    children: dict[str, tuple[str, ...]] = field(default_factory=dict)


def parts_of(define: model.Define) -> Parts:
    """The parts of a document. Example: `parts_of(define).things["|items|IT.DM.AGE"]`."""
    parts = Parts()
    for name in SINGLE:
        parts.things[name] = getattr(define, name)
    _take_apart(parts, "", define)
    return parts


def define_of_parts(parts: Parts) -> model.Define:
    """The document of the parts; the reverse of `parts_of`."""
    whole = _put_together(parts, "")
    define: model.Define = replace(whole, **{name: parts.things[name] for name in SINGLE})
    return define


def type_of_key(key: str) -> type:
    """The class of the definition that a key means; ValueError for a key that means nothing."""
    if not key:
        return model.Define
    kind = key if key in SINGLE else key.split("|")[-2] if key.count("|") >= 2 else ""
    if kind not in _TYPES:
        raise ValueError(f"there is no kind of definition for {key[:60]!r}")
    return _TYPES[kind]


def field_names(kind: type) -> tuple[str, ...]:
    """The fields of a class that a part holds: all that is compared, without the children."""
    apart = (*_CHILDREN.get(kind, ()), *(SINGLE if kind is model.Define else ()))
    return tuple(f.name for f in fields(kind) if f.compare and f.name not in apart)


def encoded(value: Any) -> Any:
    """A value as plain data for JSON; fields with their default are left out.

    >>> encoded(model.Alias("C123"))
    {'name': 'C123'}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: encoded(getattr(value, f.name))
            for f in fields(value)
            if f.compare and (f.default is MISSING or getattr(value, f.name) != f.default)
        }
    return list(map(encoded, value)) if isinstance(value, tuple) else value


def decoded(kind: type, name: str, data: Any) -> Any:
    """The value of a field from plain data; the reverse of `encoded`.

    >>> decoded(model.Item, "aliases", [{"name": "C123"}])
    (Alias(name='C123', context='nci:ExtCodeID'),)
    """
    return _decoded(_hints(kind)[name], data)


def decoded_whole(kind: type, data: Any) -> Any:
    """A definition from plain data."""
    return _decoded(kind, data)


def _take_apart(parts: Parts, key: str, thing: Any) -> None:
    names = _CHILDREN.get(type(thing), ())
    parts.things[key] = replace(thing, **dict.fromkeys(names, ())) if names else thing
    for name in names:
        keys = tuple(_child_keys(f"{key}|{name}|", getattr(thing, name)))
        parts.children[f"{key}|{name}"] = keys
        for child_key, child in zip(keys, getattr(thing, name), strict=True):
            _take_apart(parts, child_key, child)


def _child_keys(prefix: str, children: tuple[Any, ...]) -> Iterator[str]:
    """A key for each child; what stands twice is numbered."""
    seen: dict[str, int] = {}
    for child in children:
        name = next(getattr(child, key) for key in _KEYS if hasattr(child, key))
        key = f"{prefix}{name.replace('|', '¦')}"
        seen[key] = seen.get(key, 0) + 1
        yield key if seen[key] == 1 else f"{key}#{seen[key]}"


def _put_together(parts: Parts, key: str) -> Any:
    thing = parts.things[key]
    found = {
        name: tuple(_put_together(parts, child) for child in parts.children[f"{key}|{name}"])
        for name in _CHILDREN.get(type(thing), ())
        if f"{key}|{name}" in parts.children
    }
    return replace(thing, **found) if found else thing


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _decoded(hint: Any, data: Any) -> Any:
    if get_origin(hint) is tuple:
        return tuple(_decoded(get_args(hint)[0], item) for item in _checked(data, list))
    if get_origin(hint) in (Union, UnionType):
        inner = next(kind for kind in get_args(hint) if kind is not type(None))
        return None if data is None else _decoded(inner, data)
    if is_dataclass(hint):
        return _thing(hint, _checked(data, dict))
    return _checked(data, hint)


def _thing(kind: Any, data: Mapping[str, Any]) -> Any:
    names = {f.name for f in fields(kind)} - set(_ALWAYS)
    if unknown := set(data) - names:
        raise ValueError(f"a {kind.__name__} has no {', '.join(sorted(unknown))}")
    try:
        return kind(**{name: decoded(kind, name, value) for name, value in data.items()})
    except TypeError:
        raise ValueError(f"a {kind.__name__} is incomplete") from None


def _checked(data: Any, kind: Any) -> Any:
    right = isinstance(data, kind) and (kind is bool or not isinstance(data, bool))
    if not right:
        raise ValueError(f"{str(data)[:40]!r} is no {kind.__name__}")
    return data
