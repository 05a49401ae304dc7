"""What a document must say beyond its XML schema: of datasets, variables, methods and comments.

Source: Define-XML 2.1, sections 4.3, 5.3.11, 5.3.12 and 5.3.14. Problems: DEF021, DEF027 to
DEF030, DEF046, DEF057.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from clinmap.problems import Problem, quoted
from define.audit.document import Document
from define.document.model import Item, ItemGroup

PURPOSES = ("Tabulation", "Analysis")
"""What datasets are for (Define-XML 2.1, section 5.3.11)."""
DATA_TYPES = (
    "text", "integer", "float", "date", "time", "datetime", "partialDate", "partialTime",
    "partialDatetime", "incompleteDatetime", "durationDatetime",
)  # fmt: skip
"""The data types of Define-XML 2.0 and 2.1 (section 4.3.1); ODM has others."""
VERSIONED = ("meddra", "whodrug", "who drug", "loinc", "snomed", "cdisc ct", "ncit")
"""How the names of dictionaries begin that come out in versions, in lower case."""
MEASURED = frozenset({"text", "integer", "float"})
"""The data types that have a Length (Define-XML 2.1, section 4.3.1)."""


def required_problems(document: Document) -> Iterator[Problem]:
    """What is left out, each at the element that should have it."""
    for group in document.define.item_groups:
        yield from _group_problems(document, group)
    for item in document.define.items:
        yield from _item_problems(document, item)
    yield from _standard_problems(document)
    yield from _text_problems(document)
    yield from _dictionary_problems(document)


def _group_problems(document: Document, group: ItemGroup) -> Iterator[Problem]:
    missing = list(_missing_of_group(group))
    if missing:
        message = f"dataset {group.name} lacks {', '.join(missing)}"
        severity = document.wanted("DEF027")
        yield document.problem(
            "DEF027", message, group.line, about=(group.name,), severity=severity
        )
    if group.no_data and group.leaf:
        message = f"dataset {group.name} has no data (def:HasNoData), but names {group.leaf.href}"
        yield document.problem("DEF057", message, group.line, about=(group.name,))


def _missing_of_group(group: ItemGroup) -> Iterator[str]:
    if not group.label:
        yield "its label (Description)"
    if not group.structure:
        yield "def:Structure"
    if group.purpose not in PURPOSES:
        yield f"a Purpose that is {' or '.join(PURPOSES)}"
    if not group.cls and not group.non_standard:
        yield "def:Class"
    if group.purpose == "Tabulation" and not group.domain:
        yield "Domain"
    if not group.no_data and not group.leaf and not group.archive_location_id:
        yield "its file (def:leaf)"
    elif group.leaf and not group.archive_location_id and not group.no_data:
        yield "def:ArchiveLocationID"


def _item_problems(document: Document, item: Item) -> Iterator[Problem]:
    uses = document.uses_of.get(item.oid, ())
    if not uses:
        return
    named = (uses[0].group.name, uses[0].variable)
    if item.data_type and item.data_type not in DATA_TYPES:
        hint = document.near_match(item.data_type, DATA_TYPES)
        message = f"{item.oid} is {quoted(item.data_type)}, which is no type of Define-XML"
        yield document.problem("DEF022", message, item.line, about=named, hint=hint)
    if not item.label and any(use.parent is None for use in uses):
        severity = document.wanted("DEF028")
        message = f"{item.oid} has no label (Description)"
        yield document.problem("DEF028", message, item.line, severity=severity, about=named)
    if all(use.ref.no_data or use.group.no_data for use in uses):
        return
    faulty = document.faulty
    if _lacks(item.length, faulty, item, "Length") and item.data_type in MEASURED:
        message = f"{item.oid} has no Length, which {item.data_type} needs"
        yield document.problem("DEF029", message, item.line, about=named)
    digits = item.significant_digits
    if _lacks(digits, faulty, item, "SignificantDigits") and item.data_type == "float":
        severity = document.wanted("DEF030")
        message = f"{item.oid} is a float and has no SignificantDigits"
        yield document.problem("DEF030", message, item.line, severity=severity, about=named)


def _lacks(
    number: int | None, faulty: Collection[tuple[int, str]], item: Item, attribute: str
) -> bool:
    """Whether a number is not given; one that cannot be read is said elsewhere."""
    return number is None and (item.line, attribute) not in faulty


def _standard_problems(document: Document) -> Iterator[Problem]:
    """Datasets and codelists that do not say which standard they follow (2.1 only)."""
    if not document.is_21:
        return
    unread = {line for line, attribute in document.faulty if attribute == "def:IsNonStandard"}
    for group in document.define.item_groups:
        if not (group.standard_oid or group.non_standard or group.line in unread):
            message = f"dataset {group.name} names no standard and is not marked as non-standard"
            yield document.problem("DEF021", message, group.line, about=(group.name,))
    for codelist in document.define.codelists:
        told = codelist.standard_oid or codelist.non_standard or codelist.line in unread
        if not told and not codelist.external:
            message = f"codelist {codelist.oid} names no standard and is not marked non-standard"
            yield document.problem("DEF021", message, codelist.line)


def _dictionary_problems(document: Document) -> Iterator[Problem]:
    """External codelists that do not say which; versions of those that come out anew."""
    for codelist in document.define.codelists:
        external = codelist.external
        if external is None:
            continue
        wrong = ""
        if not (external.name or external.ref or external.href):
            wrong = "does not name its dictionary"
        elif external.name.casefold().startswith(VERSIONED) and not external.version:
            wrong = f"does not say which version of {external.name}"
        if wrong:
            message = f"codelist {codelist.oid} {wrong}"
            line = external.line or codelist.line
            yield document.problem("DEF082", message, line)


def _text_problems(document: Document) -> Iterator[Problem]:
    for method in document.define.methods:
        coded = any(expression.text.strip() for expression in method.expressions)
        if not (method.text.strip() or method.documents or coded):
            message = f"method {method.oid} does not say how the value is made"
            yield document.problem("DEF046", message, method.line)
    for comment in document.define.comments:
        if not (comment.text.strip() or comment.documents):
            yield document.problem("DEF046", f"comment {comment.oid} is empty", comment.line)
