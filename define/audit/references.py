"""References within a define.xml: every one resolves, nothing is unused, nothing stands twice.

Source: Define-XML 2.1, section 4.1 (OIDs and references). Problems: DEF001, DEF002, DEF003.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from clinmap.problems import Problem, Severity
from define.document.model import Define, DocumentRef, HasOid, ItemRef

Named = tuple[str, str]
"""A kind of definition (`CodeList`) and an OID of that kind."""


def reference_problems(define: Define) -> Iterator[Problem]:
    """Dangling references, unused definitions, and what is defined twice.

    A RangeCheck's item must exist, but being asked about is not a use of it. The standard of a 2.0
    document has no OID and is left out.
    """
    defined = tuple(_definitions(define))
    used = tuple(_uses(define))
    known, wanted = set(defined), {target for target, _ in used}
    for target, user in dict.fromkeys(used):
        if target not in known:
            yield _dangling(target, user)
    asked = {("ItemDef", c.item_oid) for clause in define.where_clauses for c in clause.checks}
    for clause in define.where_clauses:
        for check in clause.checks:
            if ("ItemDef", check.item_oid) not in known:
                yield _dangling(("ItemDef", check.item_oid), f"WhereClauseDef {clause.oid}")
    for kind, oid in dict.fromkeys(defined):
        if (kind, oid) not in wanted:
            hint = "It is only asked about in where clauses." if (kind, oid) in asked else ""
            yield Problem(
                "DEF002",
                Severity.WARNING,
                f"{kind} {oid} is defined, but nothing refers to it",
                hint=hint or "Remove it, or refer to it.",
            )
    yield from _doubles(define, defined)


def _dangling(target: Named, user: str) -> Problem:
    kind, oid = target
    return Problem(
        "DEF001",
        Severity.ERROR,
        f"{user} refers to {kind} {oid}, which is not defined",
        hint="Define it, or correct the reference.",
    )


def _doubles(define: Define, defined: Iterable[Named]) -> Iterator[Problem]:
    for oid, count in Counter(oid for _, oid in defined).items():
        if count > 1:
            yield _double(f"{oid} is defined {count} times", count - 1)
    for name, count in Counter(group.name for group in define.item_groups).items():
        if count > 1:
            yield _double(f"dataset {name} is described {count} times", count - 1, name)
    names = {item.oid: item.name for item in define.items}
    for group in define.item_groups:
        variables = Counter(names[r.item_oid] for r in group.refs if r.item_oid in names)
        for name, count in variables.items():
            if count > 1:
                message = f"{group.name} lists the variable {name} {count} times"
                yield _double(message, count - 1, group.name, name)


def _double(message: str, count: int, dataset: str = "", variable: str = "") -> Problem:
    return Problem(
        "DEF003",
        Severity.ERROR,
        message,
        dataset=dataset,
        variable=variable,
        count=count,
        hint="Keep one of them, or give the others names of their own.",
    )


def _definitions(define: Define) -> Iterator[Named]:
    kinds: tuple[tuple[str, Iterable[HasOid]], ...] = (
        ("ItemDef", define.items),
        ("ValueListDef", define.value_lists),
        ("WhereClauseDef", define.where_clauses),
        ("CodeList", define.codelists),
        ("MethodDef", define.methods),
        ("CommentDef", define.comments),
        ("Standard", define.standards),
    )
    for kind, definitions in kinds:
        yield from ((kind, definition.oid) for definition in definitions if definition.oid)
    leaves = [group.leaf for group in define.item_groups if group.leaf]
    yield from (("leaf", leaf.id) for leaf in (*leaves, *define.leaves))


def _uses(define: Define) -> Iterator[tuple[Named, str]]:
    """Every reference that counts as a use, with the element that makes it."""
    for kind, oid, user in _all_references(define):
        if oid:
            yield (kind, oid), user


def _all_references(define: Define) -> Iterator[tuple[str, str, str]]:
    yield "CommentDef", define.comment_oid, "MetaDataVersion"
    documents = (*define.annotated_crf, *define.supplemental_documents)
    yield from _document_references(documents, "MetaDataVersion")
    for standard in define.standards:
        yield "CommentDef", standard.comment_oid, f"Standard {standard.oid}"
    for clause in define.where_clauses:
        yield "CommentDef", clause.comment_oid, f"WhereClauseDef {clause.oid}"
    for value_list in define.value_lists:
        yield from _item_references(value_list.refs, f"ValueListDef {value_list.oid}")
    yield from _group_references(define)
    yield from _definition_references(define)


def _group_references(define: Define) -> Iterator[tuple[str, str, str]]:
    for group in define.item_groups:
        user = f"ItemGroupDef {group.oid}"
        yield "leaf", group.archive_location_id, user
        yield "Standard", group.standard_oid, user
        yield "CommentDef", group.comment_oid, user
        yield from _item_references(group.refs, user)


def _item_references(refs: Iterable[ItemRef], user: str) -> Iterator[tuple[str, str, str]]:
    for ref in refs:
        yield "ItemDef", ref.item_oid, user
        yield "MethodDef", ref.method_oid, user
        yield "CodeList", ref.role_codelist_oid, user
        yield from (("WhereClauseDef", oid, user) for oid in ref.where_oids)


def _definition_references(define: Define) -> Iterator[tuple[str, str, str]]:
    for item in define.items:
        user = f"ItemDef {item.oid}"
        yield "CodeList", item.codelist_oid, user
        yield "ValueListDef", item.value_list_oid, user
        yield "CommentDef", item.comment_oid, user
        for origin in item.origins:
            yield from _document_references(origin.documents, user)
    for codelist in define.codelists:
        user = f"CodeList {codelist.oid}"
        yield "Standard", codelist.standard_oid, user
        yield "CommentDef", codelist.comment_oid, user
    for method in define.methods:
        yield from _document_references(method.documents, f"MethodDef {method.oid}")
    for comment in define.comments:
        yield from _document_references(comment.documents, f"CommentDef {comment.oid}")


def _document_references(
    documents: Iterable[DocumentRef], user: str
) -> Iterator[tuple[str, str, str]]:
    return (("leaf", document.leaf_id, user) for document in documents)
