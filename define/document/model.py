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
    line: int = field(default=0, compare=False, repr=False)


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
    line: int = field(default=0, compare=False, repr=False)


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
    line: int = field(default=0, compare=False, repr=False)


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
    line: int = field(default=0, compare=False, repr=False)


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
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ItemOrigin:
    """Where the values of an item come from (def:Origin)."""

    type: str
    source: str = ""
    description: str = ""
    documents: tuple[DocumentRef, ...] = ()
    line: int = field(default=0, compare=False, repr=False)


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
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ValueList:
    """The value-level metadata of a variable (def:ValueListDef)."""

    oid: str
    refs: tuple[ItemRef, ...] = ()
    description: str = ""
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RangeCheck:
    """One condition of a where clause: the item, the comparator, the values to compare with."""

    item_oid: str
    comparator: str
    values: tuple[str, ...]
    soft_hard: str = "Soft"
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WhereClause:
    """When value-level metadata holds: all of `checks` (def:WhereClauseDef)."""

    oid: str
    checks: tuple[RangeCheck, ...] = ()
    comment_oid: str = ""
    line: int = field(default=0, compare=False, repr=False)


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
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """An external codelist: a dictionary and its version (ExternalCodeList)."""

    name: str
    version: str = ""
    href: str = ""
    ref: str = ""
    line: int = field(default=0, compare=False, repr=False)


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
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FormalExpression:
    """The code of a method, in the language that `context` names."""

    context: str
    text: str
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Method:
    """How derived values are made (MethodDef)."""

    oid: str
    name: str
    text: str
    type: str = "Computation"
    expressions: tuple[FormalExpression, ...] = ()
    documents: tuple[DocumentRef, ...] = ()
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark that datasets, items, codelists and standards may refer to (def:CommentDef)."""

    oid: str
    text: str
    documents: tuple[DocumentRef, ...] = ()
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Study:
    """The study (Study and GlobalVariables)."""

    oid: str
    name: str
    description: str
    protocol: str
    line: int = field(default=0, compare=False, repr=False)


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
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AnalysisDataset:
    """A dataset that a result is made from, its records and variables (arm:AnalysisDataset)."""

    group_oid: str
    where_oids: tuple[str, ...] = ()
    variable_oids: tuple[str, ...] = ()
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ProgrammingCode:
    """The code that makes a result, or where it stands (arm:ProgrammingCode)."""

    context: str = ""
    text: str | None = None
    documents: tuple[DocumentRef, ...] = ()
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """One analysis result of a display (arm:AnalysisResult).

    `comment_oid` says how the datasets are joined; `documentation` is None where there is none.
    """

    oid: str
    reason: str
    purpose: str
    description: str = ""
    parameter_oid: str = ""
    datasets: tuple[AnalysisDataset, ...] = ()
    comment_oid: str = ""
    documentation: str | None = None
    documents: tuple[DocumentRef, ...] = ()
    code: ProgrammingCode | None = None
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Display:
    """A table, listing or figure with its analysis results (arm:ResultDisplay)."""

    oid: str
    name: str
    description: str = ""
    documents: tuple[DocumentRef, ...] = ()
    results: tuple[AnalysisResult, ...] = ()
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """What an element of a file lacks or has wrong, so that the reader had to leave it out.

    `attribute` is empty where the fault is of the element as a whole.
    """

    line: int
    element: str
    attribute: str
    message: str


@dataclass(frozen=True, slots=True)
class Define:
    """A define.xml: the study's one MetaDataVersion with all of its definitions.

    `namespace` is the version of the elements, 2.0 or 2.1; `version` is what the file claims. What
    a reader adds is not compared: `unknown` lists what it met and left alone, as `name (line n)`;
    `faults` what it could not use; `kept` is the file as it was read (an element of lxml), so that
    writing loses nothing, and `original` the document as it was read, to tell what changed since.
    """

    file: FileHeader
    study: Study
    oid: str
    name: str
    description: str = ""
    version: str = "2.1.0"
    namespace: str = "2.1"
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
    displays: tuple[Display, ...] = ()
    unknown: tuple[str, ...] = field(default=(), compare=False)
    faults: tuple[Fault, ...] = field(default=(), compare=False)
    kept: object | None = field(default=None, compare=False, repr=False)
    original: Define | None = field(default=None, compare=False, repr=False)

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
