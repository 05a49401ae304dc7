"""Value-level metadata, drafted from the Plan and the facts of each value-level group.

A variable gets a value list when it holds results (--ORRES, --ORRESU, --STRESC, --STRESN,
--STRESU, TSVAL, AVAL, AVALC), supplemental values (QVAL), or when the Plan states items or
conditional codelists for it. There is one item per group that has a value, even where all groups
agree: the reader of one test finds its units and lengths in one place.

Conditions on variables that are not by-variables of the dataset, or that compare by less and
greater or leave values out, make no groups; then the list has one item per stated condition, with
the facts of the rows where it holds.

Source: Define-XML 2.1, sections 4.3 (value-level metadata), 5.3.7 and 5.3.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clinmap.facts import DatasetFacts, ValueFacts, stated_conditions
from clinmap.metadata import CodelistUse, Condition, FormalCode
from clinmap.plan import DatasetPlan, DataType, Plan, ValueItem, VariablePlan
from define.document.model import ItemOrigin
from define.generation.drafts import Checks, ItemDraft, Shape, ValueDraft, distinct_names, oid_part
from define.generation.origins import (
    is_derived,
    item_origins,
    variable_code,
    variable_method,
    variable_origins,
)
from define.generation.shapes import MEASURED_TYPES, value_shape
from define.generation.terms import codelist_of, decode_of

RESULT_NAMES = ("QVAL", "TSVAL", "AVAL", "AVALC")
RESULT_SUFFIXES = ("ORRES", "ORRESU", "STRESC", "STRESN", "STRESU")

_NAMES_OF_CODES = {"QNAM": "QLABEL", "PARAMCD": "PARAM", "TSPARMCD": "TSPARM"}
_TAIL_LIMIT = 60


@dataclass(frozen=True, slots=True)
class _Group:
    """The rows that one value-level item describes: their conditions and their facts."""

    checks: Checks
    facts: ValueFacts

    @property
    def values(self) -> Mapping[str, str]:
        """The one value of each by-variable (of several, the first)."""
        return {c.variable: c.values[0] for c in self.checks}


@dataclass(frozen=True, slots=True)
class _Description:
    """What the Plan says of a group: a value item, a supplemental qualifier, or the variable."""

    label: str
    type: DataType | None
    origins: tuple[ItemOrigin, ...]
    method: str
    comment: str
    codelists: tuple[CodelistUse, ...]
    formal: tuple[FormalCode, ...] = ()
    why: str = ""


def value_drafts(
    plan: Plan, dataset: DatasetPlan, variable: VariablePlan, item: ItemDraft, facts: DatasetFacts
) -> tuple[ValueDraft, ...]:
    """The value-level items of a variable, in the order of their groups; empty when it has none."""
    if facts.variables[variable.name].count and _has_value_list(dataset, variable):
        groups = tuple(_groups(dataset, variable, facts))
        tails = distinct_names(checks_tail(group.checks, names=False) for group in groups)
        return tuple(
            _value_draft(plan, dataset, variable, item, facts, group, tail)
            for group, tail in zip(groups, tails, strict=True)
        )
    return ()


def checks_tail(checks: Checks, names: bool = True) -> str:
    """The readable part of an OID that says which rows: `LBTESTCD.GLUC`, or `GLUC`.

    >>> checks_tail((Condition("LBTESTCD", ("GLUC", "ALB")), Condition("VISITNUM", ("2",), "GE")))
    'LBTESTCD.GLUC-ALB.VISITNUM.GE-2'
    """
    parts: list[str] = []
    for check in checks:
        values = check.values
        text = "-".join(oid_part(value) for value in values)
        if len(text) > _TAIL_LIMIT:
            text = f"{oid_part(values[0])[:_TAIL_LIMIT]}-and-{len(values) - 1}-more"
        text = text if check.comparator == "IN" else f"{check.comparator}-{text}"
        parts += [check.variable, text] if names else [text]
    return ".".join(parts)


def _has_value_list(dataset: DatasetPlan, variable: VariablePlan) -> bool:
    if variable.items or any(use.when for use in variable.codelists):
        return True
    if variable.name in dataset.value_level or not dataset.value_level:
        return False
    return variable.name in RESULT_NAMES or variable.name[2:] in RESULT_SUFFIXES


def _groups(dataset: DatasetPlan, variable: VariablePlan, facts: DatasetFacts) -> Iterator[_Group]:
    measured = facts.variables[variable.name]
    stated = stated_conditions(variable)
    by = tuple(name for name in dataset.value_level if name != variable.name)
    groups = measured.groups or _groups_of_by_variable(dataset, variable, facts)
    if groups and all(_makes_groups(c, by) for when in stated for c in when):
        for key, group in sorted(groups.items()):
            if group.count and any(key):
                yield _Group(_key_checks(by, key, facts), group)
        return
    for when in stated:
        if all(c.variable in facts.variables for c in when):
            found = measured.conditions.get(when, measured)
            if found.count:
                yield _Group(when, found)


def _makes_groups(condition: Condition, by: tuple[str, ...]) -> bool:
    return condition.variable in by and condition.comparator == "IN"


def _groups_of_by_variable(
    dataset: DatasetPlan, variable: VariablePlan, facts: DatasetFacts
) -> Mapping[tuple[str, ...], ValueFacts]:
    """The values of a by-variable for each combination of the others, from the keys of the groups.

    They are names, so their counts are those of the names and they are never numbers.
    """
    if variable.name not in dataset.value_level:
        return {}
    place = dataset.value_level.index(variable.name)
    found: dict[tuple[str, ...], set[str]] = {}
    for key in {key for measured in facts.variables.values() for key in measured.groups}:
        found.setdefault((*key[:place], *key[place + 1 :]), set()).add(key[place])
    names = {key: sorted(values - {""}) for key, values in found.items()}
    return {
        key: ValueFacts(
            len(values), max(len(v.encode()) for v in values), tuple(values), integer=False
        )
        for key, values in names.items()
        if values
    }


def _key_checks(by: Iterable[str], key: Iterable[str], facts: DatasetFacts) -> Checks:
    """The conditions of a group; a by-variable without any value in the data asks nothing."""
    pairs = zip(by, key, strict=True)
    measured = facts.variables
    return tuple(
        Condition(n, (value,)) for n, value in pairs if n in measured and measured[n].count
    )


def _value_draft(
    plan: Plan,
    dataset: DatasetPlan,
    variable: VariablePlan,
    item: ItemDraft,
    facts: DatasetFacts,
    group: _Group,
    tail: str,
) -> ValueDraft:
    said = _description(plan, dataset, variable, group)
    shape = _shape(variable, item, said, group)
    uses = _matching_uses(said.codelists, group)
    codelist = codelist_of(plan.codelists, uses, group.facts, "text", variable.name)
    if codelist and variable.is_character and shape.data_type != "text":
        shape = Shape("text", group.facts.length)
    elif codelist and shape.data_type != "text":
        codelist = codelist_of(plan.codelists, uses, group.facts, shape.data_type, variable.name)
    drafted = ItemDraft(
        tail=f"{item.tail}.{tail}",
        name=variable.name,
        label=said.label or _group_label(plan, dataset, facts, group),
        shape=shape,
        origins=said.origins,
        method=said.method if is_derived(said.origins) else "",
        formal=said.formal,
        comment=said.comment,
        codelist=codelist,
        display_format=item.display_format,
        mandatory=item.mandatory,
    )
    return ValueDraft(group.checks, drafted, said.why)


def _shape(variable: VariablePlan, item: ItemDraft, said: _Description, group: _Group) -> Shape:
    if item.shape.data_type not in MEASURED_TYPES:
        return item.shape
    return value_shape(said.type, variable.is_character, group.facts)


def _description(
    plan: Plan, dataset: DatasetPlan, variable: VariablePlan, group: _Group
) -> _Description:
    """A matching value item says it all; else the qualifier behind QNAM, else the variable."""
    known = next((i for i in variable.items if _holds(i.when, group)), None)
    supplemental = _qualifier(plan, dataset, variable, group)
    base = _of_variable(supplemental or variable, supplemental is not None)
    return _of_item(known, base) if known else base


def _of_variable(variable: VariablePlan, supplemental: bool) -> _Description:
    return _Description(
        label=variable.label if supplemental else "",
        type=variable.type if supplemental else None,
        origins=variable_origins(variable),
        method=variable_method(variable),
        comment=variable.comment if supplemental else "",
        codelists=variable.codelists,
        formal=variable_code(variable),
    )


def _of_item(item: ValueItem, base: _Description) -> _Description:
    origins = item_origins((item.origin,)) if item.origin else base.origins
    return _Description(
        label=item.label or base.label,
        type=item.type or base.type,
        origins=origins,
        method=item.method or base.method,
        comment=item.comment or base.comment,
        codelists=item.codelists or base.codelists,
        formal=item.formal or (() if item.method else base.formal),
        why=item.why,
    )


def _qualifier(
    plan: Plan, dataset: DatasetPlan, variable: VariablePlan, group: _Group
) -> VariablePlan | None:
    """The supplemental qualifier of the parent that a SUPP-- group holds."""
    parent = plan.dataset(dataset.parent) if dataset.parent else None
    name = group.values.get("QNAM", "")
    if parent is None or variable.name != "QVAL":
        return None
    return next((q for q in parent.supplemental if q.name == name), None)


def _matching_uses(uses: Iterable[CodelistUse], group: _Group) -> tuple[CodelistUse, ...]:
    """The uses that hold in the group, the conditional ones first."""
    holding = [use for use in uses if _holds(use.when, group)]
    return tuple(sorted(holding, key=lambda use: not use.when))


def _holds(when: Iterable[Condition], group: _Group) -> bool:
    """Whether the conditions hold in all rows of the group."""
    checks = {check.variable: check for check in group.checks}
    return all(c in group.checks or _implied(c, checks.get(c.variable)) for c in when)


def _implied(wanted: Condition, known: Condition | None) -> bool:
    """Whether a condition holds wherever the known one on its variable does."""
    if known is None or known.comparator != "IN":
        return False
    return all(wanted.holds(value) for value in known.values)


def _group_label(plan: Plan, dataset: DatasetPlan, facts: DatasetFacts, group: _Group) -> str:
    """The name of the test (LBTEST, PARAM, QLABEL) with the values of further by-variables."""
    named = [
        _name_of_value(plan, dataset, facts, group, check.variable)
        for check in group.checks
        if check.comparator == "IN" and len(check.values) == 1
    ]
    return ", ".join(name for name in named if name)


def _name_of_value(
    plan: Plan, dataset: DatasetPlan, facts: DatasetFacts, group: _Group, name: str
) -> str:
    """The name that the data give to a code, else the decode of its codelist, else the code."""
    value = group.values[name]
    named = names_of_codes(dataset, name, facts).get(value, "")
    by_variable = dataset.variable(name)
    uses = by_variable.codelists if by_variable and not named else ()
    decodes = (decode_of(plan.codelists.get(use.codelist), value) for use in uses)
    return named or next((decode for decode in decodes if decode), value)


def names_of_codes(dataset: DatasetPlan, name: str, facts: DatasetFacts) -> Mapping[str, str]:
    """The one name of each value of a by-variable: PARAM of PARAMCD, LBTEST of LBTESTCD.

    A value with several names has none here; the validation reports it.
    """
    partner = facts.variables.get(_NAMES_OF_CODES.get(name, name.removesuffix("CD")))
    if name not in dataset.value_level or partner is None:
        return {}
    place = dataset.value_level.index(name)
    found: dict[str, set[str]] = {}
    for key, group in partner.groups.items():
        found.setdefault(key[place], set()).update(group.values)
    return {value: next(iter(names)) for value, names in found.items() if len(names) == 1}
