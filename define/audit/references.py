"""References within a define.xml: every one resolves, nothing is unused, nothing stands twice.

Source: Define-XML 2.1, section 3.5 (OIDs and references). Problems: DEF001, DEF002,
DEF003, DEF024.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clinmap.problems import Problem, Severity
from define.audit.document import Document
from define.document.model import AnalysisResult, Define, DocumentRef, HasOid, ItemRef

Named = tuple[str, str]
"""A kind of definition (`CodeList`) and an OID of that kind."""
_NEVER_USED = ("ItemGroupDef", "ResultDisplay", "AnalysisResult")
"""Kinds that stand for themselves."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference: what it names, who makes it, where; `uses` is false where it only asks."""

    kind: str
    oid: str
    user: str
    line: int
    uses: bool = True


def reference_problems(define: Define, file: str = "") -> Iterator[Problem]:
    """Dangling references, references to another kind, unused definitions, what stands twice.

    A RangeCheck's item must exist, but being asked about is not a use of it. The standard of a 2.0
    document has no OID and is left out.
    """
    document = Document(define, file)
    defined = tuple(_definitions(define))
    kinds: dict[str, list[str]] = defaultdict(list)
    for (kind, oid), _ in defined:
        kinds[oid].append(kind)
    made = [reference for reference in _references(define) if reference.oid]
    for reference in dict.fromkeys(made):
        if reference.kind not in kinds[reference.oid]:
            yield _broken(document, reference, kinds)
    yield from _unused(document, defined, made)
    yield from _doubles(document, defined)
    yield from _double_names(document)


def _broken(document: Document, reference: Reference, kinds: Mapping[str, list[str]]) -> Problem:
    kind, oid = reference.kind, reference.oid
    others = kinds.get(oid)
    if others:
        message = f"{reference.user} wants a {kind}, but {oid} is a {others[0]}"
        hint = f"Name a {kind}."
        return document.problem("DEF024", message, reference.line, hint=hint)
    message = f"{reference.user} refers to {kind} {oid}, which is not defined"
    near = document.near_match(oid, (known for known, found in kinds.items() if kind in found))
    hint = near or "Define it, or correct the reference."
    return document.problem("DEF001", message, reference.line, hint=hint)


def _unused(
    document: Document, defined: Iterable[tuple[Named, int]], made: Iterable[Reference]
) -> Iterator[Problem]:
    used = {(r.kind, r.oid) for r in made if r.uses}
    asked = {(r.kind, r.oid) for r in made if not r.uses}
    seen: set[str] = set()
    for named, line in defined:
        again = named[1] in seen
        seen.add(named[1])
        if named in used or again or named[0] in _NEVER_USED:
            continue
        hint = "It is only asked about in where clauses." if named in asked else ""
        yield document.problem(
            "DEF002",
            f"{named[0]} {named[1]} is defined, but nothing refers to it",
            line,
            hint=hint or "Remove it, or refer to it.",
        )


def _doubles(document: Document, defined: Iterable[tuple[Named, int]]) -> Iterator[Problem]:
    """What is defined again, at the place where it stands again.

    ODM 1.3.2 (section 2.11) lets things of different kinds share an OID, but advises against it.
    """
    first: dict[str, str] = {}
    seen: set[Named] = set()
    for (kind, oid), line in defined:
        other = first.setdefault(oid, kind)
        if (kind, oid) in seen:
            yield document.problem("DEF003", f"{kind} {oid} is defined before", line, hint=_RENAME)
        elif other != kind:
            message = f"{kind} {oid} has the OID of a {other}, which is allowed and confusing"
            severity = Severity.NOTE
            yield document.problem("DEF003", message, line, hint=_RENAME, severity=severity)
        seen.add((kind, oid))


_RENAME = "Keep one of them, or give the others names of their own."


def _double_names(document: Document) -> Iterator[Problem]:
    """Datasets, and variables of a dataset, that have the name of an earlier one."""
    define = document.define
    groups: Counter[str] = Counter()
    for group in define.item_groups:
        groups[group.name] += 1
        if groups[group.name] > 1 and group.name:
            message = f"dataset {group.name} is described before"
            yield document.problem("DEF003", message, group.line, about=(group.name,), hint=_RENAME)
        names: Counter[str] = Counter()
        for ref in group.refs:
            item = document.items.get(ref.item_oid)
            name = item.name if item else ""
            names[name] += 1
            if name and names[name] > 1:
                message = f"{group.name} lists the variable {name} again"
                yield document.problem(
                    "DEF003", message, ref.line, about=(group.name, name), hint=_RENAME
                )


def _definitions(define: Define) -> Iterator[tuple[Named, int]]:
    """Everything that has an OID, with its line, in an order that sets definitions first."""
    kinds: tuple[tuple[str, Iterable[HasOid]], ...] = (
        ("Standard", define.standards),
        ("ValueListDef", define.value_lists),
        ("WhereClauseDef", define.where_clauses),
        ("ItemGroupDef", define.item_groups),
        ("ItemDef", define.items),
        ("CodeList", define.codelists),
        ("MethodDef", define.methods),
        ("CommentDef", define.comments),
        ("ResultDisplay", define.displays),
        ("AnalysisResult", [r for display in define.displays for r in display.results]),
    )
    for kind, definitions in kinds:
        for found in definitions:
            if found.oid:
                yield (kind, found.oid), int(getattr(found, "line", 0))
    leaves = [group.leaf for group in define.item_groups if group.leaf]
    yield from ((("leaf", leaf.id), leaf.line) for leaf in (*leaves, *define.leaves) if leaf.id)


def _references(define: Define) -> Iterator[Reference]:
    yield Reference("CommentDef", define.comment_oid, "MetaDataVersion", 0)
    documents = (*define.annotated_crf, *define.supplemental_documents)
    yield from _document_references(documents, "MetaDataVersion")
    for standard in define.standards:
        user = f"Standard {standard.oid}"
        yield Reference("CommentDef", standard.comment_oid, user, standard.line)
    for clause in define.where_clauses:
        user = f"WhereClauseDef {clause.oid}"
        yield Reference("CommentDef", clause.comment_oid, user, clause.line)
        for check in clause.checks:
            yield Reference("ItemDef", check.item_oid, user, check.line, uses=False)
    for value_list in define.value_lists:
        yield from _item_references(value_list.refs, f"ValueListDef {value_list.oid}")
    yield from _group_references(define)
    yield from _definition_references(define)
    yield from _display_references(define)


def _group_references(define: Define) -> Iterator[Reference]:
    for group in define.item_groups:
        user, line = f"ItemGroupDef {group.oid}", group.line
        yield Reference("leaf", group.archive_location_id, user, line)
        yield Reference("leaf", group.leaf.id if group.leaf else "", user, line)
        yield Reference("Standard", group.standard_oid, user, line)
        yield Reference("CommentDef", group.comment_oid, user, line)
        yield from _item_references(group.refs, user)


def _item_references(refs: Iterable[ItemRef], user: str) -> Iterator[Reference]:
    for ref in refs:
        yield Reference("ItemDef", ref.item_oid, user, ref.line)
        yield Reference("MethodDef", ref.method_oid, user, ref.line)
        yield Reference("CodeList", ref.role_codelist_oid, user, ref.line)
        for oid in ref.where_oids:
            yield Reference("WhereClauseDef", oid, user, ref.line)


def _definition_references(define: Define) -> Iterator[Reference]:
    for item in define.items:
        user, line = f"ItemDef {item.oid}", item.line
        yield Reference("CodeList", item.codelist_oid, user, line)
        yield Reference("ValueListDef", item.value_list_oid, user, line)
        yield Reference("CommentDef", item.comment_oid, user, line)
        for origin in item.origins:
            yield from _document_references(origin.documents, user)
    for codelist in define.codelists:
        user, line = f"CodeList {codelist.oid}", codelist.line
        yield Reference("Standard", codelist.standard_oid, user, line)
        yield Reference("CommentDef", codelist.comment_oid, user, line)
    for method in define.methods:
        yield from _document_references(method.documents, f"MethodDef {method.oid}")
    for comment in define.comments:
        yield from _document_references(comment.documents, f"CommentDef {comment.oid}")


def _display_references(define: Define) -> Iterator[Reference]:
    for display in define.displays:
        yield from _document_references(display.documents, f"ResultDisplay {display.oid}")
        for result in display.results:
            yield from _result_references(result)


def _result_references(result: AnalysisResult) -> Iterator[Reference]:
    user, line = f"AnalysisResult {result.oid}", result.line
    yield Reference("CommentDef", result.comment_oid, user, line)
    yield Reference("ItemDef", result.parameter_oid, user, line, uses=False)
    yield from _document_references(result.documents, user)
    yield from _document_references(result.code.documents if result.code else (), user)
    for dataset in result.datasets:
        yield Reference("ItemGroupDef", dataset.group_oid, user, dataset.line)
        for oid in dataset.where_oids:
            yield Reference("WhereClauseDef", oid, user, dataset.line)
        for oid in dataset.variable_oids:
            yield Reference("ItemDef", oid, user, dataset.line, uses=False)


def _document_references(documents: Iterable[DocumentRef], user: str) -> Iterator[Reference]:
    return (Reference("leaf", found.leaf_id, user, found.line) for found in documents)
