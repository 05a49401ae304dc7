"""SDTM datasets that are given and not built: raw tables that say which `dataset` they are.

Such a table stands for a dataset that is there already: every column is a variable as it is, and
ADaM is made from it as from one that was built. Qualifiers of its SUPP-- stand beside its columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.problems import Location, SpecificationError
from mappings.nodes import Node

KEY = "dataset"
SUBJECT = "USUBJID"


def given_datasets(raw: Node) -> Iterator[Node]:
    """A dataset as one would write it, for each raw table that is one already.

    Raises SpecificationError SPC004 for such a table without `columns`.
    """
    tables = raw.get("tables")
    for name, table in tables.items() if tables is not None else ():
        if table.get(KEY) is not None:
            yield _dataset(name, table)


def _dataset(name: str, table: Node) -> Node:
    place = table.keys[KEY]
    dataset, columns = str(table.get(KEY).value), _words(table.get("columns"))  # type: ignore[union-attr]
    if not columns:
        raise SpecificationError(
            "SPC004",
            f"table {name} is dataset {dataset}, and its columns are not said",
            location=place,
            hint="List its variables under `columns`.",
        )
    qualifiers = _words(table.get("qualifiers"))
    sequence = f"{dataset[:2]}SEQ"
    variables = {column: {"assign": f"${column}", "codelist": "none"} for column in columns}
    variables |= {q: {"assign": f"$supp_{q}/QVAL", "label": q} for q in qualifiers}
    keys = [key for key in (SUBJECT, sequence) if key in columns] or columns[:1]
    written: dict[str, object] = {
        "dataset": dataset, "from": name, "keys": keys, "submitted": False,
        "variables": variables,
        "joins": {f"supp_{q}": _meeting(table, q, sequence, columns) for q in qualifiers},
    }  # fmt: skip
    return _node(written, place)


def _meeting(table: Node, qualifier: str, sequence: str, columns: list[str]) -> dict[str, object]:
    """How a row meets its qualifier in SUPP-- (SDTMIG 3.4 section 8.4)."""
    supp = table.get("supp")
    if supp is None:
        raise SpecificationError(
            "SPC004",
            "`qualifiers` are named, and no `supp`",
            location=table.keys["qualifiers"],
            hint="Name the raw table of the SUPP-- dataset as `supp`.",
        )
    by = {SUBJECT: f".{SUBJECT}"}
    if sequence in columns:
        by["IDVARVAL"] = f".{sequence}"
    return {"table": str(supp.value), "by": by, "where": f"$QNAM == '{qualifier}'"}


def _words(node: Node | None) -> list[str]:
    value = node.value if node is not None else None
    return [str(item.value) for item in value] if isinstance(value, list) else []


def _node(value: object, place: Location) -> Node:
    """Plain data as a node, all of it at one place."""
    if isinstance(value, dict):
        entries = {key: _node(item, place) for key, item in value.items()}
        return Node(entries, place, dict.fromkeys(entries, place))
    if isinstance(value, list):
        return Node([_node(item, place) for item in value], place)
    return Node(value, place)  # type: ignore[arg-type]
