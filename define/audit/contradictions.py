"""Attributes of one element that cannot both be true, and terms that nobody can tell apart.

Source: Define-XML 2.1, sections 4.3.1, 5.3.11 to 5.3.13. Problems: DEF079, DEF080.
"""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.problems import Problem, quoted
from define.audit.document import Document, c_code
from define.document.model import CodeList, Item, ItemGroup, Term

SUBJECTS = ("USUBJID", "SUBJID")
"""Variables that datasets about subjects have, and reference data have not."""


def contradiction_problems(document: Document) -> Iterator[Problem]:
    """Datasets, then items, then codelists."""
    files: dict[str, str] = {}
    for group in document.define.item_groups:
        href = group.leaf.href if group.leaf and not group.no_data else ""
        other = files.setdefault(href, group.name) if href else group.name
        if other != group.name:
            message = f"dataset {group.name}: {href} is the file of {other}"
            yield document.problem("DEF079", message, group.line, about=(group.name,))
        for wrong in _group_wrongs(document, group):
            message = f"dataset {group.name}: {wrong}"
            yield document.problem("DEF079", message, group.line, about=(group.name,))
    for oid in document.uses_of:
        item = document.items[oid]
        wrong = _item_wrong(item)
        if wrong:
            yield document.problem("DEF079", f"{oid} {wrong}", item.line)
    for codelist in document.define.codelists:
        yield from _term_problems(document, codelist)


def _group_wrongs(document: Document, group: ItemGroup) -> Iterator[str]:
    if group.sas_name and group.sas_name.casefold() != group.name.casefold():
        yield f"SASDatasetName is {group.sas_name}"
    own = group.leaf.id if group.leaf else ""
    if own and group.archive_location_id and own != group.archive_location_id:
        yield f"def:ArchiveLocationID is {group.archive_location_id}, but its leaf is {own}"
    subjects = not document.names[group.name].isdisjoint(SUBJECTS)
    if group.reference_data and subjects and group.cls.upper() != "RELATIONSHIP":
        yield "IsReferenceData is Yes, but it has a variable that names the subject"
    if not group.refs and not group.no_data:
        yield "it has no variables"


def _item_wrong(item: Item) -> str:
    digits = item.significant_digits
    if digits and item.data_type in ("text", "integer"):
        return f"is {item.data_type} and has SignificantDigits"
    if digits and item.length and item.length > 0 and digits >= item.length:
        return f"has {digits} SignificantDigits within a Length of {item.length}"
    return ""


def _term_problems(document: Document, codelist: CodeList) -> Iterator[Problem]:
    seen: dict[str, Term] = {}
    for term in codelist.terms:
        if not term.value.strip():
            if (term.line, "CodedValue") not in document.faulty:
                message = f"codelist {codelist.oid} has a term that is empty"
                yield document.problem("DEF080", message, term.line)
            continue
        other = seen.setdefault(" ".join(term.value.split()).casefold(), term)
        if other.value != term.value and not _two_terms(other, term):
            message = f"codelist {codelist.oid} has {quoted(other.value)} and {quoted(term.value)}"
            yield document.problem("DEF080", message, term.line)


def _two_terms(one: Term, other: Term) -> bool:
    """Whether both are published: there are units that differ in case only."""
    codes = c_code(one.aliases), c_code(other.aliases)
    return all(codes) and codes[0] != codes[1]
