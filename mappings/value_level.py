"""Values by source: the steps of each source and template, and the metadata that follows."""

from __future__ import annotations

from collections.abc import Iterable

from clinmap.metadata import Condition
from clinmap.plan import Origin, ValueItem, ValueSource, VariablePlan
from mappings.parts import Part
from mappings.variables import VariableSpec


def value_level_variables(
    name: str, adam: bool, variables: Iterable[VariablePlan]
) -> tuple[str, ...]:
    """By which variables values are described where nobody says.

    --TESTCD, or PARAMCD; in a dataset without it, those on which it hangs which codelist applies.
    """
    wanted = "PARAMCD" if adam else f"{name[:2]}TESTCD"
    submitted = [variable for variable in variables if variable.place == "dataset"]
    if any(variable.name == wanted for variable in submitted):
        return (wanted,)
    uses = [use for variable in submitted for use in variable.codelists]
    asked = (one for use in uses for one in use.when if one.comparator == "IN")
    return tuple(dict.fromkeys(one.variable for one in asked))


def value_sources(name: str, parts: Iterable[Part]) -> tuple[ValueSource, ...]:
    """How sources give a variable its values; a template's rule comes before its source's."""
    return tuple(
        ValueSource(
            part.source,
            part.template,
            spec.steps,
            spec.origin[0] if spec.origin else Origin(""),
            spec.method,
            spec.expression,
        )
        for part in sorted(parts, key=lambda p: (p.source, p.template < 0, p.template))
        for spec in [part.variables.get(name)]
        if spec is not None
    )


def value_items(
    dataset: str, adam: bool, variable: VariablePlan, parts: Iterable[Part]
) -> tuple[ValueItem, ...]:
    """Value-level metadata: the entries as written, then those of templates.

    A template tells them where its --TESTCD, or PARAMCD, is written out; not beside entries that
    ask about something else, for these then describe the variable alone.
    """
    code = "PARAMCD" if adam else f"{dataset[:2]}TESTCD"
    written = variable.items
    asked = {(one.variable, one.comparator) for item in written for one in item.when}
    if variable.name == code or asked - {(code, "IN")}:
        return written
    by_place = {(part.source, part.template): part for part in parts}
    found = (
        ValueItem(
            (Condition(code, (value,)),), origin=use.origin, method=use.method, formal=use.formal
        )
        for use in variable.per_source
        for value in [_literal(by_place[use.source, use.template].variables.get(code))]
        if value
    )
    return (*written, *found)


def _literal(spec: VariableSpec | None) -> str:
    """The constant that a variable is set to, or an empty text."""
    if spec is None or len(spec.steps) != 1 or spec.steps[0].operation.name != "constant":
        return ""
    return str(getattr(spec.steps[0].operation, "constant", ""))
