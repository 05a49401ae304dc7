"""Words that a standard fixes: versions, standards, classes, reasons; and what could not be read.

Source: Define-XML 2.1, sections 4.1.1, 5.3.5 and 5.3.11.2; Define-XML 2.0, section 5.3.9.
Problems: DEF022, DEF023, DEF047, DEF055, DEF056, DEF058.
"""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.problems import Problem
from clinmap.terminology import load_packaged
from define.audit.document import Document
from define.document.model import AnalysisDataset, AnalysisResult, ItemGroup, Standard

STANDARDS_20 = ("SDTM-IG", "ADaM-IG", "SEND-IG", "SDTM-IG-MD", "SDTM-IG-AP", "SEND-IG-DART",
                "SDTMIG", "ADaMIG", "SENDIG")  # fmt: skip
"""How Define-XML 2.0 files name their standard (StandardName)."""
SUBCLASSES = {
    "BDSSC": "BASIC DATA STRUCTURE",
    "OCCSC": "OCCURRENCE DATA STRUCTURE",
    "MDBDSSC": "MEDICAL DEVICE BASIC DATA STRUCTURE",
}
"""The codelists of subclasses, and the class that each is of."""


def word_problems(document: Document) -> Iterator[Problem]:
    """Faults of reading, the version, the standards, the classes, the analysis displays."""
    yield from _version_problems(document)
    yield from _standard_problems(document)
    for group in document.define.item_groups:
        yield from _class_problems(document, group)
    for display in document.define.displays:
        for result in display.results:
            yield from _result_problems(document, result)


def _version_problems(document: Document) -> Iterator[Problem]:
    define = document.define
    claimed = define.version
    mixed = bool(claimed) and not claimed.startswith(define.namespace)
    if mixed:
        message = f"DefineVersion is {claimed}, but the elements are of Define-XML "
        message += define.namespace
        yield document.problem("DEF023", message, document.version_line)
    for fault in define.faults:
        if mixed and fault.attribute.endswith("DefineVersion"):
            continue
        yield document.problem("DEF022", fault.message, fault.line)


def _standard_problems(document: Document) -> Iterator[Problem]:
    define = document.define
    types = {standard.oid: standard.type for standard in define.standards if standard.oid}
    for standard in define.standards:
        wrong = _wrong_standard(document, standard)
        if wrong:
            hint = document.near_match(standard.name, STANDARDS_20) if not document.is_21 else ""
            yield document.problem("DEF058", wrong, standard.line, hint=hint)
    for group in define.item_groups:
        if types.get(group.standard_oid) == "CT":
            message = f"dataset {group.name} follows a terminology, not an implementation guide"
            yield document.problem("DEF058", message, group.line, about=(group.name,))
        if group.standard_oid and group.non_standard:
            message = f"dataset {group.name} names a standard and is marked as non-standard"
            yield document.problem("DEF058", message, group.line, about=(group.name,))
    for codelist in define.codelists:
        if types.get(codelist.standard_oid) == "IG":
            message = f"codelist {codelist.oid} follows an implementation guide, not a terminology"
            yield document.problem("DEF058", message, codelist.line)
        if codelist.standard_oid and codelist.non_standard:
            message = f"codelist {codelist.oid} names a standard and is marked as non-standard"
            yield document.problem("DEF058", message, codelist.line)


def _wrong_standard(document: Document, standard: Standard) -> str:
    if not document.is_21:
        known = {name.casefold() for name in STANDARDS_20}
        unknown = bool(standard.name) and standard.name.casefold() not in known
        return f"StandardName {standard.name} is no known standard" if unknown else ""
    if standard.type == "CT" and not standard.publishing_set:
        return f"standard {standard.oid} is a terminology, but names no PublishingSet"
    if standard.type == "IG" and standard.publishing_set:
        return f"standard {standard.oid} is an implementation guide, but names a PublishingSet"
    return ""


def _values(name: str) -> tuple[str, ...]:
    codelist = load_packaged("Define").codelist(name)
    return codelist.values if codelist else ()


def _class_problems(document: Document, group: ItemGroup) -> Iterator[Problem]:
    known = _values("GNRLOBSC")
    written = group.cls if document.is_21 else group.cls.upper()
    line = document.class_lines.get(group.line, group.line)
    if group.cls and written not in known:
        message = f"the class {group.cls} of dataset {group.name} is no published one"
        hint = document.near_match(group.cls, known)
        yield document.problem("DEF047", message, line, about=(group.name,), hint=hint)
    of = {value: cls for name, cls in SUBCLASSES.items() for value in _values(name)}
    for sub in group.subclasses if group.cls else ():
        if not sub.name:
            continue
        if sub.name not in of:
            wrong, hint = "is no published one", document.near_match(sub.name, of)
        elif of[sub.name] != group.cls:
            wrong, hint = f"is one of {of[sub.name]}, not of {group.cls}", ""
        else:
            continue
        message = f"the subclass {sub.name} of dataset {group.name} {wrong}"
        yield document.problem("DEF047", message, line, about=(group.name,), hint=hint)


def _result_problems(document: Document, result: AnalysisResult) -> Iterator[Problem]:
    words = (("reason", result.reason, "ANLREAS"), ("purpose", result.purpose, "ANLPURP"))
    for what, word, name in words:
        known = _values(name)
        if word and word not in known:
            message = f"the {what} {word!r} of {result.oid} is no term of {name}"
            hint = document.near_match(word, known)
            yield document.problem("DEF055", message, result.line, hint=hint)
    for dataset in result.datasets:
        yield from _dataset_problems(document, result, dataset)
    groups = [dataset.group_oid for dataset in result.datasets]
    if result.parameter_oid in document.items and not any(
        _lists(document, oid, result.parameter_oid) for oid in groups
    ):
        message = f"the parameter {result.parameter_oid} of {result.oid} is of none of its datasets"
        yield document.problem("DEF056", message, result.line)


def _dataset_problems(
    document: Document, result: AnalysisResult, dataset: AnalysisDataset
) -> Iterator[Problem]:
    for oid in dataset.variable_oids:
        if oid in document.items and not _lists(document, dataset.group_oid, oid):
            message = f"{result.oid} analyses {oid}, which is no variable of {dataset.group_oid}"
            yield document.problem("DEF056", message, dataset.line)


def _lists(document: Document, group_oid: str, item_oid: str) -> bool:
    """Whether the dataset lists the item; a dataset that is not defined is said elsewhere."""
    groups = [g for g in document.define.item_groups if g.oid == group_oid]
    return not groups or any(ref.item_oid == item_oid for ref in groups[0].refs)
