"""Codelists: narrowed to the values that occur, named once all of them are known.

Source: Define-XML 2.1, sections 5.3.12 (CodeList) and 4.5 (controlled terminology).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from clinmap.facts import ValueFacts
from clinmap.metadata import CodelistUse
from clinmap.plan import PlanCodelist, PlanTerm
from define.document.model import Alias, CodeList, Dictionary, Term
from define.generation.drafts import ItemDraft, NarrowedList, distinct_names, oid_part

LONGEST_SUBSET = 40
_NUMBER = re.compile(r"^[+-]?[0-9]*\.?[0-9]+$")
_SHORT_CODE = re.compile(r"^([A-Z]{1,3}|[0-9]+)$")
_UNITS = re.compile(r"UNIT|RESU$|^AGEU$")


def narrowed_list(
    source: PlanCodelist,
    facts: ValueFacts,
    data_type: str,
    variable: str = "",
    names: Mapping[str, str] = MappingProxyType({}),
) -> NarrowedList | None:
    """The codelist with only the terms that occur, or None when it says nothing of the data.

    Values beyond the published terms are kept: the define.xml tells what is in the data, and the
    validation tells what should not be. They are marked as extensions where the list may be
    extended; an exception (RACE MULTIPLE) in a list that may not is none. Numeric text in --STRESC
    is outside terminology: where it is no term of the list, no codelist is stated. A dictionary is
    never narrowed. `names` decodes what the list leaves without decode. When not all values were
    kept in the facts, all terms are listed.
    """
    if not facts.count:
        return None
    kind = data_type if data_type in ("integer", "float") else "text"
    if source.external:
        return NarrowedList(source, kind, external=_dictionary(source))
    known = {term.value for term in source.terms}
    if variable.endswith("STRESC") and _has_free_numbers(facts, known):
        return None
    occurring = set(facts.values)
    used = [t for t in source.terms if t.value in occurring or not facts.complete]
    may_extend = bool(source.code) and source.extensible
    strange = [PlanTerm(v, extended=may_extend) for v in facts.values if v not in known]
    named = [_named(term, names) for term in (*used, *strange)]
    return NarrowedList(source, kind, _terms(source, named))


def _dictionary(source: PlanCodelist) -> Dictionary:
    return Dictionary(source.external, source.version, source.href)


def codelist_of(
    codelists: Mapping[str, PlanCodelist],
    uses: Iterable[CodelistUse],
    facts: ValueFacts,
    data_type: str,
    variable: str,
    names: Mapping[str, str] = MappingProxyType({}),
) -> NarrowedList | None:
    """The narrowed codelist of the first use that the Plan knows, or None."""
    source = next((codelists[u.codelist] for u in uses if u.codelist in codelists), None)
    return narrowed_list(source, facts, data_type, variable, names) if source else None


def decode_of(source: PlanCodelist | None, value: str) -> str:
    """The decode of a value, or an empty text."""
    terms = source.terms if source else ()
    return next((term.decode for term in terms if term.value == value), "")


def code_lists(
    items: Iterable[ItemDraft],
    standard_oid: Callable[[str], str],
    comments: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Mapping[tuple[object, ...], str], tuple[CodeList, ...]]:
    """The OID of each distinct list content, and the CodeLists, in the order of their OIDs.

    A list that is needed in one form only is `CL.<name>`; else each form is named by the first item
    that needs it. `standard_oid` gives the OID of the standard of a terminology package, `comments`
    that of each comment.
    """
    first = _first_users(items)
    forms: dict[str, int] = {}
    for needed, _ in first.values():
        name = oid_part(needed.source.name or needed.source.id)
        forms[name] = forms.get(name, 0) + 1
    names = distinct_names(_list_name(need, user, forms) for need, user in first.values())
    oids = {content: f"CL.{name}" for content, name in zip(first, names, strict=True)}
    lists = [
        _code_list(
            oids[content], needed, standard_oid, user if _shared(needed, forms) else "", comments
        )
        for content, (needed, user) in first.items()
    ]
    return oids, tuple(sorted(lists, key=lambda codelist: codelist.oid))


def _first_users(
    items: Iterable[ItemDraft],
) -> Mapping[tuple[object, ...], tuple[NarrowedList, str]]:
    first: dict[tuple[object, ...], tuple[NarrowedList, str]] = {}
    for item in items:
        if item.codelist:
            first.setdefault(item.codelist.content, (item.codelist, item.tail))
    return first


def _shared(needed: NarrowedList, forms: Mapping[str, int]) -> bool:
    return forms[oid_part(needed.source.name or needed.source.id)] > 1


def _list_name(needed: NarrowedList, user: str, forms: Mapping[str, int]) -> str:
    name = oid_part(needed.source.name or needed.source.id)
    return f"{name}.{user}" if _shared(needed, forms) else name


def _code_list(
    oid: str,
    needed: NarrowedList,
    standard_oid: Callable[[str], str],
    user: str,
    comments: Mapping[str, str],
) -> CodeList:
    source = needed.source
    label = source.label or source.name or source.id
    return CodeList(
        oid=oid,
        name=f"{label} ({_subset(needed, user)})" if user else label,
        data_type=needed.data_type,
        terms=needed.terms,
        external=needed.external,
        standard_oid=standard_oid(source.package) if source.code else "",
        non_standard=not source.code and not source.external,
        sas_format=source.format,
        comment_oid=comments.get(source.comment, ""),
        description=source.description,
        aliases=(Alias(source.code),) if source.code else (),
    )


def _subset(needed: NarrowedList, user: str) -> str:
    """What tells this subset from the others: its values where they are few, else its user."""
    values = ", ".join(term.value for term in needed.terms)
    return values if values and len(values) <= LONGEST_SUBSET else user


def _named(term: PlanTerm, names: Mapping[str, str]) -> PlanTerm:
    return term if term.decode else replace(term, decode=names.get(term.value, ""))


def _has_free_numbers(facts: ValueFacts, known: set[str]) -> bool:
    return any(_NUMBER.match(value) and value not in known for value in facts.values)


def _terms(source: PlanCodelist, terms: Sequence[PlanTerm]) -> tuple[Term, ...]:
    coded = _has_decodes(source, terms)
    return tuple(
        Term(
            value=term.value,
            decode=(term.decode or term.value) if coded else None,
            extended=term.extended,
            order=term.order,
            rank=term.rank,
            aliases=(*([Alias(term.code)] if term.code else ()), *_other_names(term)),
            description=term.description,
        )
        for term in terms
    )


def _other_names(term: PlanTerm) -> tuple[Alias, ...]:
    return tuple(Alias(name, context) for context, name in term.aliases)


def _has_decodes(source: PlanCodelist, terms: Sequence[PlanTerm]) -> bool:
    """Whether a decode adds something: codes do (SEX, LBTESTCD, PARAMCD), plain lists do not."""
    if not any(t.decode and t.decode.casefold() != t.value.casefold() for t in terms):
        return False
    if not source.code or source.name.endswith("CD"):
        return True
    short = sum(1 for term in terms if _SHORT_CODE.match(term.value))
    return not _UNITS.search(source.name) and 2 * short >= len(terms)
