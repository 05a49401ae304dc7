"""What the MetaDataVersion of an ODM file says: item groups, their columns, code lists and units.

Several MetaDataVersions are read as one: what a later one says of the same OID holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

    from clinmap.readers.odm_xml import OdmHeader

CONTEXT = (
    "PROJECT", "SITENUMBER", "SUBJECT", "FOLDER", "FOLDERSEQ", "FORMOID", "RECORDPOSITION",
    "PAGEREPEAT",
)  # fmt: skip
"""The columns that say where a row stands, named as in the tables that EDC systems export."""

FOLDER_REPEAT = "FOLDERREPEAT"
AUDIT = ("AUDIT_DATETIME", "AUDIT_USER", "AUDIT_REASON")
RESERVED = frozenset((*CONTEXT, FOLDER_REPEAT, *AUDIT))
CODE, UNITS = "_STD", "_UNITS"
"""What is put behind a column's name: for the code of a decode, and for the unit of a value."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an item group: its column, the decodes of its codes, and its units.

    `stored` is the column of the value as it stands in the file: the column itself, or that of the
    code where the item is decoded. `units` is empty for an item without units.
    """

    column: str
    stored: str
    decodes: Mapping[str, str] = field(default_factory=dict)
    units: str = ""
    only_unit: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the item fills, in their order."""
        return tuple(dict.fromkeys(filter(None, (self.column, self.stored, self.units))))


@dataclass(slots=True)
class ItemDefinition:
    """An ItemDef: its name, the OID of its code list, and of the units that it may be in."""

    name: str
    codelist: str = ""
    units: tuple[str, ...] = ()


@dataclass(slots=True)
class Definitions:
    """All that the metadata of a file say, by OID."""

    projects: dict[str, str] = field(default_factory=dict)
    groups: dict[str, dict[str, None]] = field(default_factory=dict)
    group_names: dict[str, str] = field(default_factory=dict)
    items: dict[str, ItemDefinition] = field(default_factory=dict)
    codelists: dict[str, dict[str, str]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    folder_order: dict[str, str] = field(default_factory=dict)

    def add_study(self, study: etree._Element, header: OdmHeader) -> None:
        """Take in a Study element: its name, its units and its MetaDataVersions."""
        oid = study.get("OID", "")
        name = study.findtext(f"{header.tag('GlobalVariables')}/{header.tag('StudyName')}")
        self.projects[oid] = (name or "").strip() or oid
        for unit in study.iter(header.tag("MeasurementUnit")):
            self.units[unit.get("OID", "")] = unit.get("Name", "") or unit.get("OID", "")
        for reference in study.iter(header.tag("StudyEventRef")):
            self.folder_order[reference.get("StudyEventOID", "")] = reference.get("OrderNumber", "")
        for element in study.iter(header.tag("CodeList")):
            self.codelists.setdefault(element.get("OID", ""), {}).update(_decodes(element, header))
        for element in study.iter(header.tag("ItemDef")):
            self.items[element.get("OID", "")] = _item(element, header)
        for element in study.iter(header.tag("ItemGroupDef")):
            self._add_group(element, header)

    def _add_group(self, element: etree._Element, header: OdmHeader) -> None:
        oid = element.get("OID", "")
        self.group_names[oid] = element.get("Name", "")
        references = list(element.iterchildren(header.tag("ItemRef")))
        references.sort(key=_order)
        self.groups.setdefault(oid, {}).update(
            dict.fromkeys(reference.get("ItemOID", "") for reference in references)
        )

    def group_oid(self, group: str) -> str:
        """The OID of an item group that is given by its OID, or by a Name that is its alone."""
        if group in self.groups:
            return group
        called = [oid for oid, name in self.group_names.items() if name == group]
        return called[0] if len(called) == 1 else group

    def columns_of(self, group: str) -> dict[str, Item]:
        """The items of an item group by OID, each with its columns, in the order of the group."""
        oids = list(self.groups.get(group, ()))
        names = {oid: self._name(oid) for oid in oids}
        counted = list(names.values())
        plain = {
            oid: oid if counted.count(name) > 1 or name in RESERVED else name
            for oid, name in names.items()
        }
        taken = frozenset(plain.values())
        return {oid: self.item(oid, column, taken) for oid, column in plain.items()}

    def item(self, oid: str, column: str = "", taken: Iterable[str] = ()) -> Item:
        """The item of an OID; a column name that is taken gets none put beside it."""
        definition = self.items.get(oid) or ItemDefinition("")
        column = column or self._name(oid)
        decodes = self.codelists.get(definition.codelist, {})
        code, units = f"{column}{CODE}", f"{column}{UNITS}"
        decoded = bool(decodes) and code not in taken
        only = definition.units[0] if len(definition.units) == 1 else ""
        return Item(
            column,
            code if decoded else column,
            decodes if decoded else {},
            units if definition.units and units not in taken else "",
            self.units.get(only, only),
        )

    def _name(self, oid: str) -> str:
        """The name of the item; without a definition, the last part of its OID."""
        definition = self.items.get(oid)
        return (definition.name if definition else "") or oid.rpartition(".")[2]


def _item(element: etree._Element, header: OdmHeader) -> ItemDefinition:
    reference = element.find(header.tag("CodeListRef"))
    units = [
        u.get("MeasurementUnitOID", "") for u in element.iter(header.tag("MeasurementUnitRef"))
    ]
    return ItemDefinition(
        element.get("Name", ""),
        reference.get("CodeListOID", "") if reference is not None else "",
        tuple(units),
    )


def _decodes(element: etree._Element, header: OdmHeader) -> dict[str, str]:
    """Coded value: decode, of a code list that has decodes; English where there are several."""
    found: dict[str, str] = {}
    for item in element.iterchildren(header.tag("CodeListItem")):
        texts = list(item.iterfind(f"{header.tag('Decode')}/{header.tag('TranslatedText')}"))
        texts.sort(key=_not_english)
        if texts:
            found[item.get("CodedValue", "")] = (texts[0].text or "").strip()
    return found


def _not_english(text: etree._Element) -> bool:
    language = text.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    return not language.lower().startswith("en")


def _order(reference: etree._Element) -> int:
    number = reference.get("OrderNumber", "")
    return int(number) if number.isdigit() else 0
