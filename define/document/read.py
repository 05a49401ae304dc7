"""A define.xml, read: 2.0 and 2.1, also files that other programs wrote.

Source: Define-XML 2.1 and 2.0, section 5.3. Elements that we do not know (vendor extensions,
analysis results) are left alone and listed in `Define.unknown`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from clinmap.problems import InputError, Location
from define.document.model import (
    Alias,
    CodeList,
    Comment,
    Define,
    Dictionary,
    DocumentRef,
    FileHeader,
    FormalExpression,
    Item,
    ItemGroup,
    ItemOrigin,
    ItemRef,
    Leaf,
    Method,
    PageRef,
    RangeCheck,
    Standard,
    Study,
    SubClass,
    Term,
    ValueList,
    WhereClause,
)
from define.document.xml_names import DEF_20, DEF_21, ODM, XLINK, XML

UNREADABLE = "INP011"
"""The code of a define.xml that cannot be read."""

_KNOWN_NAMES = """
ODM Study GlobalVariables StudyName StudyDescription ProtocolName MetaDataVersion Description
TranslatedText ItemGroupDef ItemRef ItemDef CodeListRef CodeList CodeListItem EnumeratedItem
ExternalCodeList Decode Alias MethodDef FormalExpression RangeCheck CheckValue def:Standards
def:Standard def:AnnotatedCRF def:SupplementalDoc def:DocumentRef def:PDFPageRef
def:ValueListDef def:WhereClauseDef def:WhereClauseRef def:Class def:SubClass def:Origin
def:ValueListRef def:CommentDef def:leaf def:title
"""
_KNOWN = frozenset(_KNOWN_NAMES.split())


def read_define(path: Path) -> Define:
    """Read a define.xml of version 2.0 or 2.1.

    The parser opens no network connection, expands no entity and reads no DTD; a file with a
    DOCTYPE is refused. Of several languages the first is kept. What 2.0 says of its standard in
    attributes of MetaDataVersion becomes a `Standard` without OID.

    Problems: InputError INP011 with file and line when the file is no Define-XML, or when an
    attribute is missing or no number. Example: `read_define(Path("define.xml")).item_group("AE")`.
    """
    root = _root(path)
    version = root.find(f".//{{{ODM}}}MetaDataVersion")
    study = root.find(f"{{{ODM}}}Study")
    if root.tag != f"{{{ODM}}}ODM" or version is None or study is None:
        raise _error(path, root.sourceline, "this is no Define-XML (no ODM Study with metadata)")
    namespace = next((n for n in (DEF_21, DEF_20) if f"{{{n}}}DefineVersion" in version.attrib), "")
    if not namespace:
        raise _error(path, version.sourceline, "this is neither Define-XML 2.0 nor 2.1")
    return _Reader(path, namespace).define(root, study, version)


def _root(path: Path) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except OSError as problem:
        raise _error(path, 0, f"the file cannot be opened: {problem.strerror}") from problem
    except etree.XMLSyntaxError as problem:
        raise _error(
            path, problem.lineno, f"this is no well-formed XML: {problem.msg}"
        ) from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise _error(path, 1, "the file has a DOCTYPE, which a define.xml does not need")
    return root


def _error(path: Path, line: int | None, message: str) -> InputError:
    return InputError(
        UNREADABLE,
        message,
        location=Location(path.name, line or 0),
        hint="Check that the file is well-formed Define-XML 2.0 or 2.1.",
    )


class _Reader:
    """Reads the elements of one file; `namespace` is that of its Define-XML version."""

    def __init__(self, path: Path, namespace: str) -> None:
        self.path = path
        self.namespace = namespace

    def tag(self, name: str) -> str:
        """The name in Clark notation, for this version."""
        spaces = {"def": self.namespace, "xlink": XLINK, "xml": XML}
        prefix, colon, local = name.partition(":")
        return f"{{{spaces[prefix]}}}{local}" if colon else f"{{{ODM}}}{name}"

    def all(self, element: etree._Element, name: str) -> Iterator[etree._Element]:
        """The children of that name."""
        return iter(element.findall(self.tag(name)))

    def get(self, element: etree._Element, name: str) -> str:
        """An attribute, or an empty text."""
        return str(element.get(self.tag(name) if ":" in name else name, ""))

    def need(self, element: etree._Element, name: str) -> str:
        """An attribute that must be there."""
        if element.get(self.tag(name) if ":" in name else name) is None:
            local = etree.QName(element).localname
            raise _error(self.path, element.sourceline, f"{local} has no attribute {name}")
        return self.get(element, name)

    def number(self, element: etree._Element, name: str) -> int | None:
        """A whole number, or None when the attribute is absent."""
        text = self.get(element, name)
        try:
            return int(text) if text else None
        except ValueError as problem:
            message = f"{name} is not a whole number: {text}"
            raise _error(self.path, element.sourceline, message) from problem

    def yes(self, element: etree._Element, name: str) -> bool:
        """Whether the attribute is Yes."""
        return self.get(element, name) == "Yes"

    def text(self, element: etree._Element, name: str) -> str:
        """The text of a child, or of its first TranslatedText."""
        child = element.find(self.tag(name))
        if child is None:
            return ""
        translated = child.find(self.tag("TranslatedText"))
        return (child if translated is None else translated).text or ""

    def define(
        self, root: etree._Element, study: etree._Element, version: etree._Element
    ) -> Define:
        """The whole document."""
        return Define(
            file=self.file_header(root),
            study=self.study(study),
            oid=self.need(version, "OID"),
            name=self.get(version, "Name"),
            description=self.get(version, "Description"),
            version=self.get(version, "def:DefineVersion"),
            comment_oid=self.get(version, "def:CommentOID"),
            language=self.language(version),
            standards=tuple(self.standards(version)),
            annotated_crf=self.document_list(version, "def:AnnotatedCRF"),
            supplemental_documents=self.document_list(version, "def:SupplementalDoc"),
            value_lists=tuple(map(self.value_list, self.all(version, "def:ValueListDef"))),
            where_clauses=tuple(map(self.where_clause, self.all(version, "def:WhereClauseDef"))),
            item_groups=tuple(map(self.item_group, self.all(version, "ItemGroupDef"))),
            items=tuple(map(self.item, self.all(version, "ItemDef"))),
            codelists=tuple(map(self.codelist, self.all(version, "CodeList"))),
            methods=tuple(map(self.method, self.all(version, "MethodDef"))),
            comments=tuple(map(self.comment, self.all(version, "def:CommentDef"))),
            leaves=tuple(map(self.leaf, self.all(version, "def:leaf"))),
            unknown=tuple(self.unknown(root)),
        )

    def file_header(self, root: etree._Element) -> FileHeader:
        """What the ODM element says."""
        return FileHeader(
            oid=self.need(root, "FileOID"),
            created=self.need(root, "CreationDateTime"),
            context=self.get(root, "def:Context"),
            as_of=self.get(root, "AsOfDateTime"),
            originator=self.get(root, "Originator"),
            source_system=self.get(root, "SourceSystem"),
            source_system_version=self.get(root, "SourceSystemVersion"),
        )

    def study(self, element: etree._Element) -> Study:
        """The study; its names are those of the GlobalVariables."""
        found = element.find(self.tag("GlobalVariables"))
        names = element if found is None else found
        return Study(
            oid=self.need(element, "OID"),
            name=self.text(names, "StudyName"),
            description=self.text(names, "StudyDescription"),
            protocol=self.text(names, "ProtocolName"),
        )

    def language(self, version: etree._Element) -> str:
        """The language of the first text that names one."""
        texts = version.iter(self.tag("TranslatedText"))
        named = (self.get(text, "xml:lang") for text in texts)
        return next((language for language in named if language), "en")

    def standards(self, version: etree._Element) -> Iterator[Standard]:
        """The standards of 2.1, or the one that the attributes of 2.0 name."""
        old = self.get(version, "def:StandardName")
        if old:
            yield Standard("", old, "IG", self.get(version, "def:StandardVersion"))
        for element in version.iterfind(f"{self.tag('def:Standards')}/{self.tag('def:Standard')}"):
            yield Standard(
                oid=self.need(element, "OID"),
                name=self.need(element, "Name"),
                type=self.get(element, "Type"),
                version=self.get(element, "Version"),
                publishing_set=self.get(element, "PublishingSet"),
                status=self.get(element, "Status"),
                comment_oid=self.get(element, "def:CommentOID"),
            )

    def document_list(self, version: etree._Element, name: str) -> tuple[DocumentRef, ...]:
        """The documents of the annotated CRF or the supplemental ones."""
        holder = version.find(self.tag(name))
        return () if holder is None else self.documents(holder)

    def documents(self, element: etree._Element) -> tuple[DocumentRef, ...]:
        """The references to documents in an element."""
        return tuple(
            DocumentRef(
                leaf_id=self.need(document, "leafID"),
                pages=tuple(map(self.page, self.all(document, "def:PDFPageRef"))),
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
            oid=self.need(element, "OID"),
            refs=tuple(map(self.item_ref, self.all(element, "ItemRef"))),
            description=self.text(element, "Description"),
        )

    def where_clause(self, element: etree._Element) -> WhereClause:
        """A where clause."""
        return WhereClause(
            oid=self.need(element, "OID"),
            checks=tuple(map(self.range_check, self.all(element, "RangeCheck"))),
            comment_oid=self.get(element, "def:CommentOID"),
        )

    def range_check(self, element: etree._Element) -> RangeCheck:
        """One condition; an empty CheckValue is the empty text."""
        return RangeCheck(
            item_oid=self.need(element, "def:ItemOID"),
            comparator=self.get(element, "Comparator"),
            values=tuple(value.text or "" for value in self.all(element, "CheckValue")),
            soft_hard=self.get(element, "SoftHard"),
        )

    def item_group(self, element: etree._Element) -> ItemGroup:
        """A dataset; in 2.0 its class is an attribute."""
        cls = element.find(self.tag("def:Class"))
        leaf = element.find(self.tag("def:leaf"))
        return ItemGroup(
            oid=self.need(element, "OID"),
            name=self.need(element, "Name"),
            repeating=self.yes(element, "Repeating"),
            reference_data=self.yes(element, "IsReferenceData"),
            sas_name=self.get(element, "SASDatasetName"),
            domain=self.get(element, "Domain"),
            purpose=self.get(element, "Purpose"),
            structure=self.get(element, "def:Structure"),
            label=self.text(element, "Description"),
            cls=self.get(element, "def:Class") if cls is None else self.need(cls, "Name"),
            subclasses=() if cls is None else tuple(self.subclasses(cls)),
            refs=tuple(map(self.item_ref, self.all(element, "ItemRef"))),
            archive_location_id=self.get(element, "def:ArchiveLocationID"),
            standard_oid=self.get(element, "def:StandardOID"),
            non_standard=self.yes(element, "def:IsNonStandard"),
            no_data=self.yes(element, "def:HasNoData"),
            comment_oid=self.get(element, "def:CommentOID"),
            aliases=self.aliases(element),
            leaf=None if leaf is None else self.leaf(leaf),
        )

    def subclasses(self, element: etree._Element) -> Iterator[SubClass]:
        """The subclasses of a class."""
        for sub in self.all(element, "def:SubClass"):
            yield SubClass(self.need(sub, "Name"), self.get(sub, "ParentClass"))

    def item_ref(self, element: etree._Element) -> ItemRef:
        """A reference to an item."""
        clauses = self.all(element, "def:WhereClauseRef")
        return ItemRef(
            item_oid=self.need(element, "ItemOID"),
            mandatory=self.yes(element, "Mandatory"),
            order=self.number(element, "OrderNumber"),
            key_sequence=self.number(element, "KeySequence"),
            method_oid=self.get(element, "MethodOID"),
            role=self.get(element, "Role"),
            role_codelist_oid=self.get(element, "RoleCodeListOID"),
            non_standard=self.yes(element, "def:IsNonStandard"),
            no_data=self.yes(element, "def:HasNoData"),
            where_oids=tuple(self.need(clause, "WhereClauseOID") for clause in clauses),
        )

    def item(self, element: etree._Element) -> Item:
        """An item."""
        codelist = element.find(self.tag("CodeListRef"))
        values = element.find(self.tag("def:ValueListRef"))
        return Item(
            oid=self.need(element, "OID"),
            name=self.need(element, "Name"),
            data_type=self.need(element, "DataType"),
            length=self.number(element, "Length"),
            significant_digits=self.number(element, "SignificantDigits"),
            sas_name=self.get(element, "SASFieldName"),
            display_format=self.get(element, "def:DisplayFormat"),
            comment_oid=self.get(element, "def:CommentOID"),
            label=self.text(element, "Description"),
            codelist_oid="" if codelist is None else self.need(codelist, "CodeListOID"),
            aliases=self.aliases(element),
            origins=tuple(map(self.origin, self.all(element, "def:Origin"))),
            value_list_oid="" if values is None else self.need(values, "ValueListOID"),
        )

    def origin(self, element: etree._Element) -> ItemOrigin:
        """An origin."""
        return ItemOrigin(
            type=self.need(element, "Type"),
            source=self.get(element, "Source"),
            description=self.text(element, "Description"),
            documents=self.documents(element),
        )

    def codelist(self, element: etree._Element) -> CodeList:
        """A codelist."""
        external = element.find(self.tag("ExternalCodeList"))
        terms = element.iterchildren(self.tag("CodeListItem"), self.tag("EnumeratedItem"))
        return CodeList(
            oid=self.need(element, "OID"),
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
        )

    def dictionary(self, element: etree._Element) -> Dictionary:
        """An external codelist."""
        return Dictionary(
            name=self.get(element, "Dictionary"),
            version=self.get(element, "Version"),
            href=self.get(element, "href"),
            ref=self.get(element, "ref"),
        )

    def term(self, element: etree._Element) -> Term:
        """A term; an EnumeratedItem has no decode."""
        coded = element.tag == self.tag("CodeListItem")
        return Term(
            value=self.need(element, "CodedValue"),
            decode=self.text(element, "Decode") if coded else None,
            extended=self.yes(element, "def:ExtendedValue"),
            order=self.number(element, "OrderNumber"),
            rank=self.get(element, "Rank"),
            aliases=self.aliases(element),
            description=self.text(element, "Description"),
        )

    def aliases(self, element: etree._Element) -> tuple[Alias, ...]:
        """The other names of an element."""
        found = self.all(element, "Alias")
        return tuple(Alias(self.get(a, "Name"), self.get(a, "Context")) for a in found)

    def method(self, element: etree._Element) -> Method:
        """A method."""
        expressions = self.all(element, "FormalExpression")
        return Method(
            oid=self.need(element, "OID"),
            name=self.get(element, "Name"),
            text=self.text(element, "Description"),
            type=self.get(element, "Type"),
            expressions=tuple(
                FormalExpression(self.get(e, "Context"), e.text or "") for e in expressions
            ),
            documents=self.documents(element),
        )

    def comment(self, element: etree._Element) -> Comment:
        """A comment."""
        text = self.text(element, "Description")
        return Comment(self.need(element, "OID"), text, self.documents(element))

    def leaf(self, element: etree._Element) -> Leaf:
        """A file."""
        href = self.get(element, "xlink:href")
        return Leaf(self.need(element, "ID"), href, self.text(element, "def:title"))

    def unknown(self, element: etree._Element) -> Iterator[str]:
        """The outermost elements that we do not read, each with its line."""
        for child in element.iterchildren(tag=etree.Element):
            name = etree.QName(child)
            prefix = {ODM: "", self.namespace: "def:"}.get(name.namespace or "", "")
            owned = name.namespace in (ODM, self.namespace)
            if owned and f"{prefix}{name.localname}" in _KNOWN:
                yield from self.unknown(child)
            else:
                shown = f"{child.prefix}:{name.localname}" if child.prefix else name.localname
                yield f"{shown} (line {child.sourceline})"
