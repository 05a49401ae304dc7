"""Whether a define.xml is true of the data: datasets, variables, shapes, codelists, value lists.

Source: Define-XML 2.1, sections 5.3.7 to 5.3.12. Problems: DEF004 to DEF019.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clinmap.facts import DatasetFacts, ValueFacts
from clinmap.problems import Problem, Severity
from define.audit.groups import Key, by_variables, clause_occurs, groups_of
from define.document.model import (
    CodeList,
    Define,
    Item,
    ItemGroup,
    ItemRef,
    ValueList,
    WhereClause,
    by_oid,
)
from define.generation.shapes import MEASURED_TYPES

_WHOLE = re.compile(r"^[+-]?[0-9]+$")
_DECIMAL = re.compile(r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$")
_ISO_DATE = re.compile(r"^[0-9:T.+Z/-]+$")
_ISO_DURATION = re.compile(r"^[+-]?P[0-9.,YMDTHSW]+$")
_PATTERNS = {
    "integer": _WHOLE,
    "float": _DECIMAL,
    "double": _DECIMAL,
    "date": _ISO_DATE,
    "datetime": _ISO_DATE,
    "time": _ISO_DATE,
    "partialDate": _ISO_DATE,
    "partialTime": _ISO_DATE,
    "partialDatetime": _ISO_DATE,
    "incompleteDatetime": _ISO_DATE,
    "durationDatetime": _ISO_DURATION,
}
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Look:
    """The definitions of a document by OID, and the document itself."""

    define: Define
    items: Mapping[str, Item]
    lists: Mapping[str, CodeList]
    value_lists: Mapping[str, ValueList]
    clauses: Mapping[str, WhereClause]


@dataclass(frozen=True, slots=True)
class _Place:
    """One dataset in the document and in the data."""

    group: ItemGroup
    facts: DatasetFacts
    look: _Look

    @property
    def names(self) -> Mapping[str, str]:
        """The variable of each item of the dataset."""
        items = self.look.items
        return {r.item_oid: items[r.item_oid].name for r in self.group.refs if r.item_oid in items}

    def problem(
        self, code: str, severity: Severity, message: str, variable: str = "", hint: str = ""
    ) -> Problem:
        """A problem of this dataset."""
        return Problem(code, severity, message, self.group.name, variable, hint=hint)


def truth_problems(define: Define, facts: Mapping[str, DatasetFacts]) -> Iterator[Problem]:
    """What the document says and the data do not, and the reverse.

    `facts` holds the datasets that the document should describe, and no others. Whether keys are
    unique cannot be seen from facts; the validation of the datasets tells.
    """
    look = _Look(
        define,
        by_oid(define.items),
        by_oid(define.codelists),
        by_oid(define.value_lists),
        by_oid(define.where_clauses),
    )
    described = {group.name for group in define.item_groups}
    for name in facts:
        if name not in described:
            message = f"dataset {name} is built, but the define.xml does not describe it"
            yield Problem("DEF004", Severity.ERROR, message, name)
    for group in define.item_groups:
        if group.name in facts:
            yield from _dataset_problems(_Place(group, facts[group.name], look))
        else:
            message = f"the define.xml describes dataset {group.name}, which is not built"
            yield Problem("DEF005", Severity.ERROR, message, group.name)
    yield from _unused_terms(look, facts)


def _dataset_problems(place: _Place) -> Iterator[Problem]:
    group, facts = place.group, place.facts
    names = set(place.names.values())
    for name in facts.variables:
        if name not in names:
            message = f"variable {name} is in the dataset, but not in the define.xml"
            yield place.problem("DEF006", Severity.ERROR, message, name)
    if group.no_data and facts.rows:
        message = f"def:HasNoData is Yes, but there are {facts.rows} records"
        yield place.problem("DEF018", Severity.ERROR, message)
    if not group.no_data and not facts.rows and place.look.define.version.startswith("2.1"):
        yield place.problem("DEF018", Severity.WARNING, "the dataset is empty, but not marked so")
    yield from _key_problems(place)
    for ref in group.refs:
        item = place.look.items.get(ref.item_oid)
        if item and item.name in facts.variables:
            yield from _variable_problems(place, ref, item)
        elif item:
            message = f"the define.xml describes {item.name}, which is not in the dataset"
            yield place.problem("DEF007", Severity.ERROR, message, item.name)


def _key_problems(place: _Place) -> Iterator[Problem]:
    keys = sorted(r.key_sequence for r in place.group.refs if r.key_sequence is not None)
    if keys != list(range(1, len(keys) + 1)):
        numbers = ", ".join(map(str, keys))
        message = f"KeySequence must number the keys from 1 without gaps, not {numbers}"
        yield place.problem("DEF013", Severity.ERROR, message)
    elif not keys and place.facts.rows:
        yield place.problem("DEF013", Severity.ERROR, "the dataset has no keys")


def _variable_problems(place: _Place, ref: ItemRef, item: Item) -> Iterator[Problem]:
    measured = place.facts.variables[item.name]
    yield from _no_data_problems(place, ref, item, measured)
    yield from _item_problems(place, item, measured)
    yield from _origin_problems(place, ref, item)
    if item.value_list_oid in place.look.value_lists:
        yield from _value_list_problems(place, item)


def _no_data_problems(
    place: _Place, ref: ItemRef, item: Item, measured: ValueFacts
) -> Iterator[Problem]:
    if ref.no_data and measured.count:
        message = f"def:HasNoData is Yes, but {item.name} has {measured.count} values"
        yield place.problem("DEF018", Severity.ERROR, message, item.name)
    told = ref.no_data or place.group.no_data or not place.look.define.version.startswith("2.1")
    if not measured.count and place.facts.rows and not told:
        message = f"{item.name} has no value, but is not marked so"
        yield place.problem("DEF018", Severity.WARNING, message, item.name)


def _item_problems(place: _Place, item: Item, measured: ValueFacts) -> Iterator[Problem]:
    """Length, type, digits and codelist of an item against the values that it describes."""
    shown = item.oid.removeprefix("IT.")
    pattern = _PATTERNS.get(item.data_type)
    strange = [v for v in measured.values if pattern and not pattern.match(v)]
    if strange:
        message = f"{shown} is {item.data_type}, but the data have {_some(strange)}"
        yield place.problem("DEF010", Severity.ERROR, message, item.name)
    if item.data_type in MEASURED_TYPES:
        yield from _length_problems(place, item, measured, shown)
    digits = item.significant_digits
    if item.data_type == "float" and (digits is None or digits < measured.digits):
        message = f"{shown} has {digits or 0} significant digits, the data have {measured.digits}"
        if measured.count:
            yield place.problem("DEF011", Severity.ERROR, message, item.name)
    codelist = place.look.lists.get(item.codelist_oid)
    if codelist and not codelist.external:
        allowed = {term.value for term in codelist.terms}
        outside = [value for value in measured.values if value not in allowed]
        if outside:
            message = f"{shown}: {_some(outside)} not in codelist {codelist.oid}"
            yield place.problem("DEF012", Severity.ERROR, message, item.name)


def _length_problems(
    place: _Place, item: Item, measured: ValueFacts, shown: str
) -> Iterator[Problem]:
    if item.length is None:
        message = f"{shown} has no Length, which {item.data_type} needs"
        yield place.problem("DEF008", Severity.ERROR, message, item.name)
    elif item.length < measured.length:
        message = f"{shown} has Length {item.length}, the longest value has {measured.length}"
        yield place.problem("DEF008", Severity.ERROR, message, item.name)
    elif item.length > max(measured.length, 1):
        message = f"{shown} has Length {item.length}, the longest value has {measured.length}"
        yield place.problem("DEF009", Severity.NOTE, message, item.name)


def _origin_problems(place: _Place, ref: ItemRef, item: Item) -> Iterator[Problem]:
    values = place.look.value_lists.get(item.value_list_oid)
    by_value = values is not None and all(value.method_oid for value in values.refs)
    if any(o.type == "Derived" for o in item.origins) and not ref.method_oid and not by_value:
        message = f"{item.name} is derived, but no method says how"
        yield place.problem("DEF016", Severity.WARNING, message, item.name)
    for wrong in _incomplete_origins(place, item, values):
        message = f"the origin of {item.name} is incomplete: {wrong}"
        yield place.problem("DEF017", Severity.WARNING, message, item.name)


def _incomplete_origins(place: _Place, item: Item, values: ValueList | None) -> Iterator[str]:
    if not item.origins and values is None:
        yield "there is none"
    for origin in item.origins:
        if origin.type == "Predecessor" and not origin.description:
            yield "it does not name the variable that is copied"
        wants_source = origin.type in ("Collected", "Derived", "Assigned")
        if wants_source and not origin.source and place.look.define.version.startswith("2.1"):
            yield f"{origin.type} without a source"


def _value_list_problems(place: _Place, item: Item) -> Iterator[Problem]:
    measured = place.facts.variables[item.name]
    by = by_variables(place.facts)
    groups = {key: group for key, group in measured.groups.items() if group.count} if by else {}
    described: set[Key] = set()
    certain = bool(groups)
    for ref in place.look.value_lists[item.value_list_oid].refs:
        keys = _described_groups(place, ref, by, groups)
        value = place.look.items.get(ref.item_oid)
        if keys is None:
            certain = False
            if not _may_occur(place, ref):
                yield _matches_nothing(place, ref, item)
        elif not keys:
            yield _matches_nothing(place, ref, item)
        elif value:
            described |= keys
            for key in sorted(keys):
                yield from _longer_kept(keys, _item_problems(place, value, groups[key]))
    left = sorted(set(groups) - described)
    if certain and left:
        shown = _some(["/".join(key) for key in left])
        message = f"no value-level item of {item.name} describes {shown}"
        yield place.problem("DEF015", Severity.WARNING, message, item.name)


def _longer_kept(keys: set[Key], problems: Iterable[Problem]) -> Iterator[Problem]:
    """A length may be longer than one of several groups needs."""
    return (p for p in problems if len(keys) == 1 or p.code != "DEF009")


def _described_groups(
    place: _Place, ref: ItemRef, by: tuple[str, ...], groups: Mapping[Key, ValueFacts]
) -> set[Key] | None:
    """The groups that one of the item's where clauses holds for; None when that is unknown."""
    clauses = [place.look.clauses[oid] for oid in ref.where_oids if oid in place.look.clauses]
    names = place.names
    keys: set[Key] = set()
    for clause in clauses:
        found = groups_of(clause, names, by, groups)
        if found is None:
            return None
        keys |= found
    return keys if clauses and groups else None


def _may_occur(place: _Place, ref: ItemRef) -> bool:
    clauses = [place.look.clauses[oid] for oid in ref.where_oids if oid in place.look.clauses]
    names = place.names
    return not clauses or any(clause_occurs(clause, names, place.facts) for clause in clauses)


def _matches_nothing(place: _Place, ref: ItemRef, item: Item) -> Problem:
    message = f"the where clause of {ref.item_oid} holds for no record with a value"
    hint = "Correct the condition, or remove the value-level item."
    return place.problem("DEF014", Severity.ERROR, message, item.name, hint)


def _unused_terms(look: _Look, facts: Mapping[str, DatasetFacts]) -> Iterator[Problem]:
    """Terms of codelists that no variable which uses the list has as a value."""
    occurring: dict[str, set[str]] = {}
    open_lists: set[str] = set()
    for group in look.define.item_groups:
        for item in _items_with_lists(look, group):
            measured = facts[group.name].variables.get(item.name) if group.name in facts else None
            if measured is None or not measured.complete:
                open_lists.add(item.codelist_oid)
            else:
                occurring.setdefault(item.codelist_oid, set()).update(measured.values)
    for oid, values in occurring.items():
        terms = look.lists[oid].terms if oid in look.lists and oid not in open_lists else ()
        unused = [term.value for term in terms if term.value not in values]
        if unused:
            message = f"codelist {oid} has terms that never occur: {_some(unused)}"
            yield Problem("DEF019", Severity.NOTE, message, count=len(unused))


def _items_with_lists(look: _Look, group: ItemGroup) -> Iterator[Item]:
    for ref in group.refs:
        item = look.items.get(ref.item_oid)
        values = look.value_lists.get(item.value_list_oid) if item else None
        refs = (ref, *(values.refs if values else ()))
        items = (look.items.get(r.item_oid) for r in refs)
        yield from (found for found in items if found and found.codelist_oid)


def _some(values: list[str]) -> str:
    """A few of the values, quoted; of more, how many are left out."""
    shown = ", ".join(f"'{value}'" for value in values[:_SHOWN])
    more = len(values) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
