"""What is said of a variable beside its operations, read from the specification.

Origins with pages, codelists, conditions, code of methods and value-level entries have forms of
their own; all the rest is a text or a whole number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from clinmap.metadata import CodelistUse, Comparator, Condition, FormalCode, Pages
from clinmap.plan import DataType, Origin, ValueItem
from clinmap.problems import SpecificationError, near_match
from mappings.data_types import named_type
from mappings.nodes import Node

ATTRIBUTES = (
    "label", "type", "length", "format", "codelist", "origin", "method", "expression", "comment",
    "role", "evaluator", "digits", "value_level",
)  # fmt: skip
"""What may be said of a variable beside its operation."""

ORIGINS = ("Assigned", "Collected", "Derived", "Not Available", "Predecessor", "Protocol")
COMPARATORS: Mapping[str, Comparator] = {
    "is": "IN", "not": "NOTIN", "lt": "LT", "le": "LE", "gt": "GT", "ge": "GE",
}  # fmt: skip
"""How a condition compares, as it is written and as define.xml says it."""

ORIGIN_KEYS = ("type", "source", "predecessor", "pages", "document")
EXPRESSION_KEYS = ("context", "code")
ENTRY_KEYS = (
    "when", "why", "label", "type", "origin", "method", "expression", "comment", "codelist",
)  # fmt: skip
_RANGE = re.compile(r"(\d+)-(\d+)")


def attributes_of(node: Node) -> dict[str, Any]:
    """The attributes of a variable, read and checked."""
    return {key: _read(key, item) for key in ATTRIBUTES if (item := node.get(key)) is not None}


def _read(key: str, node: Node) -> Any:
    if key in ("length", "digits"):
        return _whole(node, key)
    if key in _READERS:
        return _READERS[key](node)
    return str(node.value)


def _whole(node: Node, key: str) -> int:
    if isinstance(node.value, bool) or not isinstance(node.value, int):
        _refuse(node, f"{key} must be a whole number")
    return node.value


def _data_type(node: Node) -> DataType:
    return named_type(str(node.value), node.location)


def origins_of(node: Node) -> tuple[Origin, ...]:
    """`origin: Collected Vendor`, a mapping with pages, or a list of them."""
    return tuple(_origin(item) for item in _listed(node))


def _origin(node: Node) -> Origin:
    if isinstance(node.value, dict):
        _known(node, ORIGIN_KEYS, "an origin")
        said = _origin_words(node.value.get("type", Node("", node.location)))
        source = _text(node, "source") or said.source
        pages = node.get("pages")
        found = _pages(pages, _text(node, "document")) if pages else ()
        return Origin(said.type, source, _text(node, "predecessor"), found)
    return _origin_words(node)


def _origin_words(node: Node) -> Origin:
    plain = node.plain()
    words = str(plain).split() if isinstance(plain, str) else []
    kind = plain if isinstance(plain, str) and plain in ORIGINS else " ".join(words[:1])
    source = " ".join(words[1:]) if kind != plain else ""
    if kind not in ORIGINS:
        hint = near_match(str(plain), ORIGINS) or "Write for example: Collected Investigator."
        _refuse(node, f"origin {plain!r} is not one of {', '.join(ORIGINS)}", hint)
    return Origin(kind, source)


def _pages(node: Node, document: str) -> tuple[Pages, ...]:
    """Numbers make one list, `12-15` is a range, other words are named destinations."""
    items = _listed(node)
    words = [word for item in items for word in str(item.value).split()]
    if not words or any(isinstance(item.value, dict | list | None) for item in items):
        _refuse(node, "pages are numbers, ranges such as 12-15, or named destinations")
    ranges = [match for word in words if (match := _RANGE.fullmatch(word))]
    numbers = [word for word in words if word.isdigit()]
    named = [word for word in words if not word.isdigit() and not _RANGE.fullmatch(word)]
    found = [Pages(" ".join(numbers), document=document)] if numbers else []
    found += [Pages("", int(m[1]), int(m[2]), document=document) for m in ranges]
    found += [Pages(" ".join(named), named=True, document=document)] if named else []
    if any(int(match[1]) > int(match[2]) for match in ranges):
        _refuse(node, "a range of pages ends before it begins", "Write the first page first.")
    return tuple(found)


def codelists_of(node: Node) -> tuple[CodelistUse, ...]:
    """`codelist: NY`, or a list of `{use: NY, when: {RSTESTCD: [NEWLIND]}}`; null means none."""
    if node.value is None or node.value == "none":
        return ()
    if isinstance(node.value, str):
        return (CodelistUse(node.value),)
    return tuple(_use(item) for item in _listed(node))


def _use(node: Node) -> CodelistUse:
    use = node.get("use")
    if use is None:
        hint = "Write: codelist: [{use: NY, when: {RSTESTCD: NEWLIND}}]"
        _refuse(node, "a codelist is a name, or entries with `use` and `when`", hint)
    when = node.get("when")
    return CodelistUse(str(use.value), conditions_of(when) if when else ())


def conditions_of(node: Node) -> tuple[Condition, ...]:
    """`{LBTESTCD: [GLUC, ALB], VISITNUM: {ge: 2, lt: 5}, LBCAT: {not: URINALYSIS}}`."""
    if not isinstance(node.value, dict) or not node.value:
        _refuse(node, "`when` names variables with their values", "Write: when: {LBTESTCD: GLUC}")
    return tuple(made for name, item in node.items() for made in _conditions(name, item))


def _conditions(name: str, node: Node) -> Iterator[Condition]:
    if not isinstance(node.value, dict):
        yield Condition(name, _values(node))
        return
    _known(node, tuple(COMPARATORS), f"a condition on {name}")
    for word, item in node.items():
        values, comparator = _values(item), COMPARATORS[word]
        if comparator not in ("IN", "NOTIN") and len(values) != 1:
            _refuse(item, f"`{word}` compares {name} with one value")
        yield Condition(name, values, comparator)


def _values(node: Node) -> tuple[str, ...]:
    """The values of a condition; null is the missing value."""
    if any(isinstance(item.value, dict | list) for item in _listed(node)):
        _refuse(node, "values stand here, one or a list of them", "Write for example: [GLUC, ALB]")
    return tuple("" if item.value is None else str(item.value) for item in _listed(node))


def expressions_of(node: Node) -> tuple[FormalCode, ...]:
    """`expression: {context: SAS, code: "…"}`, or a list of them."""
    found = []
    for item in _listed(node):
        _known(item, EXPRESSION_KEYS, "an expression")
        code = FormalCode(_text(item, "context"), _text(item, "code"))
        if not code.context or not code.code:
            hint = 'Write: expression: {context: SAS, code: "chg = aval - base;"}'
            _refuse(item, "an expression has `context`, its language, and `code`", hint)
        found.append(code)
    return tuple(found)


def entries_of(node: Node) -> tuple[ValueItem, ...]:
    """The value-level entries of a variable, each with its conditions."""
    return tuple(_entry(item) for item in _listed(node))


def _entry(node: Node) -> ValueItem:
    _known(node, ENTRY_KEYS, "a value-level entry")
    when, kind = node.get("when"), node.get("type")
    if when is None:
        hint = "Write for example: {when: {QSTESTCD: {not: TOTAL}}, label: Item Score}"
        _refuse(node, "a value-level entry needs `when`, the rows that it is about", hint)
    origin, uses = node.get("origin"), node.get("codelist")
    code = node.get("expression")
    return ValueItem(
        when=conditions_of(when),
        label=_text(node, "label"),
        type=_data_type(kind) if kind else None,
        origin=origins_of(origin)[0] if origin else None,
        method=_text(node, "method"),
        comment=_text(node, "comment"),
        codelists=codelists_of(uses) if uses else (),
        formal=expressions_of(code) if code else (),
        why=_text(node, "why"),
    )


def _listed(node: Node) -> list[Node]:
    return node.value if isinstance(node.value, list) else [node]


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return "" if found is None or found.value is None else str(found.value)


def _known(node: Node, keys: tuple[str, ...], what: str) -> None:
    if not isinstance(node.value, dict):
        _refuse(node, f"{what} is a mapping with {', '.join(keys)}")
    for key in node.value:
        if key not in keys:
            hint = near_match(key, keys) or f"Known here: {', '.join(keys)}."
            place = node.keys[key]
            raise SpecificationError("SPC002", f"{what} has no {key!r}", location=place, hint=hint)


def _refuse(node: Node, message: str, hint: str = "") -> NoReturn:
    raise SpecificationError("SPC004", message, location=node.location, hint=hint)


_READERS: Mapping[str, Callable[[Node], Any]] = {
    "type": _data_type,
    "origin": origins_of,
    "codelist": codelists_of,
    "expression": expressions_of,
    "value_level": entries_of,
}
