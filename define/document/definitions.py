"""The definitions of a define.xml, read from their elements: datasets, items, codelists and more.

Source: Define-XML 2.1 and 2.0, section 5.3. Problems: none; `define.document.faults` looks for what
cannot be used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from define.document.faults import whole_number
from define.document.lines import line_of
from define.document.model import (
    Alias,
    CodeList,
    Comment,
    Dictionary,
    DocumentRef,
    FormalExpression,
    Item,
    ItemGroup,
    ItemOrigin,
    ItemRef,
    Leaf,
    Method,
    PageRef,
    RangeCheck,
    SubClass,
    Term,
    ValueList,
    WhereClause,
)
from define.document.texts import own_text, translated
from define.document.xml_names import naming


class DefinitionReader:
    """Reads elements; `namespace` is that of the Define-XML version, `language` that of texts."""

    def __init__(self, namespace: str, language: str) -> None:
        self.namespace = namespace
        self.language = language
        self.tag = naming(namespace)

    def all(self, element: etree._Element, name: str) -> Iterable[etree._Element]:
        """The children of that name."""
        return element.iterchildren(self.tag(name)) if len(element) else ()

    def get(self, element: etree._Element, name: str) -> str:
        """An attribute, or an empty text."""
        return element.get(self.tag(name) if ":" in name else name) or ""

    def number(self, element: etree._Element, name: str) -> int | None:
        """A whole number, or None when the attribute is absent or no number."""
        text = element.get(name)
        return None if text is None else whole_number(text)

    def yes(self, element: etree._Element, name: str) -> bool:
        """Whether the attribute is Yes."""
        return self.get(element, name) == "Yes"

    def text(self, element: etree._Element, name: str) -> str:
        """The text of a child: of its TranslatedText in our language, else of its first."""
        child = element.find(self.tag(name))
        if child is None:
            return ""
        inner = translated(child, self.language)
        return own_text(child if inner is None else inner)

    def documents(self, element: etree._Element) -> tuple[DocumentRef, ...]:
        """The references to documents in an element."""
        return tuple(
            DocumentRef(
                leaf_id=self.get(document, "leafID"),
                pages=tuple(map(self.page, self.all(document, "def:PDFPageRef"))),
                line=line_of(document),
            )
            for document in self.all(element, "def:DocumentRef")
        )

    def page(self, element: etree._Element) -> PageRef:
        """Pages of a PDF."""
        return PageRef(
            type=self.get(element, "Type"),
            pages=self.get(element, "PageRefs"),
            first=self.number(element, "FirstPage"),
            last=self.number(element, "LastPage"),
            title=self.get(element, "Title"),
        )

    def value_list(self, element: etree._Element) -> ValueList:
        """A value list."""
        return ValueList(
            oid=self.get(element, "OID"),
            refs=tuple(map(self.item_ref, self.all(element, "ItemRef"))),
            description=self.text(element, "Description"),
            line=line_of(element),
        )

    def where_clause(self, element: etree._Element) -> WhereClause:
        """A where clause."""
        return WhereClause(
            oid=self.get(element, "OID"),
            checks=tuple(map(self.range_check, self.all(element, "RangeCheck"))),
            comment_oid=self.get(element, "def:CommentOID"),
            line=line_of(element),
        )

    def range_check(self, element: etree._Element) -> RangeCheck:
        """One condition; an empty CheckValue is the empty text."""
        return RangeCheck(
            item_oid=self.get(element, "def:ItemOID"),
            comparator=self.get(element, "Comparator"),
            values=tuple(map(own_text, self.all(element, "CheckValue"))),
            soft_hard=self.get(element, "SoftHard"),
            line=line_of(element),
        )

    def item_group(self, element: etree._Element) -> ItemGroup:
        """A dataset; in 2.0 its class is an attribute."""
        cls = element.find(self.tag("def:Class"))
        leaf = element.find(self.tag("def:leaf"))
        return ItemGroup(
            oid=self.get(element, "OID"),
            name=self.get(element, "Name"),
            repeating=self.yes(element, "Repeating"),
            reference_data=self.yes(element, "IsReferenceData"),
            sas_name=self.get(element, "SASDatasetName"),
            domain=self.get(element, "Domain"),
            purpose=self.get(element, "Purpose"),
            structure=self.get(element, "def:Structure"),
            label=self.text(element, "Description"),
            cls=self.get(element, "def:Class") if cls is None else self.get(cls, "Name"),
            subclasses=() if cls is None else tuple(self.subclasses(cls)),
            refs=tuple(map(self.item_ref, self.all(element, "ItemRef"))),
            archive_location_id=self.get(element, "def:ArchiveLocationID"),
            standard_oid=self.get(element, "def:StandardOID"),
            non_standard=self.yes(element, "def:IsNonStandard"),
            no_data=self.yes(element, "def:HasNoData"),
            comment_oid=self.get(element, "def:CommentOID"),
            aliases=self.aliases(element),
            leaf=None if leaf is None else self.leaf(leaf),
            line=line_of(element),
        )

    def subclasses(self, element: etree._Element) -> Iterator[SubClass]:
        """The subclasses of a class."""
        for sub in self.all(element, "def:SubClass"):
            yield SubClass(self.get(sub, "Name"), self.get(sub, "ParentClass"))

    def item_ref(self, element: etree._Element) -> ItemRef:
        """A reference to an item."""
        clauses = self.all(element, "def:WhereClauseRef")
        return ItemRef(
            item_oid=self.get(element, "ItemOID"),
            mandatory=self.yes(element, "Mandatory"),
            order=self.number(element, "OrderNumber"),
            key_sequence=self.number(element, "KeySequence"),
            method_oid=self.get(element, "MethodOID"),
            role=self.get(element, "Role"),
            role_codelist_oid=self.get(element, "RoleCodeListOID"),
            non_standard=self.yes(element, "def:IsNonStandard"),
            no_data=self.yes(element, "def:HasNoData"),
            where_oids=tuple(self.get(clause, "WhereClauseOID") for clause in clauses),
            line=line_of(element),
        )

    def item(self, element: etree._Element) -> Item:
        """An item."""
        codelist = element.find(self.tag("CodeListRef"))
        values = element.find(self.tag("def:ValueListRef"))
        return Item(
            oid=self.get(element, "OID"),
            name=self.get(element, "Name"),
            data_type=self.get(element, "DataType"),
            length=self.number(element, "Length"),
            significant_digits=self.number(element, "SignificantDigits"),
            sas_name=self.get(element, "SASFieldName"),
            display_format=self.get(element, "def:DisplayFormat"),
            comment_oid=self.get(element, "def:CommentOID"),
            label=self.text(element, "Description"),
            codelist_oid="" if codelist is None else self.get(codelist, "CodeListOID"),
            aliases=self.aliases(element),
            origins=tuple(map(self.origin, self.all(element, "def:Origin"))),
            value_list_oid="" if values is None else self.get(values, "ValueListOID"),
            line=line_of(element),
        )

    def origin(self, element: etree._Element) -> ItemOrigin:
        """An origin."""
        return ItemOrigin(
            type=self.get(element, "Type"),
            source=self.get(element, "Source"),
            description=self.text(element, "Description"),
            documents=self.documents(element),
            line=line_of(element),
        )

    def codelist(self, element: etree._Element) -> CodeList:
        """A codelist."""
        external = element.find(self.tag("ExternalCodeList"))
        terms = element.iterchildren(self.tag("CodeListItem"), self.tag("EnumeratedItem"))
        return CodeList(
            oid=self.get(element, "OID"),
            name=self.get(element, "Name"),
            data_type=self.get(element, "DataType"),
            terms=tuple(map(self.term, terms)),
            external=None if external is None else self.dictionary(external),
            sas_format=self.get(element, "SASFormatName"),
            standard_oid=self.get(element, "def:StandardOID"),
            non_standard=self.yes(element, "def:IsNonStandard"),
            comment_oid=self.get(element, "def:CommentOID"),
            description=self.text(element, "Description"),
            aliases=self.aliases(element),
            line=line_of(element),
        )

    def dictionary(self, element: etree._Element) -> Dictionary:
        """An external codelist."""
        return Dictionary(
            name=self.get(element, "Dictionary"),
            version=self.get(element, "Version"),
            href=self.get(element, "href"),
            ref=self.get(element, "ref"),
            line=line_of(element),
        )

    def term(self, element: etree._Element) -> Term:
        """A term; an EnumeratedItem has no decode."""
        coded = element.tag == self.tag("CodeListItem")
        return Term(
            value=self.get(element, "CodedValue"),
            decode=self.text(element, "Decode") if coded else None,
            extended=self.yes(element, "def:ExtendedValue"),
            order=self.number(element, "OrderNumber"),
            rank=self.get(element, "Rank"),
            aliases=self.aliases(element),
            description=self.text(element, "Description"),
            line=line_of(element),
        )

    def aliases(self, element: etree._Element) -> tuple[Alias, ...]:
        """The other names of an element."""
        found = self.all(element, "Alias")
        return tuple(Alias(self.get(a, "Name"), self.get(a, "Context")) for a in found)

    def method(self, element: etree._Element) -> Method:
        """A method."""
        expressions = self.all(element, "FormalExpression")
        return Method(
            oid=self.get(element, "OID"),
            name=self.get(element, "Name"),
            text=self.text(element, "Description"),
            type=self.get(element, "Type"),
            expressions=tuple(map(self.expression, expressions)),
            documents=self.documents(element),
            line=line_of(element),
        )

    def expression(self, element: etree._Element) -> FormalExpression:
        """The code of a method."""
        context = self.get(element, "Context")
        return FormalExpression(context, own_text(element), line_of(element))

    def comment(self, element: etree._Element) -> Comment:
        """A comment."""
        return Comment(
            oid=self.get(element, "OID"),
            text=self.text(element, "Description"),
            documents=self.documents(element),
            line=line_of(element),
        )

    def leaf(self, element: etree._Element) -> Leaf:
        """A file."""
        return Leaf(
            id=self.get(element, "ID"),
            href=self.get(element, "xlink:href"),
            title=self.text(element, "def:title"),
            line=line_of(element),
        )
