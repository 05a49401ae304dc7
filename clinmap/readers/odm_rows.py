"""Rows of item groups out of ODM elements: gathered as they come, or replayed from transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from clinmap.problems import InputError, Location
from clinmap.readers.odm_metadata import AUDIT, RESERVED, UNITS, Definitions, Item

if TYPE_CHECKING:
    import pyarrow as pa
    from lxml import etree

    from clinmap.readers.odm_xml import OdmHeader

Row = dict[str, str | None]
"""The cells of a row that the file speaks of: None where it says that there is no value."""

AuditRecord = tuple[str, str, str]
TYPED = (
    "Any", "String", "Integer", "Float", "Double", "Date", "Time", "Datetime", "Boolean",
    "HexBinary", "Base64Binary", "HexFloat", "Base64Float", "PartialDate", "PartialTime",
    "PartialDatetime", "DurationDatetime", "IntervalDatetime", "IncompleteDatetime",
    "IncompleteDate", "IncompleteTime", "URI",
)  # fmt: skip
_CHUNK = 4096


@dataclass(slots=True)
class RowChunks:
    """Rows turned into Arrow columns some thousands at a time: few of them are Python objects."""

    rows: list[Row] = field(default_factory=list)
    chunks: list[pa.Table] = field(default_factory=list)
    null_flags: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row) -> None:
        """Add one row."""
        if None in row.values():
            self.null_flags.update(name for name, value in row.items() if value is None)
        self.rows.append(row)
        if len(self.rows) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Turn the rows that wait into columns."""
        import pyarrow as pa

        names = dict.fromkeys(chain.from_iterable(self.rows))
        text = pa.large_string()
        columns = {n: pa.array([row.get(n) for row in self.rows], text) for n in names}
        if columns:
            self.chunks.append(pa.table(columns))
        self.rows.clear()

    def table(self) -> pa.Table:
        """All rows; a cell that no row speaks of is null."""
        import pyarrow as pa

        self.flush()
        if not self.chunks:
            return pa.table({})
        return pa.concat_tables(self.chunks, promote_options="default")


class ItemGroupReader:
    """Reads the ItemGroupData of one item group into rows."""

    def __init__(
        self, group: str, definitions: Definitions, header: OdmHeader, file: str,
        records: Mapping[str, AuditRecord] | None,
    ) -> None:  # fmt: skip
        self.items = definitions.columns_of(group)
        self.declared = tuple(self.items)
        self.definitions = definitions
        self.file = file
        self.records = records
        self.replayed = header.transactional
        self.repeated = 0
        self.tags = [header.tag("ItemData"), *(header.tag(f"ItemData{name}") for name in TYPED)]
        self.audit_tag = header.tag("AuditRecord")
        self.unit_tag = header.tag("MeasurementUnitRef")
        self.prefix = header.tag("")

    def fill(self, row: Row, element: etree._Element) -> None:
        """Put the values of an ItemGroupData into its row."""
        if self.records is not None:
            self._audit(row, element)
        items = self.items
        for child in element.iterchildren(*self.tags):
            item = items.get(child.get("ItemOID", "")) or self._unlisted(child)
            value = child.get("Value")
            typed = value is None
            value = child.text if typed else value
            if self.replayed:
                value = None if child.get("TransactionType") == "Remove" else value
            elif item.stored in row:
                self.repeated += 1
            if value:
                row[item.stored] = value
                if typed or item.units or len(child):
                    self._unit(row, item, child, typed)
            elif child.get("IsNull") == "Yes":
                row[item.stored] = None
            else:
                row.pop(item.stored, None)
            if self.records is not None:
                self._audit(row, child)

    def _unlisted(self, child: etree._Element) -> Item:
        """A new item, which the group does not list: it gets a column at the end."""
        oid = child.get("ItemOID", "")
        if not oid:
            raise InputError(
                "INP006", "an ItemData has no ItemOID",
                location=Location(self.file, child.sourceline or 0),
                hint="Export the file again as ODM-XML 1.3.2.",
            )  # fmt: skip
        taken = {column for known in self.items.values() for column in known.columns} | RESERVED
        item = self.definitions.item(oid, taken=taken)
        if item.column in taken:
            item = self.definitions.item(oid, oid, taken)
        self.items[oid] = item
        return item

    def _unit(self, row: Row, item: Item, child: etree._Element, typed: bool) -> None:
        """The unit that stands beside a value, else the only one that its definition allows."""
        oid = child.get("MeasurementUnitOID") if typed else None
        if len(child):
            reference = child.find(self.unit_tag)
            oid = oid if reference is None else reference.get("MeasurementUnitOID")
        if oid:
            row[item.units or f"{item.column}{UNITS}"] = self.definitions.units.get(oid, oid)
        elif item.only_unit and item.units:
            row[item.units] = item.only_unit

    def _audit(self, row: Row, element: etree._Element) -> None:
        """Keep the latest audit record of a row and its items."""
        inline = element.find(self.audit_tag)
        known = self.records or {}
        record = known.get(element.get("AuditRecordID", ""))
        if inline is not None:
            record = audit_record(inline, self.prefix)
        if record and record[0] >= (row.get(AUDIT[0]) or ""):
            for name, value in zip(AUDIT, record, strict=True):
                row.pop(name, None)
                row.update({name: value} if value else {})


def audit_record(element: etree._Element, prefix: str) -> AuditRecord:
    """When a change was made, by whom, and why."""
    user = element.find(f"{prefix}UserRef")
    return (
        (element.findtext(f"{prefix}DateTimeStamp") or "").strip(),
        user.get("UserOID", "") if user is not None else "",
        (element.findtext(f"{prefix}ReasonForChange") or "").strip(),
    )


Step = tuple[str, str]


class Replay:
    """The rows of one item group after the transactions so far.

    They hang below study and subject, study event, form and repeat key, because a form, an event
    or a subject may be removed with all that is in it.
    """

    def __init__(self) -> None:
        self.tree: dict[Step, Any] = {}
        self.misfits = 0

    def remove(self, path: tuple[Step, ...]) -> bool:
        """Remove what stands at a path; whether there was something."""
        above = self._above(path)
        return above is not None and above.pop(path[-1], None) is not None

    def row(self, path: tuple[Step, ...], kind: str, place: Row) -> Row:
        """The row at a path, made where there is none; transactions that do not fit are counted."""
        above = self.tree
        for step in path[:-1]:
            above = above.setdefault(step, {})
        known: Row | None = above.get(path[-1])
        self.misfits += (known is None) if kind in ("Update", "Context") else 0
        self.misfits += (known is not None) if kind == "Insert" else 0
        row = above.setdefault(path[-1], {})
        row.update(place)
        found: Row = row
        return found

    def rows(self) -> Iterator[Row]:
        """The rows that are left, in the order in which their subjects, events and forms came."""
        for events in self.tree.values():
            for forms in events.values():
                for rows in forms.values():
                    yield from rows.values()

    def _above(self, path: tuple[Step, ...]) -> dict[Step, Any] | None:
        above: dict[Step, Any] | None = self.tree
        for step in path[:-1]:
            above = above.get(step) if above is not None else None
        return above
