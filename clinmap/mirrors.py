"""Mirrors: another export of the same raw tables, and a Plan that reads it in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from clinmap.plan import Plan, RawTable
from clinmap.problems import Location, SpecificationError, near_match
from clinmap.raw_formats import OdmOptions

EDC_KEY = ("SUBJECT", "FOLDER", "FORMOID", "RECORDPOSITION")
"""What identifies a row of a form in the exports of an EDC system."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """Another export of raw tables: one ODM file, and the item group of each table in it.

    `key` are the columns by which the rows of the two exports meet.
    """

    name: str
    path: str
    tables: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = EDC_KEY
    location: Location = Location("")


def mirror_table(mirror: Mirror, table: RawTable) -> RawTable:
    """A raw table as it stands in the mirror.

    >>> mirror_table(Mirror("odm", "study.xml", {"ae": "AE"}), RawTable("ae", "ae.csv")).path
    'study.xml'
    """
    options = OdmOptions(item_group=mirror.tables[table.name])
    return replace(table, path=mirror.path, format="odm", options=options)


def mirrored(plan: Plan, name: str) -> Plan:
    """The Plan with the tables of a mirror read from it; that mirror is then none any more.

    Problems: SpecificationError SPC021 where the study has no such mirror.
    """
    mirror = mirror_of(plan, name)
    raw = {
        table: mirror_table(mirror, known) if table in mirror.tables else known
        for table, known in plan.raw.items()
    }
    rest = {other: known for other, known in plan.mirrors.items() if other != name}
    return replace(plan, raw=raw, mirrors=rest)


def mirror_of(plan: Plan, name: str) -> Mirror:
    """The mirror of that name, or SpecificationError SPC021 with those that there are."""
    if name in plan.mirrors:
        return plan.mirrors[name]
    listed = f"Mirrors: {', '.join(plan.mirrors)}." if plan.mirrors else ""
    raise SpecificationError(
        "SPC021",
        f"the study has no mirror {name}",
        hint=near_match(name, plan.mirrors)
        or listed
        or "Declare it under `mirrors` of raw.yaml: another export of the same tables.",
    )
