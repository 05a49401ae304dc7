"""A document as a tree of elements: elements and attributes in the order of the schema.

Source: Define-XML 2.1 and 2.0, section 5.3. Problems: none. Example: `define_tree(define).tag`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml import etree

from define.document.model import (
    Alias,
    CodeList,
    Comment,
    Define,
    Dictionary,
    DocumentRef,
    Item,
    ItemGroup,
    ItemOrigin,
    ItemRef,
    Leaf,
    Method,
    PageRef,
    RangeCheck,
    Standard,
    Term,
    ValueList,
    WhereClause,
)
from define.document.tree_displays import add_displays
from define.document.xml_names import ARM, NCI, ODM, VERSIONS, XLINK, attribute_name, naming

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Attributes = Mapping[str, str | int | None]
"""Attributes by name; those that say nothing are not written."""


def define_tree(define: Define, *, complete: bool = False) -> etree._Element:
    """The ODM element of the document, for Define-XML 2.1 or 2.0 as `define.namespace` says.

    Characters that XML cannot hold become U+FFFD. What 2.0 has no place for is left out, unless
    `complete`, which is for comparing two documents: all that the model holds is then written.
    """
    return TreeWriter(define, complete).document(define)


def clean(text: str) -> str:
    """The text as XML can hold it.

    >>> clean("a" + chr(0)) == "a" + chr(0xFFFD)
    True
    """
    return text if text.isprintable() and text.isascii() else _ILLEGAL.sub("\ufffd", text)


def _yes(flag: bool) -> str:
    return "Yes" if flag else ""


def _yes_no(flag: bool) -> str:
    return "Yes" if flag else "No"


class TreeWriter:
    """Adds the elements of a document, with texts in its language and names of its version."""

    def __init__(self, define: Define, complete: bool = False) -> None:
        self.language = define.language
        self.older = define.namespace == "2.0"
        self.everything = complete
        self.named = naming(VERSIONS[define.namespace])
        self.spaces: dict[str | None, str] = {
            None: ODM,
            "def": VERSIONS[define.namespace],
            "xlink": XLINK,
            "nci": NCI,
        }
        if define.displays or complete:
            self.spaces["arm"] = ARM

    def newer(self, attributes: Attributes) -> Attributes:
        """Attributes that only 2.1 has."""
        return {} if self.older and not self.everything else attributes

    def set(self, element: etree._Element, attributes: Attributes) -> None:
        """Set the attributes that say something, in the order given."""
        for name, value in attributes.items():
            if value is not None and value != "":
                element.set(attribute_name(name, self.named), clean(str(value)))

    def element(self, parent: etree._Element, name: str, attributes: Attributes) -> etree._Element:
        """A new last child."""
        made = etree.SubElement(parent, self.named(name))
        self.set(made, attributes)
        return made

    def text(self, parent: etree._Element, name: str, text: str) -> None:
        """An element that holds one TranslatedText."""
        holder = self.element(parent, name, {})
        translated = self.element(holder, "TranslatedText", {"xml:lang": self.language})
        translated.text = clean(text) or None

    def plain_text(self, parent: etree._Element, name: str, text: str) -> None:
        """An element that holds a text."""
        self.element(parent, name, {}).text = clean(text) or None

    def description(self, parent: etree._Element, text: str) -> None:
        """A Description, unless there is none."""
        if text:
            self.text(parent, "Description", text)

    def document(self, define: Define) -> etree._Element:
        """The ODM element with all that is in it."""
        root = etree.Element(self.named("ODM"), nsmap=self.spaces)
        file = define.file
        self.set(
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
                **self.newer({"def:Context": file.context}),
            },
        )
        study = self.element(root, "Study", {"OID": define.study.oid})
        variables = self.element(study, "GlobalVariables", {})
        for name, text in (
            ("StudyName", define.study.name),
            ("StudyDescription", define.study.description),
            ("ProtocolName", define.study.protocol),
        ):
            self.plain_text(variables, name, text)
        self.version(study, define)
        return root

    def version(self, study: etree._Element, define: Define) -> None:
        """The MetaDataVersion."""
        names: Attributes = {
            "OID": define.oid,
            "Name": define.name,
            "Description": define.description,
            "def:DefineVersion": define.version,
            **self.newer({"def:CommentOID": define.comment_oid}),
        }
        parent = self.element(study, "MetaDataVersion", names)
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
        add_displays(parent, define.displays, self)

    def standards(self, parent: etree._Element, standards: tuple[Standard, ...]) -> None:
        """The def:Standards; in 2.0 the first guide, in attributes of the MetaDataVersion."""
        listed = standards
        if self.older:
            guide = next((s for s in standards if s.type == "IG"), None)
            if guide:
                names = {"def:StandardName": guide.name, "def:StandardVersion": guide.version}
                self.set(parent, names)
            listed = tuple(s for s in standards if s is not guide) if self.everything else ()
        holder = self.element(parent, "def:Standards", {}) if listed else parent
        for standard in listed:
            self.standard(holder, standard)

    def standard(self, parent: etree._Element, standard: Standard) -> None:
        """One def:Standard."""
        self.element(
            parent,
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
        names: Attributes = {
            "PageRefs": page.pages,
            "FirstPage": page.first,
            "LastPage": page.last,
            "Type": page.type,
            **self.newer({"Title": page.title}),
        }
        self.element(parent, "def:PDFPageRef", names)

    def value_list(self, parent: etree._Element, value_list: ValueList) -> None:
        """One def:ValueListDef."""
        made = self.element(parent, "def:ValueListDef", {"OID": value_list.oid})
        if self.everything or not self.older:
            self.description(made, value_list.description)
        for ref in value_list.refs:
            self.item_ref(made, ref)

    def where_clause(self, parent: etree._Element, clause: WhereClause) -> None:
        """One def:WhereClauseDef."""
        names: Attributes = {"OID": clause.oid, "def:CommentOID": clause.comment_oid}
        made = self.element(parent, "def:WhereClauseDef", names)
        for check in clause.checks:
            self.range_check(made, check)

    def range_check(self, parent: etree._Element, check: RangeCheck) -> None:
        """One condition; an empty CheckValue stands for a missing value."""
        names: Attributes = {
            "Comparator": check.comparator,
            "SoftHard": check.soft_hard,
            "def:ItemOID": check.item_oid,
        }
        made = self.element(parent, "RangeCheck", names)
        for value in check.values:
            self.plain_text(made, "CheckValue", value)

    def item_group(self, parent: etree._Element, group: ItemGroup) -> None:
        """One ItemGroupDef."""
        made = self.element(parent, "ItemGroupDef", self.group_attributes(group))
        self.description(made, group.label)
        for ref in group.refs:
            self.item_ref(made, ref)
        self.aliases(made, group.aliases)
        if self.has_class_element(group):
            self.group_class(made, group)
        if group.leaf:
            self.leaf(made, group.leaf)

    def has_class_element(self, group: ItemGroup) -> bool:
        """Whether the class is an element: always in 2.1, in 2.0 never, but for its subclasses."""
        if self.older:
            return self.everything and bool(group.subclasses)
        return bool(group.cls or group.subclasses)

    def group_class(self, parent: etree._Element, group: ItemGroup) -> None:
        """One def:Class with its subclasses."""
        made = self.element(parent, "def:Class", {"Name": group.cls})
        for subclass in group.subclasses:
            names: Attributes = {"Name": subclass.name, "ParentClass": subclass.parent}
            self.element(made, "def:SubClass", names)

    def group_attributes(self, group: ItemGroup) -> Attributes:
        """The attributes of an ItemGroupDef; in 2.0 its class is one of them."""
        return {
            "OID": group.oid,
            "Name": group.name,
            "Repeating": _yes_no(group.repeating),
            "IsReferenceData": _yes_no(group.reference_data),
            "SASDatasetName": group.sas_name,
            "Domain": group.domain,
            "Purpose": group.purpose,
            "def:Structure": group.structure,
            "def:Class": group.cls if self.older and not self.has_class_element(group) else "",
            "def:ArchiveLocationID": group.archive_location_id,
            **self.newer(
                {
                    "def:StandardOID": group.standard_oid,
                    "def:IsNonStandard": _yes(group.non_standard),
                    "def:HasNoData": _yes(group.no_data),
                }
            ),
            "def:CommentOID": group.comment_oid,
        }

    def item_ref(self, parent: etree._Element, ref: ItemRef) -> None:
        """One ItemRef, with its where clauses in a value list."""
        names: Attributes = {
            "ItemOID": ref.item_oid,
            "OrderNumber": ref.order,
            "Mandatory": _yes_no(ref.mandatory),
            "KeySequence": ref.key_sequence,
            "MethodOID": ref.method_oid,
            "Role": ref.role,
            "RoleCodeListOID": ref.role_codelist_oid,
            **self.newer(
                {
                    "def:IsNonStandard": _yes(ref.non_standard),
                    "def:HasNoData": _yes(ref.no_data),
                }
            ),
        }
        made = self.element(parent, "ItemRef", names)
        for oid in ref.where_oids:
            self.element(made, "def:WhereClauseRef", {"WhereClauseOID": oid})

    def item(self, parent: etree._Element, item: Item) -> None:
        """One ItemDef."""
        names: Attributes = {
            "OID": item.oid,
            "Name": item.name,
            "DataType": item.data_type,
            "Length": item.length,
            "SignificantDigits": item.significant_digits,
            "SASFieldName": item.sas_name,
            "def:DisplayFormat": item.display_format,
            "def:CommentOID": item.comment_oid,
        }
        made = self.element(parent, "ItemDef", names)
        self.description(made, item.label)
        if item.codelist_oid:
            self.element(made, "CodeListRef", {"CodeListOID": item.codelist_oid})
        self.aliases(made, item.aliases)
        for origin in item.origins:
            self.origin(made, origin)
        if item.value_list_oid:
            self.element(made, "def:ValueListRef", {"ValueListOID": item.value_list_oid})

    def origin(self, parent: etree._Element, origin: ItemOrigin) -> None:
        """One def:Origin."""
        names: Attributes = {"Type": origin.type, **self.newer({"Source": origin.source})}
        made = self.element(parent, "def:Origin", names)
        self.description(made, origin.description)
        self.documents(made, origin.documents)

    def codelist(self, parent: etree._Element, codelist: CodeList) -> None:
        """One CodeList: its terms, or the dictionary."""
        names: Attributes = {
            "OID": codelist.oid,
            "Name": codelist.name,
            "DataType": codelist.data_type,
            "SASFormatName": codelist.sas_format,
            **self.newer(
                {
                    "def:StandardOID": codelist.standard_oid,
                    "def:IsNonStandard": _yes(codelist.non_standard),
                    "def:CommentOID": codelist.comment_oid,
                }
            ),
        }
        made = self.element(parent, "CodeList", names)
        self.description(made, codelist.description)
        for term in codelist.terms:
            self.term(made, term)
        if codelist.external:
            self.dictionary(made, codelist.external)
        self.aliases(made, codelist.aliases)

    def dictionary(self, parent: etree._Element, source: Dictionary) -> None:
        """One ExternalCodeList."""
        names: Attributes = {
            "Dictionary": source.name,
            "Version": source.version,
            "href": source.href,
            "ref": source.ref,
        }
        self.element(parent, "ExternalCodeList", names)

    def term(self, parent: etree._Element, term: Term) -> None:
        """One CodeListItem, or an EnumeratedItem where there is no decode."""
        name = "EnumeratedItem" if term.decode is None else "CodeListItem"
        made = self.element(parent, name, {})
        made.set("CodedValue", clean(term.value))
        more: Attributes = {
            "Rank": term.rank,
            "OrderNumber": term.order,
            "def:ExtendedValue": _yes(term.extended),
        }
        self.set(made, more)
        if term.decode is not None:
            self.text(made, "Decode", term.decode)
        self.aliases(made, term.aliases)
        if self.everything or not self.older:
            self.description(made, term.description)

    def aliases(self, parent: etree._Element, aliases: Iterable[Alias]) -> None:
        """The other names."""
        for alias in aliases:
            self.element(parent, "Alias", {"Context": alias.context, "Name": alias.name})

    def method(self, parent: etree._Element, method: Method) -> None:
        """One MethodDef."""
        names: Attributes = {"OID": method.oid, "Name": method.name, "Type": method.type}
        made = self.element(parent, "MethodDef", names)
        self.text(made, "Description", method.text)
        for expression in method.expressions:
            code = self.element(made, "FormalExpression", {"Context": expression.context})
            code.text = clean(expression.text) or None
        self.documents(made, method.documents)

    def comment(self, parent: etree._Element, comment: Comment) -> None:
        """One def:CommentDef."""
        made = self.element(parent, "def:CommentDef", {"OID": comment.oid})
        self.text(made, "Description", comment.text)
        self.documents(made, comment.documents)

    def leaf(self, parent: etree._Element, leaf: Leaf) -> None:
        """One def:leaf."""
        made = self.element(parent, "def:leaf", {"ID": leaf.id, "xlink:href": leaf.href})
        self.plain_text(made, "def:title", leaf.title)
