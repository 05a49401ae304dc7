"""Compiling `mirrors` of raw.yaml: other exports of the raw tables."""

from __future__ import annotations

from collections.abc import Mapping

from clinmap.mirrors import Mirror
from clinmap.plan import RawTable
from clinmap.problems import Location, SpecificationError, near_match
from mappings.inside import outside
from mappings.models import MirrorSpec, RawSpec
from mappings.nodes import Node


def study_mirrors(
    raw: RawSpec, node: Node, tables: Mapping[str, RawTable], errors: list[SpecificationError]
) -> dict[str, Mirror]:
    """The mirrors of a study; tables and key columns that there are not go to `errors`."""
    written = node.get("mirrors")
    found = {}
    for name, spec in raw.mirrors.items():
        own = written.get(name) if written else None
        place = written.keys[name] if written else node.location
        groups = _groups(spec)
        errors += outside(f"mirror {name}: path", spec.path, _place(own, "path", "", place))
        found[name] = Mirror(name, spec.path, groups, tuple(spec.key), place)
        for table in groups:
            where = _place(own, "tables", table, place)
            if table not in tables:
                said = f"mirror {name}: there is no raw table {table!r}"
                hint = near_match(table, tables) or "Name a table of raw.yaml."
                errors.append(SpecificationError("SPC011", said, location=where, hint=hint))
            else:
                _check_key(found[name], tables[table], _place(own, "key", "", where), errors)
    return found


def _groups(spec: MirrorSpec) -> dict[str, str]:
    """Table: item group; a table in a list is called as its item group."""
    if isinstance(spec.tables, dict):
        return dict(spec.tables)
    return {table: table for table in spec.tables}


def _check_key(
    mirror: Mirror, table: RawTable, place: Location, errors: list[SpecificationError]
) -> None:
    for column in mirror.key if table.columns else ():
        if column not in table.columns:
            said = f"mirror {mirror.name}: table {table.name} has no key column {column!r}"
            hint = near_match(column, table.columns) or "Write `key` with columns of the tables."
            errors.append(SpecificationError("SPC011", said, location=place, hint=hint))


def _place(node: Node | None, key: str, entry: str, otherwise: Location) -> Location:
    """Where an entry of a mirror stands: in a list, in a mapping, or the key itself."""
    part = node.get(key) if node else None
    if part is None:
        return otherwise
    if isinstance(part.value, list):
        return next((item.location for item in part.value if item.value == entry), part.location)
    return part.keys.get(entry, part.location)
