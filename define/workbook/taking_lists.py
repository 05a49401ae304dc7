"""Codelists, methods, comments, documents and standards from the rows of an Excel specification.

Problems: those of `define.workbook.taking`.
"""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.problems import quoted
from define.document.model import (
    Alias,
    CodeList,
    Comment,
    Dictionary,
    DocumentRef,
    FormalExpression,
    Leaf,
    Method,
    Standard,
    Term,
)
from define.workbook import layout as sheets
from define.workbook.cells import is_yes
from define.workbook.names import standard_oid
from define.workbook.tables import Row, needed
from define.workbook.taking import Taking, unique


def register_names(taking: Taking) -> None:
    """Note the IDs of all sheets, before anything refers to one."""
    tables = taking.tables
    for sheet in (sheets.CODELISTS, sheets.METHODS, sheets.COMMENTS, sheets.DOCUMENTS):
        for row in tables.of(sheet):
            if row.get("ID"):
                taking.names[sheet].add(row.get("ID"), row.get("OID"))
    for row in tables.of(sheets.DICTIONARIES):
        if row.get("ID"):
            taking.names[sheets.CODELISTS].add(row.get("ID"), row.get("OID"))
    crfs = [row for row in tables.of(sheets.DOCUMENTS) if _kind(row) == "Annotated CRF"]
    taking.crf = taking.names[sheets.DOCUMENTS].find(crfs[0].get("ID")) if crfs else ""


def take_standards(taking: Taking, release: str) -> tuple[Standard, ...]:
    """The standards: of their sheet, else as the other sheets and the attributes name them."""
    for row in taking.tables.of(sheets.STANDARDS):
        made = Standard(
            oid=row.get("OID"),
            name=row.get("Name"),
            type=row.get("Type") or "IG",
            version=row.get("Version"),
            publishing_set=row.get("Publishing Set"),
            status=row.get("Status"),
            comment_oid=taking.refer(row, "Comment", sheets.COMMENTS),
        )
        _note(taking, made)
    if not taking.standards and release != "2.0":
        for text in dict.fromkeys(_standards_named(taking)):
            _note(taking, _standard(text))
    return tuple(taking.standards.values())


def _note(taking: Taking, standard: Standard) -> None:
    oid = standard.oid or standard_oid(standard)
    taking.standards.setdefault(
        oid,
        Standard(
            oid, standard.name, standard.type, standard.version, standard.publishing_set,
            standard.status, standard.comment_oid,
        ),
    )  # fmt: skip


def _standards_named(taking: Taking) -> Iterator[str]:
    for row in taking.tables.of(sheets.DATASETS):
        yield row.get("Standard")
    for row in taking.tables.of(sheets.CODELISTS):
        yield row.get("Terminology")


def _standard(text: str) -> Standard:
    """The standard that a text names: `SDTMIG 3.4`, or `SDTM 2023-12-15` for a terminology."""
    name, _, version = text.rpartition(" ")
    if version[:4].isdigit() and version.count("-") == 2:
        package = name.replace("CDISC", "").replace("Terminology", "").replace("CT", "").strip()
        return Standard("", "CDISC/NCI", "CT", version, package or "SDTM")
    return Standard("", name.replace("-IG", "IG") or text, "IG", version if name else "")


def take_codelists(taking: Taking, release: str) -> tuple[CodeList, ...]:
    """The codelists and dictionaries."""
    return (*_codelists(taking, release), *_dictionaries(taking))


def _codelists(taking: Taking, release: str) -> Iterator[CodeList]:
    rows: dict[str, list[Row]] = {}
    for row in taking.tables.of(sheets.CODELISTS):
        if identifier := needed(taking.tables, row, "ID"):
            rows.setdefault(identifier, []).append(row)
    for identifier, found in rows.items():
        first = found[0]
        code, standard = first.get("NCI Codelist Code"), taking.standard(first, "Terminology")
        yield CodeList(
            oid=taking.names[sheets.CODELISTS].find(identifier),
            name=first.get("Name") or identifier,
            data_type=first.get("Data Type") or "text",
            terms=tuple(_terms(taking, found, bool(code))),
            sas_format=first.get("SAS Format"),
            standard_oid=standard,
            non_standard=release != "2.0" and not standard and not code,
            comment_oid=taking.comment(first, f"CL.{identifier}"),
            aliases=(Alias(code),) if code else (),
        )


def _terms(taking: Taking, rows: list[Row], coded: bool) -> Iterator[Term]:
    decoded = any(row.get("Decoded Value") for row in rows)
    seen = set[str]()
    for row in rows:
        value, code = row.get("Term"), row.get("NCI Term Code")
        if not value or not unique(taking, row, "Term", value, seen):
            continue
        seen.add(value)
        said = row.get("Extended")
        yield Term(
            value=value,
            decode=row.get("Decoded Value") if decoded else None,
            extended=is_yes(said) if said else coded and not code,
            order=taking.number(row, "Order"),
            rank=row.get("Rank"),
            aliases=(Alias(code),) if code else (),
        )


def _dictionaries(taking: Taking) -> Iterator[CodeList]:
    for row in taking.tables.of(sheets.DICTIONARIES):
        if identifier := needed(taking.tables, row, "ID"):
            name = row.get("Dictionary") or row.get("Name") or identifier
            yield CodeList(
                oid=taking.names[sheets.CODELISTS].find(identifier),
                name=row.get("Name") or identifier,
                data_type=row.get("Data Type") or "text",
                external=Dictionary(name, row.get("Version"), row.get("Href"), row.get("Ref")),
                comment_oid=taking.comment(row, f"CL.{identifier}"),
            )


def take_methods(taking: Taking) -> Iterator[Method]:
    """The methods."""
    seen = set[str]()
    for row in taking.tables.of(sheets.METHODS):
        identifier = needed(taking.tables, row, "ID")
        if not identifier or not unique(taking, row, "ID", identifier, seen):
            continue
        seen.add(identifier)
        code = FormalExpression(row.get("Expression Context"), row.get("Expression Code"))
        yield Method(
            oid=taking.names[sheets.METHODS].find(identifier),
            name=row.get("Name") or identifier,
            text=row.get("Description"),
            type=row.get("Type") or "Computation",
            expressions=(code,) if code.text else (),
            documents=taking.documents(row) if row.get("Document") else (),
        )


def take_comments(taking: Taking) -> Iterator[Comment]:
    """The comments."""
    seen = set[str]()
    for row in taking.tables.of(sheets.COMMENTS):
        identifier = needed(taking.tables, row, "ID")
        if identifier and unique(taking, row, "ID", identifier, seen):
            seen.add(identifier)
            yield Comment(
                oid=taking.names[sheets.COMMENTS].find(identifier),
                text=row.get("Description"),
                documents=taking.documents(row) if row.get("Document") else (),
            )


def take_documents(taking: Taking) -> dict[str, tuple[Leaf, ...]]:
    """The documents, by what they are: Annotated CRF, Supplemental, Other."""
    found: dict[str, list[Leaf]] = {}
    seen = set[str]()
    for row in taking.tables.of(sheets.DOCUMENTS):
        identifier = needed(taking.tables, row, "ID")
        if identifier and unique(taking, row, "ID", identifier, seen):
            seen.add(identifier)
            href = row.get("Href")
            oid = taking.names[sheets.DOCUMENTS].find(identifier)
            found.setdefault(_kind(row), []).append(Leaf(oid, href, row.get("Title") or href))
    return {kind: tuple(leaves) for kind, leaves in found.items()}


def references(leaves: tuple[Leaf, ...]) -> tuple[DocumentRef, ...]:
    """References to whole documents."""
    return tuple(DocumentRef(leaf.id) for leaf in leaves)


def _kind(row: Row) -> str:
    said = row.get("Kind")
    if said:
        kinds = ("Annotated CRF", "Supplemental", "Other")
        return next((kind for kind in kinds if kind.casefold() == said.casefold()), "Other")
    words = f"{row.get('ID')} {row.get('Title')} {row.get('Href')}".casefold()
    return "Annotated CRF" if "crf" in words else "Supplemental"


def listed_names(taking: Taking, row: Row, column: str, sheet: str) -> list[str]:
    """The OIDs of several names in a cell, between commas or semicolons; unknown ones are noted."""
    found = []
    for part in row.get(column).replace(";", ",").split(","):
        name = part.strip()
        oid = taking.names[sheet].find(name) if name else ""
        if oid:
            found.append(oid)
        elif name:
            message = f"the sheet {sheet} has no {quoted(name)}"
            taking.tables.wrong(row, column, message, "", "WBK005")
    return found
