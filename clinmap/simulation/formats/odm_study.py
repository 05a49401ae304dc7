"""The study part of the ODM exports: folders, forms, item groups, items, code lists, sites.

An item group is a raw table, and its OID the table's name. Forms and folders are called as in the
EDC system, where some have the same name (EOT), although the schema of ODM would not have it. A
coded field is one item with the code; its decode stands in the code list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from clinmap.simulation.forms.edc_rows import PROJECT, Row

NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
METADATA = "MDV.1"
USER = "SYNTHETIC.USER"
CREATED = "2016-01-01T00:00:00"
NOTE = "SYNTHETIC DATA. No person, event or result in this file is real."
PLACES = (
    "PROJECT", "SITENUMBER", "SUBJECT", "FOLDER", "FOLDERSEQ", "FORMOID", "RECORDPOSITION",
    "PAGEREPEAT",
)  # fmt: skip
"""The columns that ODM holds around the items."""

CODE = "_STD"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
Attributes = Mapping[str, str]


def tag(name: str) -> str:
    """The element name in the namespace of ODM."""
    return f"{{{NAMESPACE}}}{name}"


def element(name: str, attributes: Attributes, *children: etree._Element) -> etree._Element:
    """An ODM element."""
    made = etree.Element(tag(name), dict(attributes), {None: NAMESPACE})
    made.extend(children)
    return made


@dataclass(frozen=True)
class Form:
    """A form: the name of its table, its columns, and its rows of all subjects."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Row]

    @property
    def oid(self) -> str:
        """What the EDC system calls the form; only a form with rows says it."""
        return self.rows[0]["FORMOID"]

    @cached_property
    def decodes(self) -> dict[str, dict[str, str]]:
        """Column: code: decode, of the columns whose code and decode say the same."""
        found = {}
        for column in (c for c in self.columns if f"{c}{CODE}" in self.columns):
            code = f"{column}{CODE}"
            pairs = {(row.get(code, ""), row.get(column, "")) for row in self.rows} - {("", "")}
            codes, decodes = {code for code, _ in pairs}, {decode for _, decode in pairs}
            if len(codes) == len(decodes) == len(pairs) and "" not in codes | decodes:
                found[column] = dict(sorted(pairs))
        return {column: pairs for column, pairs in found.items() if pairs}

    @cached_property
    def items(self) -> dict[str, str]:
        """Column of the item: column of the value that the file holds."""
        codes = {f"{column}{CODE}" for column in self.decodes}
        kept = [c for c in self.columns if c not in PLACES and c not in codes]
        return {c: f"{c}{CODE}" if c in self.decodes else c for c in kept}


def study(forms: Sequence[Form]) -> etree._Element:
    """The Study element."""
    named = (("StudyName", PROJECT), ("StudyDescription", NOTE), ("ProtocolName", PROJECT))
    variables = element("GlobalVariables", {})
    for name, text in named:
        etree.SubElement(variables, tag(name)).text = text
    version = element(
        "MetaDataVersion", {"OID": METADATA, "Name": "Synthetic metadata"}, *_metadata(forms)
    )
    return element("Study", {"OID": PROJECT}, variables, version)


def admin_data(forms: Sequence[Form]) -> etree._Element:
    """The AdminData element: one user, and the sites."""
    user = element("User", {"OID": USER})
    etree.SubElement(user, tag("FullName")).text = "Synthetic user"
    sites = sorted({row["SITENUMBER"] for form in forms for row in form.rows})
    return element("AdminData", {"StudyOID": PROJECT}, user, *map(_location, sites))


def item_oid(form: str, column: str) -> str:
    """The OID of an item.

    >>> item_oid("ae", "AETERM")
    'ae.AETERM'
    """
    return f"{form}.{column}"


def _location(site: str) -> etree._Element:
    version = {"StudyOID": PROJECT, "MetaDataVersionOID": METADATA, "EffectiveDate": CREATED[:10]}
    named = {"OID": site, "Name": f"Synthetic site {site}", "LocationType": "Site"}
    return element("Location", named, element("MetaDataVersionRef", version))


def _metadata(forms: Sequence[Form]) -> Iterator[etree._Element]:
    folders = _folders(forms)
    yield element("Protocol", {}, *(_event_ref(f, order) for f, (order, _) in folders.items()))
    for folder, (_, held) in folders.items():
        kind = "Unscheduled" if folder == "UNS" else "Scheduled"
        named = {"OID": folder, "Name": folder, "Repeating": "No", "Type": kind}
        yield element("StudyEventDef", named, *(_ref("Form", form) for form in held))
    for form in (form for form in forms if form.rows):
        named = {"OID": form.oid, "Name": form.oid, "Repeating": "Yes"}
        yield element("FormDef", named, _ref("ItemGroup", form.name))
    for form in forms:
        named = {"OID": form.name, "Name": form.name, "Repeating": "Yes"}
        references = (_item_ref(form.name, column, n) for n, column in enumerate(form.items, 1))
        yield element("ItemGroupDef", named, *references)
    for form in forms:
        yield from (_item(form, column, stored) for column, stored in form.items.items())
    for form in forms:
        for column, pairs in form.decodes.items():
            yield _codelist(item_oid(form.name, column), pairs)


def _folders(forms: Sequence[Form]) -> dict[str, tuple[str, list[str]]]:
    """Folder: its number and the forms in it, in the order of the numbers."""
    numbers = {row["FOLDER"]: row["FOLDERSEQ"] for form in forms for row in form.rows}
    held = {form.name: {row["FOLDER"] for row in form.rows} for form in forms}
    return {
        folder: (number, [form.oid for form in forms if folder in held[form.name]])
        for folder, number in sorted(numbers.items(), key=lambda item: (int(item[1]), item[0]))
    }


def _event_ref(folder: str, order: str) -> etree._Element:
    return element(
        "StudyEventRef", {"StudyEventOID": folder, "OrderNumber": order, "Mandatory": "No"}
    )


def _ref(what: str, oid: str) -> etree._Element:
    return element(f"{what}Ref", {f"{what}OID": oid, "Mandatory": "No"})


def _item_ref(form: str, column: str, order: int) -> etree._Element:
    oid = item_oid(form, column)
    return element("ItemRef", {"ItemOID": oid, "OrderNumber": str(order), "Mandatory": "No"})


def _item(form: Form, column: str, held: str) -> etree._Element:
    oid = item_oid(form.name, column)
    longest = max([1, *(len(row.get(held, "")) for row in form.rows)])
    named = {"OID": oid, "Name": column, "DataType": "text", "Length": str(longest)}
    if column in form.decodes:
        return element("ItemDef", named, element("CodeListRef", {"CodeListOID": f"CL.{oid}"}))
    return element("ItemDef", named)


def _codelist(oid: str, pairs: Mapping[str, str]) -> etree._Element:
    made = element("CodeList", {"OID": f"CL.{oid}", "Name": oid, "DataType": "text"})
    for code, text in pairs.items():
        decode = element("TranslatedText", {XML_LANG: "en"})
        decode.text = text
        made.append(element("CodeListItem", {"CodedValue": code}, element("Decode", {}, decode)))
    return made
