"""A define.xml, read: 2.0 and 2.1 with analysis results, also files that other programs wrote.

Source: Define-XML 2.1 and 2.0, section 5.3; Analysis Results Metadata 1.0. Elements that we do not
know (vendor extensions) are left alone and listed in `Define.unknown`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from define.document.definitions import DefinitionReader
from define.document.faults import claimed_version, faults_of
from define.document.lines import line_of
from define.document.model import Define, DocumentRef, FileHeader, Standard, Study
from define.document.parse import parsed_odm, unreadable
from define.document.read_displays import displays_of
from define.document.xml_names import ODM, VERSIONS, XML

_KNOWN_NAMES = """
ODM Study GlobalVariables StudyName StudyDescription ProtocolName MetaDataVersion Description
TranslatedText ItemGroupDef ItemRef ItemDef CodeListRef CodeList CodeListItem EnumeratedItem
ExternalCodeList Decode Alias MethodDef FormalExpression RangeCheck CheckValue def:Standards
def:Standard def:AnnotatedCRF def:SupplementalDoc def:DocumentRef def:PDFPageRef
def:ValueListDef def:WhereClauseDef def:WhereClauseRef def:Class def:SubClass def:Origin
def:ValueListRef def:CommentDef def:leaf def:title arm:AnalysisResultDisplays arm:ResultDisplay
arm:AnalysisResult arm:AnalysisDatasets arm:AnalysisDataset arm:AnalysisVariable
arm:Documentation arm:ProgrammingCode arm:Code
"""


def read_define(path: Path) -> Define:
    """Read a define.xml of version 2.0 or 2.1.

    The parser opens no network connection, expands no entity and reads no DTD; a file with a
    DOCTYPE is refused. Prefixes may be any; of several studies and versions of the metadata the
    first is read. A missing attribute is an empty text, what is no number is None, and
    `Define.faults` names each with its line. `Define.language` is the first that a text names; a
    text in several languages is read in that one. What 2.0 says of its standard in attributes of
    MetaDataVersion becomes a `Standard` without OID.

    Problems: InputError INP011 with file and line when the file is no XML, no ODM with metadata, or
    of neither version. Example: `read_define(Path("define.xml")).item_group("AE")`.
    """
    root = parsed_odm(path)
    version = version_of(root)
    if version is None:
        message = "this is no Define-XML: the ODM element has no Study with a MetaDataVersion"
        raise unreadable(path, root.sourceline, message)
    release = release_of(version)
    if not release:
        message = "this is neither Define-XML 2.0 nor 2.1: nothing is of either's namespace"
        raise unreadable(
            path, version.sourceline, message, f"Declare xmlns:def as {' or '.join(_SPACES)}."
        )
    return _define(root, version, release)


_SPACES = tuple(VERSIONS.values())


def define_of(root: etree._Element) -> Define:
    """The document of an ODM element that has a MetaDataVersion of Define-XML 2.0 or 2.1.

    Example: `define_of(etree.parse("define.xml").getroot())`. Problems: none; what could not be
    used is in `Define.faults`.
    """
    version = version_of(root)
    release = "" if version is None else release_of(version)
    if version is None or not release:
        raise ValueError("no MetaDataVersion of Define-XML 2.0 or 2.1")
    return _define(root, version, release)


def _define(root: etree._Element, version: etree._Element, release: str) -> Define:
    reader = _DocumentReader(VERSIONS[release], _language(version))
    define = reader.define(root, version, release)
    return replace(define, original=define)


def release_of(version: etree._Element) -> str:
    """Which Define-XML the elements of a MetaDataVersion are of: 2.0, 2.1, or empty for neither.

    Where both occur, the one with more elements; DefineVersion counts like an element, so that a
    document without any element of its own is what its attributes are.
    """
    counts: dict[str, int] = {}
    for release, space in VERSIONS.items():
        own = sum(str(key).startswith(f"{{{space}}}") for key in version.attrib)
        counts[release] = own + sum(1 for _ in version.iter(f"{{{space}}}*"))
    most = max(counts, key=lambda release: counts[release])
    if counts[most]:
        return most
    declared = version.nsmap.values()
    return next((release for release, space in VERSIONS.items() if space in declared), "")


def version_of(root: etree._Element) -> etree._Element | None:
    """The first MetaDataVersion, one that is in a Study before others."""
    inside = root.find(f"{{{ODM}}}Study/{{{ODM}}}MetaDataVersion")
    return root.find(f".//{{{ODM}}}MetaDataVersion") if inside is None else inside


def _language(version: etree._Element) -> str:
    """The language of most texts that name one, of several the first."""
    texts = version.iter(f"{{{ODM}}}TranslatedText")
    named = (text.get(f"{{{XML}}}lang") for text in texts)
    counted = Counter(str(language) for language in named if language)
    return counted.most_common(1)[0][0] if counted else "en"


class _DocumentReader(DefinitionReader):
    """Reads a whole document."""

    def define(self, root: etree._Element, version: etree._Element, release: str) -> Define:
        """The document."""
        displays = version.find(self.tag("arm:AnalysisResultDisplays"))
        return Define(
            file=self.file_header(root),
            study=self.study(version.getparent()),
            oid=self.get(version, "OID"),
            name=self.get(version, "Name"),
            description=self.get(version, "Description"),
            version=claimed_version(version, self.namespace),
            namespace=release,
            comment_oid=self.get(version, "def:CommentOID"),
            language=self.language,
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
            displays=() if displays is None else displays_of(displays, self),
            unknown=self.unknown(root),
            faults=faults_of(root, version, release, self.namespace),
            kept=root,
        )

    def file_header(self, root: etree._Element) -> FileHeader:
        """What the ODM element says."""
        return FileHeader(
            oid=self.get(root, "FileOID"),
            created=self.get(root, "CreationDateTime"),
            context=self.get(root, "def:Context"),
            as_of=self.get(root, "AsOfDateTime"),
            originator=self.get(root, "Originator"),
            source_system=self.get(root, "SourceSystem"),
            source_system_version=self.get(root, "SourceSystemVersion"),
            line=line_of(root),
        )

    def study(self, element: etree._Element | None) -> Study:
        """The study; its names are those of the GlobalVariables."""
        if element is None or element.tag != self.tag("Study"):
            return Study("", "", "", "")
        found = element.find(self.tag("GlobalVariables"))
        names = element if found is None else found
        return Study(
            oid=self.get(element, "OID"),
            name=self.text(names, "StudyName"),
            description=self.text(names, "StudyDescription"),
            protocol=self.text(names, "ProtocolName"),
            line=line_of(element),
        )

    def standards(self, version: etree._Element) -> Iterator[Standard]:
        """The standards of 2.1, or the one that the attributes of 2.0 name."""
        old = self.get(version, "def:StandardName")
        old_version = self.get(version, "def:StandardVersion")
        if old or old_version:
            yield Standard("", old, "IG", old_version, line=line_of(version))
        holder = version.find(self.tag("def:Standards"))
        for element in () if holder is None else self.all(holder, "def:Standard"):
            yield Standard(
                oid=self.get(element, "OID"),
                name=self.get(element, "Name"),
                type=self.get(element, "Type"),
                version=self.get(element, "Version"),
                publishing_set=self.get(element, "PublishingSet"),
                status=self.get(element, "Status"),
                comment_oid=self.get(element, "def:CommentOID"),
                line=line_of(element),
            )

    def document_list(self, version: etree._Element, name: str) -> tuple[DocumentRef, ...]:
        """The documents of the annotated CRF or the supplemental ones."""
        holder = version.find(self.tag(name))
        return () if holder is None else self.documents(holder)

    def unknown(self, root: etree._Element) -> tuple[str, ...]:
        """The outermost elements that we do not read, each with its line."""
        known = frozenset(map(self.tag, _KNOWN_NAMES.split()))
        found: list[tuple[int, str]] = []
        waiting = [root]
        while waiting:
            for child in waiting.pop().iterchildren(tag=etree.Element):
                if child.tag in known:
                    waiting.append(child)
                else:
                    found.append((line_of(child), _as_written(child)))
        return tuple(f"{name} (line {line})" for line, name in sorted(found))


def _as_written(element: etree._Element) -> str:
    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else local
