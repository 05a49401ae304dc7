"""raw.yaml before it is read into models: what its tables share, laid under each of them.

`defaults` holds for every table, a `kind` for those that name it. Columns are added up, and a name
under `not_submitted` may be a pattern such as `*_YYYY`, which stands for the columns that fit it.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from clinmap.problems import SpecificationError, near_match
from mappings.nodes import Node, merged

PATTERN = "*"
_COLUMNS, _LEFT_OUT, _KIND = "columns", "not_submitted", "kind"


def filled_tables(raw: Node) -> Node:
    """raw.yaml with `defaults` and kinds laid under its tables, and patterns written out.

    Raises SpecificationError SPC005 for a kind that is not there.
    """
    tables = raw.get("tables")
    if tables is None or not isinstance(tables.value, dict):
        return raw
    filled = {name: _filled(raw, table) for name, table in tables.value.items()}
    rest = {key: node for key, node in raw.items() if key != "kinds"}
    return Node(
        {**rest, "tables": Node(filled, tables.location, tables.keys)}, raw.location, raw.keys
    )


def _filled(raw: Node, table: Node) -> Node:
    if not isinstance(table.value, dict):
        return table
    for layer in (_kind(raw, table), raw.get("defaults")):
        if layer is not None:
            table = _laid_under(layer, table)
    return _without_patterns(Node({k: v for k, v in table.items() if k != _KIND},
                                  table.location, table.keys))  # fmt: skip


def _kind(raw: Node, table: Node) -> Node | None:
    named = table.get(_KIND)
    if named is None:
        return None
    kinds = raw.get("kinds")
    known = dict(kinds.items()) if kinds is not None else {}
    if str(named.value) not in known:
        raise SpecificationError(
            "SPC005",
            f"there is no kind of table {named.plain()!r}",
            location=named.location,
            hint=near_match(str(named.value), known) or "Write it under `kinds`.",
        )
    return known[str(named.value)]


def _laid_under(layer: Node, table: Node) -> Node:
    """The table upon what it shares with others; the shared columns come first."""
    shared, own = layer.get(_COLUMNS), table.get(_COLUMNS)
    laid = merged(layer, table)
    if shared is None or own is None:
        return laid
    both = Node([*_listed(shared), *_listed(own)], own.location)
    return Node({**dict(laid.items()), _COLUMNS: both}, laid.location, laid.keys)


def _listed(node: Node) -> list[Node]:
    return node.value if isinstance(node.value, list) else [node]


def _without_patterns(table: Node) -> Node:
    """The table with each pattern under `not_submitted` replaced by the columns that fit it."""
    left_out, columns = table.get(_LEFT_OUT), table.get(_COLUMNS)
    if left_out is None or columns is None or not isinstance(left_out.value, dict):
        return table
    names = [str(node.value) for node in _listed(columns)]
    entries: dict[str, Node] = {}
    keys = dict(left_out.keys)
    for key, reason in sorted(left_out.items(), key=lambda item: PATTERN not in item[0]):
        fitting = [n for n in names if fnmatchcase(n, key)] if PATTERN in key else [key]
        entries |= dict.fromkeys(fitting, reason)
        keys |= dict.fromkeys(fitting, left_out.keys[key])
    explained = Node(entries, left_out.location, keys)
    return Node({**dict(table.items()), _LEFT_OUT: explained}, table.location, table.keys)
