"""What the columns of a workbook cannot hold: the sheet More, which people can leave alone.

Each row holds a field of a definition: what the sheets say of it and what the define.xml says. It
counts only as long as the sheets say the same as when it was written: what somebody changed in a
cell wins. Problems: WBK004 for a row that cannot be read (it is left out).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from clinmap.problems import quoted
from define.document.model import Define
from define.workbook.parts import (
    Parts,
    decoded,
    decoded_whole,
    define_of_parts,
    encoded,
    field_names,
    parts_of,
    type_of_key,
)
from define.workbook.tables import Row, Tables

ORDER, WHOLE = "order of", "whole"
_NONE = ""
Cells = dict[str, str]


def leftovers(wanted: Define, told: Define) -> Iterator[Cells]:
    """The rows of More: what `wanted` says and `told`, read back from the sheets, does not."""
    want, have = parts_of(wanted), parts_of(told)
    for key, thing in want.things.items():
        if key not in have.things:
            yield _cells(key, WHOLE, _NONE, _text(encoded(thing)))
            continue
        for name in field_names(type(thing)):
            seen, value = getattr(have.things[key], name), getattr(thing, name)
            if seen != value:
                yield _cells(key, name, _text(encoded(seen)), _text(encoded(value)))
    for key in have.things:
        if key not in want.things:
            yield _cells(key, WHOLE, "there", _NONE)
    for key, order in want.children.items():
        seen_order = have.children.get(key, ())
        if seen_order != order:
            yield _cells(key, ORDER, *_texts(key, seen_order, order))


def _cells(key: str, name: str, seen: str, value: str) -> Cells:
    return {"Part": key or "document", "Field": name, "In the sheets": seen,
            "In the define.xml": value}  # fmt: skip


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _texts(key: str, *orders: tuple[str, ...]) -> Iterator[str]:
    """Orders as JSON, the children without what all of their keys begin with."""
    cut = len(key) + 1
    return (_text([child[cut:] for child in order]) for order in orders)


def completed(define: Define, rows: Iterable[Row], tables: Tables) -> Define:
    """The document with what its sheet More holds besides."""
    parts = parts_of(define)
    orders: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    gone = set[str]()
    for row in rows:
        try:
            _apply(parts, row, orders, gone)
        except ValueError as error:
            hint = "The row was left out; the sheet is not meant to be changed."
            tables.wrong(row, "In the define.xml", quoted(str(error)), hint)
    _order(parts, orders, gone)
    return define_of_parts(parts)


def _apply(
    parts: Parts,
    row: Row,
    orders: dict[str, tuple[tuple[str, ...], tuple[str, ...]]],
    gone: set[str],
) -> None:
    key, name = row.get("Part"), row.get("Field")
    key = "" if key == "document" else key
    seen, value = row.get("In the sheets"), row.get("In the define.xml")
    if name == ORDER:
        orders[key] = _orders(key, _json(seen), _json(value))
    elif name == WHOLE and not value:
        gone.add(key)
    elif name == WHOLE:
        parts.things.setdefault(key, decoded_whole(type_of_key(key), _json(value)))
    elif key in parts.things:
        kind = type(parts.things[key])
        if name not in field_names(kind):
            raise ValueError(f"there is no field {name[:40]!r}")
        if _text(encoded(getattr(parts.things[key], name))) == seen:
            made = decoded(kind, name, _json(value))
            parts.things[key] = replace(parts.things[key], **{name: made})


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("this is no JSON") from None


def _orders(key: str, seen: Any, value: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    for keys in (seen, value):
        if not isinstance(keys, list) or not all(isinstance(item, str) for item in keys):
            raise ValueError("an order is a list of texts")
    return tuple(f"{key}|{item}" for item in seen), tuple(f"{key}|{item}" for item in value)


def _order(
    parts: Parts,
    orders: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]],
    gone: set[str],
) -> None:
    """Children in the order of the document; what is new in the sheets stands at the end."""
    for key, (seen, wanted) in orders.items():
        now = parts.children.get(key, ())
        before, there, place = set(seen), set(now), set(wanted)
        kept = [k for k in wanted if k in there or (k not in before and k in parts.things)]
        new = [k for k in now if k not in place and not (k in before and k in gone)]
        parts.children[key] = tuple(dict.fromkeys([*kept, *new]))
