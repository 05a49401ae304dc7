"""Where clauses: what they ask, of which dataset, and for which values.

Source: Define-XML 2.1, sections 4.5, 5.3.9 and 5.3.10. Problems: DEF050 to DEF054.
"""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.problems import Problem, quoted
from define.audit.document import NUMBERS, Document, is_number
from define.document.model import CodeList, ItemGroup, RangeCheck, ValueList, WhereClause

SINGLE = ("EQ", "NE", "LT", "LE", "GT", "GE")
"""The comparators that take one value."""
SEVERAL = ("IN", "NOTIN")
"""The comparators that take several values."""
EXACT = ("EQ", "NE", *SEVERAL)
_ONE = {"EQ": "IN", "NE": "NOTIN"}
Meaning = str | frozenset[tuple[str, str, frozenset[str]]]


def condition_problems(document: Document) -> Iterator[Problem]:
    """Each where clause by itself, then at the value lists that use it."""
    for clause in document.define.where_clauses:
        for check in clause.checks:
            yield from _check_problems(document, clause, check)
    for values in document.define.value_lists:
        yield from _value_list_problems(document, values)
    yield from _dataset_problems(document)


def _check_problems(
    document: Document, clause: WhereClause, check: RangeCheck
) -> Iterator[Problem]:
    line = check.line or clause.line
    if check.comparator in SINGLE and len(check.values) > 1:
        message = f"where clause {clause.oid} compares {check.item_oid} by {check.comparator} "
        message += f"with {len(check.values)} values, which takes one"
        yield document.problem("DEF051", message, line)
    item = document.items.get(check.item_oid)
    if item and item.data_type in NUMBERS:
        yield from _no_numbers(document, clause, check)
        return
    codelist = document.codelists.get(item.codelist_oid) if item else None
    if codelist and codelist.terms and check.comparator in EXACT:
        yield from _unknown_values(document, clause, check, codelist)


def _no_numbers(document: Document, clause: WhereClause, check: RangeCheck) -> Iterator[Problem]:
    """Values that a variable which holds numbers cannot have; an empty one asks for a gap."""
    for value in check.values:
        if value.strip() and not is_number(value):
            message = f"where clause {clause.oid} asks {check.item_oid} for {quoted(value)}, "
            message += "but it holds numbers"
            hint = "Write a number, or ask the variable that holds texts."
            yield document.problem("DEF053", message, check.line or clause.line, hint=hint)


def _unknown_values(
    document: Document, clause: WhereClause, check: RangeCheck, codelist: CodeList
) -> Iterator[Problem]:
    known = {term.value for term in codelist.terms}
    for value in check.values:
        if value and value.strip() not in known:
            message = f"where clause {clause.oid} asks {check.item_oid} for {quoted(value)}, "
            message += f"which codelist {codelist.oid} has not"
            hint = (
                document.near_match(value, known) or "Correct the value, or add it to the codelist."
            )
            yield document.problem("DEF053", message, check.line or clause.line, hint=hint)


def _value_list_problems(document: Document, values: ValueList) -> Iterator[Problem]:
    seen: dict[Meaning, tuple[str, str]] = {}
    for ref in values.refs:
        if not ref.where_oids:
            message = f"{ref.item_oid} of value list {values.oid} has no where clause"
            severity = document.wanted("DEF050")
            yield document.problem("DEF050", message, ref.line, severity=severity)
        for oid in ref.where_oids:
            other, same = seen.setdefault(_meaning(document, oid), (ref.item_oid, oid))
            if other != ref.item_oid:
                message = f"{ref.item_oid} and {other} of value list {values.oid} have the same "
                message += f"where clause {oid}" if same == oid else f"condition: {oid} and {same}"
                yield document.problem("DEF054", message, ref.line)


def _meaning(document: Document, oid: str) -> Meaning:
    """What a where clause asks; one that is not defined or is explained means only itself."""
    clause = document.clauses.get(oid)
    if clause is None or clause.comment_oid or not clause.checks:
        return oid
    return frozenset(
        (check.item_oid, _ONE.get(check.comparator, check.comparator), frozenset(check.values))
        for check in clause.checks
    )


def _dataset_problems(document: Document) -> Iterator[Problem]:
    """Conditions on items that none of the datasets which use the clause lists."""
    users = _users(document)
    for oid, groups in users.items():
        clause = document.clauses[oid]
        for check in clause.checks:
            item = document.items.get(check.item_oid)
            lacking = [g.name for g in groups if not _lists(document, g, check.item_oid)]
            if item and lacking and not clause.comment_oid:
                message = f"where clause {oid} is used in {lacking[0]}, but {check.item_oid} "
                message += "is a variable of another dataset"
                line = check.line or clause.line
                yield document.problem("DEF052", message, line, about=(lacking[0],))


def _users(document: Document) -> dict[str, list[ItemGroup]]:
    """The datasets that use each where clause, once each."""
    found: dict[str, dict[str, ItemGroup]] = {}
    for use in document.uses:
        for oid in use.ref.where_oids if use.parent else ():
            if oid in document.clauses:
                found.setdefault(oid, {})[use.group.oid] = use.group
    return {oid: list(groups.values()) for oid, groups in found.items()}


def _lists(document: Document, group: ItemGroup, item_oid: str) -> bool:
    """Whether the item is of the dataset, or is of none and has the name of a variable of it."""
    if any(ref.item_oid == item_oid for ref in group.refs):
        return True
    item, elsewhere = document.items.get(item_oid), item_oid in document.uses_of
    names = {document.items[r.item_oid].name for r in group.refs if r.item_oid in document.items}
    return item is not None and not elsewhere and item.name in names
