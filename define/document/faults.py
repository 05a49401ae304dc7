"""What a reader cannot use in a define.xml: attributes that are missing or no numbers, and more.

The tables say what each element must have in both versions; what the XML schema says beyond that
(order, terminology) is not repeated here. Source: Define-XML 2.1 and 2.0, section 5.3; Analysis
Results Metadata 1.0, section 4.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from clinmap.problems import quoted
from define.document.lines import line_of
from define.document.model import Fault
from define.document.xml_names import ARM, ODM, attribute_name, naming, shown

_REQUIRED = """
ODM FileOID CreationDateTime
Study OID
MetaDataVersion OID Name
ItemGroupDef OID Name Repeating
ItemRef ItemOID Mandatory
ItemDef OID Name DataType
CodeListRef CodeListOID
CodeList OID Name DataType
CodeListItem CodedValue
EnumeratedItem CodedValue
Alias Context Name
MethodDef OID Name Type
RangeCheck Comparator SoftHard def:ItemOID
def:DocumentRef leafID
def:PDFPageRef Type
def:ValueListDef OID
def:ValueListRef ValueListOID
def:WhereClauseDef OID
def:WhereClauseRef WhereClauseOID
def:Origin Type
def:CommentDef OID
def:leaf ID xlink:href
def:Class Name
def:SubClass Name
def:Standard OID Name Type Version
arm:ResultDisplay OID Name
arm:AnalysisResult OID AnalysisReason AnalysisPurpose
arm:AnalysisDataset ItemGroupOID
arm:AnalysisVariable ItemOID
"""
_NEWER = {"ODM": ("def:Context",), "def:Standard": ("Status",)}
_OLDER = {"MetaDataVersion": ("def:StandardName", "def:StandardVersion")}
_NUMBERS = """
ItemRef OrderNumber KeySequence
ItemDef Length SignificantDigits
CodeListItem OrderNumber
EnumeratedItem OrderNumber
def:PDFPageRef FirstPage LastPage
"""
_CHOICES = """
ItemGroupDef Repeating IsReferenceData def:IsNonStandard def:HasNoData
ItemRef Mandatory def:IsNonStandard def:HasNoData
CodeList def:IsNonStandard
CodeListItem def:ExtendedValue
EnumeratedItem def:ExtendedValue
"""
_SINGLE = """
Study GlobalVariables
GlobalVariables StudyName StudyDescription ProtocolName
MetaDataVersion def:Standards def:AnnotatedCRF def:SupplementalDoc arm:AnalysisResultDisplays
ItemGroupDef Description def:Class def:leaf
ItemDef Description CodeListRef def:ValueListRef
CodeList Description ExternalCodeList
CodeListItem Decode Description
EnumeratedItem Description
MethodDef Description
def:ValueListDef Description
def:Origin Description
def:CommentDef Description
def:leaf def:title
arm:ResultDisplay Description
arm:AnalysisResult Description arm:AnalysisDatasets arm:Documentation arm:ProgrammingCode
arm:Documentation Description
arm:ProgrammingCode arm:Code
"""
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def whole_number(text: str) -> int | None:
    """The number that a text holds, or None.

    >>> whole_number(" 20 "), whole_number("$20"), whole_number("2.0")
    (20, None, None)
    """
    bare = text.strip()
    return int(bare) if _WHOLE.fullmatch(bare) else None


def faults_of(
    root: etree._Element, version: etree._Element, release: str, namespace: str
) -> tuple[Fault, ...]:
    """The faults of the ODM element, its study and the MetaDataVersion, by line.

    `release` is the version of the elements, 2.0 or 2.1, `namespace` that of `def`.
    """
    rules = _rules(release, namespace)
    study = version.getparent()
    above = [root] if study is None or study is root else [root, study]
    found = [fault for element in above for fault in _of_element(element, rules)]
    for element in version.iter(f"{{{ODM}}}*", f"{{{namespace}}}*", f"{{{ARM}}}*"):
        found += _of_element(element, rules)
    found += _of_versions(root, version)
    found += _of_claim(version, release, namespace)
    return tuple(sorted(found, key=lambda fault: fault.line))


@dataclass(frozen=True, slots=True)
class _Rule:
    """What holds for one element: attributes by the name that is shown, and single children."""

    required: Mapping[str, str]
    numbers: Mapping[str, str]
    choices: Mapping[str, str]
    single: frozenset[str]


def _rules(release: str, namespace: str) -> Mapping[str, _Rule]:
    """The rule of each element by its name in Clark notation."""
    named = naming(namespace)
    required, numbers, choices = _table(_REQUIRED), _table(_NUMBERS), _table(_CHOICES)
    single = _table(_SINGLE)
    more = _OLDER if release == "2.0" else _NEWER

    def attributes(names: tuple[str, ...]) -> Mapping[str, str]:
        return {name: attribute_name(name, named) for name in names}

    return {
        named(element): _Rule(
            attributes((*required.get(element, ()), *more.get(element, ()))),
            attributes(numbers.get(element, ())),
            attributes(choices.get(element, ())),
            frozenset(map(named, single.get(element, ()))),
        )
        for element in {*required, *single}
    }


def _table(text: str) -> dict[str, tuple[str, ...]]:
    lines = (line.split() for line in text.strip().splitlines())
    return {words[0]: tuple(words[1:]) for words in lines}


def _of_element(element: etree._Element, rules: Mapping[str, _Rule]) -> Iterator[Fault]:
    rule = rules.get(str(element.tag))
    if rule is None:
        return
    attributes = element.attrib
    for name, key in rule.required.items():
        if key not in attributes:
            yield _fault(element, name, f"{shown(element.tag)} has no attribute {name}")
    for name, key in rule.numbers.items():
        text = attributes.get(key)
        if text is not None and whole_number(str(text)) is None:
            yield _fault(element, name, f"{name} is not a whole number: {quoted(str(text))}")
    for name, key in rule.choices.items():
        text = attributes.get(key)
        if text is not None and text not in ("Yes", "No"):
            yield _fault(element, name, f"{name} is neither Yes nor No: {quoted(str(text))}")
    if rule.single and len(element) > 1:
        yield from _of_children(element, rule.single)


def _of_children(element: etree._Element, single: frozenset[str]) -> Iterator[Fault]:
    """Each child after the first of those that there may be one of."""
    met: Counter[str] = Counter()
    for child in element.iterchildren(tag=etree.Element):
        tag = str(child.tag)
        met[tag] += 1
        if met[tag] > 1 and tag in single:
            inside, name = shown(element.tag), shown(tag)
            yield _fault(child, "", f"{inside} has more than one {name}: only the first is read")


def _of_versions(root: etree._Element, version: etree._Element) -> Iterator[Fault]:
    """Other studies, other versions of the metadata, a version outside a study, no names."""
    for name in ("Study", "MetaDataVersion"):
        for other in list(root.iter(f"{{{ODM}}}{name}")):
            if other is not version and other is not version.getparent():
                message = f"the file has more than one {name}: this one is not read"
                yield _fault(other, "", message)
    study = version.getparent()
    if study is None or study.tag != f"{{{ODM}}}Study":
        yield _fault(version, "", "MetaDataVersion is not in a Study: the study has no names")
    elif study.find(f"{{{ODM}}}GlobalVariables") is None:
        yield _fault(study, "", "Study has no GlobalVariables")


def _of_claim(version: etree._Element, release: str, namespace: str) -> Iterator[Fault]:
    """What def:DefineVersion says beside what the elements are."""
    name = "def:DefineVersion"
    claimed = claimed_version(version, namespace)
    if not claimed:
        yield _fault(version, name, f"MetaDataVersion has no attribute {name}")
    elif not re.match(rf"{re.escape(release)}(\.|$)", claimed):
        message = f"{name} is {quoted(claimed)}, but the elements are those of {release}"
        yield _fault(version, name, message)


def claimed_version(version: etree._Element, namespace: str) -> str:
    """The version that a MetaDataVersion claims, whichever the namespace of the attribute."""
    own = version.get(f"{{{namespace}}}DefineVersion")
    names = (key for key in version.attrib if str(key).endswith("}DefineVersion"))
    other = next((version.get(str(name), "") for name in names), "")
    return str(other if own is None else own)


def _fault(element: etree._Element, attribute: str, message: str) -> Fault:
    return Fault(line_of(element), shown(element.tag), attribute, message)
