"""The parts of a define.xml, one model for reading and for writing.

Names follow Define-XML 2.1; a text that is absent is empty, a number that is absent is None. Every
class is frozen, so that two documents can be compared by `==`.

Source: Define-XML 2.1, section 5.3 (elements and attributes). Problems: none.
Example: `Leaf("LF.DM", "dm.xpt", "dm.xpt")`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

NCI_CODE = "nci:ExtCodeID"
"""The context of an Alias that holds a C-code (Define-XML 2.1, section 5.3.12.6)."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A file beside the define.xml (def:leaf): a dataset or a document."""

    id: str
    href: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class PageRef:
    """Pages of a PDF (def:PDFPageRef): a list, a range, or named destinations."""

    type: str
    pages: str = ""
    first: int | None = None
    last: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A reference to a leaf, perhaps to pages of it (def:DocumentRef)."""

    leaf_id: str
    pages: tuple[PageRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name, in a context: the C-code of a codelist or of a term."""

    name: str
    context: str = NCI_CODE


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard that the document names (def:Standard; in 2.0, attributes of MetaDataVersion)."""

    oid: str
    name: str
    type: str
    version: str
    publishing_set: str = ""
    status: str = ""
    comment_oid: str = ""


@dataclass(frozen=True, slots=True)
class ItemRef:
    """A variable's place in a dataset, or a value's place in a value list (ItemRef)."""

    item_oid: str
    mandatory: bool = False
    order: int | None = None
    key_sequence: int | None = None
    method_oid: str = ""
    role: str = ""
    role_codelist_oid: str = ""
    non_standard: bool = False
    no_data: bool = False
    where_oids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubClass:
    """A subclass of a dataset's class (def:SubClass)."""

    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """A dataset (ItemGroupDef)."""

    oid: str
    name: str
    repeating: bool = True
    reference_data: bool = False
    sas_name: str = ""
    domain: str = ""
    purpose: str = ""
    structure: str = ""
    label: str = ""
    cls: str = ""
    subclasses: tuple[SubClass, ...] = ()
    refs: tuple[ItemRef, ...] = ()
    archive_location_id: str = ""
    standard_oid: str = ""
    non_standard: bool = False
    no_data: bool = False
    comment_oid: str = ""
    aliases: tuple[Alias, ...] = ()
    leaf: Leaf | None = None


@dataclass(frozen=True, slots=True)
class ItemOrigin:
    """Where the values of an item come from (def:Origin)."""

    type: str
    source: str = ""
    description: str = ""
    documents: tuple[DocumentRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A variable, or a value of a value list (ItemDef)."""

    oid: str
    name: str
    data_type: str
    length: int | None = None
    significant_digits: int | None = None
    sas_name: str = ""
    display_format: str = ""
    comment_oid: str = ""
    label: str = ""
    codelist_oid: str = ""
    aliases: tuple[Alias, ...] = ()
    origins: tuple[ItemOrigin, ...] = ()
    value_list_oid: str = ""


@dataclass(frozen=True, slots=True)
class ValueList:
    """The value-level metadata of a variable (def:ValueListDef)."""

    oid: str
    refs: tuple[ItemRef, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class RangeCheck:
    """One condition of a where clause: the item, the comparator, the values to compare with."""

    item_oid: str
    comparator: str
    values: tuple[str, ...]
    soft_hard: str = "Soft"


@dataclass(frozen=True, slots=True)
class WhereClause:
    """When value-level metadata holds: all of `checks` (def:WhereClauseDef)."""

    oid: str
    checks: tuple[RangeCheck, ...] = ()
    comment_oid: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A permitted value: an EnumeratedItem, or a CodeListItem where `decode` is not None."""

    value: str
    decode: str | None = None
    extended: bool = False
    order: int | None = None
    rank: str = ""
    aliases: tuple[Alias, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """An external codelist: a dictionary and its version (ExternalCodeList)."""

    name: str
    version: str = ""
    href: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """The permitted values of an item, or the dictionary that they come from (CodeList)."""

    oid: str
    name: str
    data_type: str
    terms: tuple[Term, ...] = ()
    external: Dictionary | None = None
    sas_format: str = ""
    standard_oid: str = ""
    non_standard: bool = False
    comment_oid: str = ""
    description: str = ""
    aliases: tuple[Alias, ...] = ()


@dataclass(frozen=True, slots=True)
class FormalExpression:
    """The code of a method, in the language that `context` names."""

    context: str
    text: str


@dataclass(frozen=True, slots=True)
class Method:
    """How derived values are made (MethodDef)."""

    oid: str
    name: str
    text: str
    type: str = "Computation"
    expressions: tuple[FormalExpression, ...] = ()
    documents: tuple[DocumentRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark that datasets, items, codelists and standards may refer to (def:CommentDef)."""

    oid: str
    text: str
    documents: tuple[DocumentRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """The study (Study and GlobalVariables)."""

    oid: str
    name: str
    description: str
    protocol: str


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What the ODM element says of the file itself; `context` is Submission or Other."""

    oid: str
    created: str
    context: str = "Submission"
    as_of: str = ""
    originator: str = ""
    source_system: str = ""
    source_system_version: str = ""


@dataclass(frozen=True, slots=True)
class Define:
    """A define.xml: the study's one MetaDataVersion with all of its definitions.

    `unknown` lists what the reader met and left alone, as `name (line n)`; it is not compared.
    """

    file: FileHeader
    study: Study
    oid: str
    name: str
    description: str = ""
    version: str = "2.1.0"
    comment_oid: str = ""
    language: str = "en"
    standards: tuple[Standard, ...] = ()
    annotated_crf: tuple[DocumentRef, ...] = ()
    supplemental_documents: tuple[DocumentRef, ...] = ()
    value_lists: tuple[ValueList, ...] = ()
    where_clauses: tuple[WhereClause, ...] = ()
    item_groups: tuple[ItemGroup, ...] = ()
    items: tuple[Item, ...] = ()
    codelists: tuple[CodeList, ...] = ()
    methods: tuple[Method, ...] = ()
    comments: tuple[Comment, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    unknown: tuple[str, ...] = field(default=(), compare=False)

    def item_group(self, name: str) -> ItemGroup | None:
        """The dataset of that name, or None."""
        return next((g for g in self.item_groups if g.name == name), None)


class HasOid(Protocol):
    """Anything that is found by its OID."""

    @property
    def oid(self) -> str:
        """The identifier within the document."""
        ...


Found = TypeVar("Found", bound=HasOid)


def by_oid(definitions: Iterable[Found]) -> Mapping[str, Found]:
    """The definitions by their OID; of two with one OID, the first.

    >>> list(by_oid([Comment("COM.1", "why")]))
    ['COM.1']
    """
    found: dict[str, Found] = {}
    for definition in definitions:
        found.setdefault(definition.oid, definition)
    return found
