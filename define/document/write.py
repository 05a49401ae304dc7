"""A define.xml, written: elements and attributes in the order of the schema, byte for byte alike.

Source: Define-XML 2.1, section 5.3. Problems: none (an unwritable place raises OSError).
Example: `write_define(define, folder / "define.xml")`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from define.document.model import (
    Alias,
    CodeList,
    Comment,
    Define,
    DocumentRef,
    Item,
    ItemGroup,
    ItemOrigin,
    ItemRef,
    Leaf,
    Method,
    PageRef,
    Standard,
    Term,
    ValueList,
    WhereClause,
)
from define.document.stylesheet import STYLESHEET
from define.document.xml_names import DEF_21, NCI, ODM, XLINK, qualified

_PROLOGUE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<?xml-stylesheet type="text/xsl" href="{STYLESHEET}"?>\n'
).encode()
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_define(define: Define, path: Path) -> None:
    """Write the document to `path`, with the reference to the stylesheet beside it.

    Only Define-XML 2.1 is written: `define.version` must be of 2.1, else ValueError. Characters
    that XML cannot hold become U+FFFD.
    """
    path.write_bytes(define_bytes(define))


def define_bytes(define: Define) -> bytes:
    """The document as bytes in UTF-8; equal documents give equal bytes."""
    if not define.version.startswith("2.1"):
        raise ValueError(f"only Define-XML 2.1 is written, not {define.version}")
    root = _Writer(define.language).document(define)
    etree.indent(root, space="  ")
    return _PROLOGUE + etree.tostring(root, encoding="UTF-8", xml_declaration=False) + b"\n"


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _yes(flag: bool) -> str:
    return "Yes" if flag else ""


def _yes_no(flag: bool) -> str:
    return "Yes" if flag else "No"


def _set(element: etree._Element, attributes: dict[str, str | int | None]) -> None:
    """Set the attributes that say something, in the order given."""
    for name, value in attributes.items():
        if value is not None and value != "":
            key = qualified(name) if ":" in name else name
            element.set(key, _clean(str(value)))


class _Writer:
    """Adds the elements of a document, with texts in its language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def element(
        self, parent: etree._Element, name: str, attributes: dict[str, str | int | None]
    ) -> etree._Element:
        """A new last child."""
        made = etree.SubElement(parent, qualified(name))
        _set(made, attributes)
        return made

    def text(self, parent: etree._Element, name: str, text: str) -> None:
        """An element that holds one TranslatedText."""
        holder = self.element(parent, name, {})
        translated = self.element(holder, "TranslatedText", {"xml:lang": self.language})
        translated.text = _clean(text)

    def document(self, define: Define) -> etree._Element:
        """The ODM element with all that is in it."""
        root = etree.Element(
            qualified("ODM"), nsmap={None: ODM, "def": DEF_21, "xlink": XLINK, "nci": NCI}
        )
        file = define.file
        _set(
            root,
            {
                "FileType": "Snapshot",
                "FileOID": file.oid,
                "CreationDateTime": file.created,
                "AsOfDateTime": file.as_of,
                "ODMVersion": "1.3.2",
                "Originator": file.originator,
                "SourceSystem": file.source_system,
                "SourceSystemVersion": file.source_system_version,
                "def:Context": file.context,
            },
        )
        study = self.element(root, "Study", {"OID": define.study.oid})
        variables = self.element(study, "GlobalVariables", {})
        for name, text in (
            ("StudyName", define.study.name),
            ("StudyDescription", define.study.description),
            ("ProtocolName", define.study.protocol),
        ):
            self.element(variables, name, {}).text = _clean(text)
        self.version(study, define)
        return root

    def version(self, study: etree._Element, define: Define) -> None:
        """The MetaDataVersion."""
        parent = self.element(
            study,
            "MetaDataVersion",
            {
                "OID": define.oid,
                "Name": define.name,
                "Description": define.description,
                "def:DefineVersion": define.version,
                "def:CommentOID": define.comment_oid,
            },
        )
        self.standards(parent, define.standards)
        self.document_list(parent, "def:AnnotatedCRF", define.annotated_crf)
        self.document_list(parent, "def:SupplementalDoc", define.supplemental_documents)
        for value_list in define.value_lists:
            self.value_list(parent, value_list)
        for clause in define.where_clauses:
            self.where_clause(parent, clause)
        for group in define.item_groups:
            self.item_group(parent, group)
        for item in define.items:
            self.item(parent, item)
        for codelist in define.codelists:
            self.codelist(parent, codelist)
        for method in define.methods:
            self.method(parent, method)
        for comment in define.comments:
            self.comment(parent, comment)
        for leaf in define.leaves:
            self.leaf(parent, leaf)

    def standards(self, parent: etree._Element, standards: Iterable[Standard]) -> None:
        """The def:Standards, unless there are none."""
        listed = tuple(standards)
        holder = self.element(parent, "def:Standards", {}) if listed else parent
        for standard in listed:
            self.element(
                holder,
                "def:Standard",
                {
                    "OID": standard.oid,
                    "Name": standard.name,
                    "Type": standard.type,
                    "PublishingSet": standard.publishing_set,
                    "Version": standard.version,
                    "Status": standard.status,
                    "def:CommentOID": standard.comment_oid,
                },
            )

    def document_list(
        self, parent: etree._Element, name: str, documents: tuple[DocumentRef, ...]
    ) -> None:
        """The annotated CRF or the supplemental documents, unless there are none."""
        if documents:
            self.documents(self.element(parent, name, {}), documents)

    def documents(self, parent: etree._Element, documents: Iterable[DocumentRef]) -> None:
        """References to leaves and to pages of them."""
        for document in documents:
            made = self.element(parent, "def:DocumentRef", {"leafID": document.leaf_id})
            for page in document.pages:
                self.page(made, page)

    def page(self, parent: etree._Element, page: PageRef) -> None:
        """One def:PDFPageRef."""
        self.element(
            parent,
            "def:PDFPageRef",
            {
                "PageRefs": page.pages,
                "FirstPage": page.first,
                "LastPage": page.last,
                "Type": page.type,
                "Title": page.title,
            },
        )

    def value_list(self, parent: etree._Element, value_list: ValueList) -> None:
        """One def:ValueListDef."""
        made = self.element(parent, "def:ValueListDef", {"OID": value_list.oid})
        if value_list.description:
            self.text(made, "Description", value_list.description)
        for ref in value_list.refs:
            self.item_ref(made, ref)

    def where_clause(self, parent: etree._Element, clause: WhereClause) -> None:
        """One def:WhereClauseDef; an empty CheckValue stands for a missing value."""
        names: dict[str, str | int | None] = {
            "OID": clause.oid,
            "def:CommentOID": clause.comment_oid,
        }
        made = self.element(parent, "def:WhereClauseDef", names)
        for check in clause.checks:
            attributes: dict[str, str | int | None] = {
                "Comparator": check.comparator,
                "SoftHard": check.soft_hard,
                "def:ItemOID": check.item_oid,
            }
            holder = self.element(made, "RangeCheck", attributes)
            for value in check.values:
                self.element(holder, "CheckValue", {}).text = _clean(value)

    def item_group(self, parent: etree._Element, group: ItemGroup) -> None:
        """One ItemGroupDef."""
        made = self.element(parent, "ItemGroupDef", _group_attributes(group))
        if group.label:
            self.text(made, "Description", group.label)
        for ref in group.refs:
            self.item_ref(made, ref)
        self.aliases(made, group.aliases)
        if group.cls:
            cls = self.element(made, "def:Class", {"Name": group.cls})
            for subclass in group.subclasses:
                names: dict[str, str | int | None] = {
                    "Name": subclass.name,
                    "ParentClass": subclass.parent,
                }
                self.element(cls, "def:SubClass", names)
        if group.leaf:
            self.leaf(made, group.leaf)

    def item_ref(self, parent: etree._Element, ref: ItemRef) -> None:
        """One ItemRef, with its where clauses in a value list."""
        made = self.element(
            parent,
            "ItemRef",
            {
                "ItemOID": ref.item_oid,
                "OrderNumber": ref.order,
                "Mandatory": _yes_no(ref.mandatory),
                "KeySequence": ref.key_sequence,
                "MethodOID": ref.method_oid,
                "Role": ref.role,
                "RoleCodeListOID": ref.role_codelist_oid,
                "def:IsNonStandard": _yes(ref.non_standard),
                "def:HasNoData": _yes(ref.no_data),
            },
        )
        for oid in ref.where_oids:
            self.element(made, "def:WhereClauseRef", {"WhereClauseOID": oid})

    def item(self, parent: etree._Element, item: Item) -> None:
        """One ItemDef."""
        made = self.element(
            parent,
            "ItemDef",
            {
                "OID": item.oid,
                "Name": item.name,
                "DataType": item.data_type,
                "Length": item.length,
                "SignificantDigits": item.significant_digits,
                "SASFieldName": item.sas_name,
                "def:DisplayFormat": item.display_format,
                "def:CommentOID": item.comment_oid,
            },
        )
        if item.label:
            self.text(made, "Description", item.label)
        if item.codelist_oid:
            self.element(made, "CodeListRef", {"CodeListOID": item.codelist_oid})
        self.aliases(made, item.aliases)
        for origin in item.origins:
            self.origin(made, origin)
        if item.value_list_oid:
            self.element(made, "def:ValueListRef", {"ValueListOID": item.value_list_oid})

    def origin(self, parent: etree._Element, origin: ItemOrigin) -> None:
        """One def:Origin."""
        made = self.element(parent, "def:Origin", {"Type": origin.type, "Source": origin.source})
        if origin.description:
            self.text(made, "Description", origin.description)
        self.documents(made, origin.documents)

    def codelist(self, parent: etree._Element, codelist: CodeList) -> None:
        """One CodeList: its terms, or the dictionary."""
        made = self.element(
            parent,
            "CodeList",
            {
                "OID": codelist.oid,
                "Name": codelist.name,
                "DataType": codelist.data_type,
                "SASFormatName": codelist.sas_format,
                "def:StandardOID": codelist.standard_oid,
                "def:IsNonStandard": _yes(codelist.non_standard),
                "def:CommentOID": codelist.comment_oid,
            },
        )
        if codelist.description:
            self.text(made, "Description", codelist.description)
        for term in codelist.terms:
            self.term(made, term)
        if codelist.external:
            source = codelist.external
            names: dict[str, str | int | None] = {
                "Dictionary": source.name,
                "Version": source.version,
                "href": source.href,
                "ref": source.ref,
            }
            self.element(made, "ExternalCodeList", names)
        self.aliases(made, codelist.aliases)

    def term(self, parent: etree._Element, term: Term) -> None:
        """One CodeListItem, or an EnumeratedItem where there is no decode."""
        name = "EnumeratedItem" if term.decode is None else "CodeListItem"
        made = self.element(parent, name, {})
        made.set("CodedValue", _clean(term.value))
        more: dict[str, str | int | None] = {
            "Rank": term.rank,
            "OrderNumber": term.order,
            "def:ExtendedValue": _yes(term.extended),
        }
        _set(made, more)
        if term.decode is not None:
            self.text(made, "Decode", term.decode)
        self.aliases(made, term.aliases)
        if term.description:
            self.text(made, "Description", term.description)

    def aliases(self, parent: etree._Element, aliases: Iterable[Alias]) -> None:
        """The other names."""
        for alias in aliases:
            self.element(parent, "Alias", {"Context": alias.context, "Name": alias.name})

    def method(self, parent: etree._Element, method: Method) -> None:
        """One MethodDef."""
        names: dict[str, str | int | None] = {
            "OID": method.oid,
            "Name": method.name,
            "Type": method.type,
        }
        made = self.element(parent, "MethodDef", names)
        self.text(made, "Description", method.text)
        for expression in method.expressions:
            code = self.element(made, "FormalExpression", {"Context": expression.context})
            code.text = _clean(expression.text)
        self.documents(made, method.documents)

    def comment(self, parent: etree._Element, comment: Comment) -> None:
        """One def:CommentDef."""
        made = self.element(parent, "def:CommentDef", {"OID": comment.oid})
        self.text(made, "Description", comment.text)
        self.documents(made, comment.documents)

    def leaf(self, parent: etree._Element, leaf: Leaf) -> None:
        """One def:leaf."""
        made = self.element(parent, "def:leaf", {"ID": leaf.id, "xlink:href": leaf.href})
        self.element(made, "def:title", {}).text = _clean(leaf.title)


def _group_attributes(group: ItemGroup) -> dict[str, str | int | None]:
    return {
        "OID": group.oid,
        "Name": group.name,
        "Repeating": _yes_no(group.repeating),
        "IsReferenceData": _yes_no(group.reference_data),
        "SASDatasetName": group.sas_name,
        "Domain": group.domain,
        "Purpose": group.purpose,
        "def:Structure": group.structure,
        "def:ArchiveLocationID": group.archive_location_id,
        "def:StandardOID": group.standard_oid,
        "def:IsNonStandard": _yes(group.non_standard),
        "def:HasNoData": _yes(group.no_data),
        "def:CommentOID": group.comment_oid,
    }
