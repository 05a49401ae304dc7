"""Types and lengths that contradict each other within a document.

Source: Define-XML 2.1, sections 4.3.1, 4.5 and 5.3.13. Problems: DEF031 to DEF036.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from clinmap.problems import Problem, quoted
from define.audit.document import NUMBERS, Document, Use, is_number
from define.document.model import CodeList, Item

WHOLE = frozenset({"integer"})


def shape_problems(document: Document) -> Iterator[Problem]:
    """Items beside their codelists, value-level items beside their variables, terms, labels."""
    for oid, uses in document.uses_of.items():
        item = document.items[oid]
        codelist = document.codelists.get(item.codelist_oid)
        if codelist and not codelist.external:
            yield from _codelist_problems(document, uses[0], item, codelist)
    for use in {(u.item.oid, u.parent.oid): u for u in document.uses if u.parent}.values():
        yield from _value_problems(document, use)
    for codelist in document.define.codelists:
        yield from _term_problems(document, codelist)
    yield from _unlike(document)


def _codelist_problems(
    document: Document, use: Use, item: Item, codelist: CodeList
) -> Iterator[Problem]:
    named = (use.group.name, use.variable)
    if not _same_kind(item.data_type, codelist.data_type):
        message = f"{item.oid} is {item.data_type}, its codelist {codelist.oid} "
        message += f"is {codelist.data_type}"
        yield document.problem("DEF031", message, item.line, about=named)
    elif codelist.data_type in NUMBERS:
        yield from _no_numbers(document, codelist, named)
    if not item.length or item.length < 0 or item.data_type != "text":
        return
    long = [t.value for t in codelist.terms if len(t.value.encode()) > item.length]
    if long:
        longest = max(len(value.encode()) for value in long)
        message = f"{item.oid} has Length {item.length}, a term of {codelist.oid} has {longest}"
        yield document.problem("DEF032", message, item.line, count=len(long), about=named)


def _no_numbers(
    document: Document, codelist: CodeList, named: tuple[str, ...]
) -> Iterator[Problem]:
    """Terms that the type of their codelist cannot hold."""
    for term in codelist.terms:
        if term.value.strip() and not is_number(term.value):
            message = f"codelist {codelist.oid} is {codelist.data_type}, "
            message += f"its term {quoted(term.value)} is none"
            yield document.problem("DEF031", message, term.line, about=named)


def _same_kind(item: str, codelist: str) -> bool:
    """Whether the values can be alike: whole numbers are decimals too, dates are texts."""
    if not item or not codelist or item == codelist:
        return True
    return (item in NUMBERS) == (codelist in NUMBERS) and _holds(item, codelist)


def _value_problems(document: Document, use: Use) -> Iterator[Problem]:
    value, parent = use.item, use.parent
    if parent is None:
        return
    wrong = ""
    if not _holds(parent.data_type, value.data_type):
        wrong = f"is {value.data_type}, but {parent.oid} is {parent.data_type}"
    elif _wider(value, parent):
        wrong = f"has Length {value.length}, but {parent.oid} has {parent.length}"
    if wrong and value.data_type:
        message = f"{value.oid} {wrong}"
        named = (use.group.name, use.variable)
        yield document.problem("DEF033", message, value.line, about=named)


def _holds(parent: str, value: str) -> bool:
    """Whether a variable of one type can hold values of the other: a text can hold all."""
    if parent in WHOLE:
        return value in WHOLE
    return parent not in NUMBERS or value in NUMBERS


def _wider(value: Item, parent: Item) -> bool:
    """Numbers are compared with numbers only: the decimal point counts for a text."""
    if value.length is None or parent.length is None or parent.length < 1:
        return False
    both_numbers = value.data_type in NUMBERS and parent.data_type in NUMBERS
    both_texts = value.data_type not in NUMBERS and parent.data_type not in NUMBERS
    return (both_numbers or both_texts) and value.length > parent.length


def _term_problems(document: Document, codelist: CodeList) -> Iterator[Problem]:
    seen: set[str] = set()
    for term in codelist.terms:
        if term.value in seen:
            message = f"codelist {codelist.oid} has the term {quoted(term.value)} twice"
            yield document.problem("DEF035", message, term.line)
        seen.add(term.value)
        if term.decode is not None and not term.decode.strip():
            message = f"codelist {codelist.oid}: the decode of {quoted(term.value)} is empty"
            yield document.problem("DEF036", message, term.line)


def _unlike(document: Document) -> Iterator[Problem]:
    """Variables of one name whose label or kind of type differ from the first one's.

    Labels are compared in analysis datasets: SDTM itself gives some variables several.
    """
    first: dict[str, Use] = {}
    told: dict[str, set[str]] = defaultdict(set)
    for use in document.uses:
        if use.parent or not use.item.name:
            continue
        known = first.setdefault(use.item.name, use)
        for what in _differences(known, use):
            if what not in told[use.item.name]:
                told[use.item.name].add(what)
                message = f"{use.item.name} has another {what} in {use.group.name} than in "
                message += known.group.name
                named = (use.group.name, use.item.name)
                yield document.problem("DEF034", message, use.item.line, about=named)


def _differences(known: Use, use: Use) -> Iterator[str]:
    one, other = known.item, use.item
    labels = one.label.casefold(), other.label.casefold()
    if use.group.purpose == "Analysis" and all(labels) and labels[0] != labels[1]:
        yield "label"
    types = (one.data_type, other.data_type)
    if all(types) and (types[0] in NUMBERS) != (types[1] in NUMBERS):
        yield "type"
