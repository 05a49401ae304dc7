"""Conditions that can never be true, always are, or ask for a value that nothing has.

Source: what a condition says by itself; the values of a variable are those of its codelist
(SDTMIG 3.4 section 4.3), or those that the specification writes out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clinmap.expressions import Apply, Expression, Literal, Node
from clinmap.fixes import sure_name
from clinmap.plan import DatasetPlan, Plan, Ref, SourcePlan, VariablePlan
from clinmap.problems import Location, Problem, near_match
from mappings.lint.finding import finding
from mappings.lint.logic import Cases, Values, all_of, can_hold, cases, comparison
from mappings.lint.written import values_of

SHOWN = 8
EQUAL = ("==", "in")


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition with its place, and the sources on whose rows it is asked.

    `checks` says that it looks for what should not be.
    """

    condition: Expression
    place: Location
    sources: tuple[SourcePlan, ...]
    variable: str = ""
    checks: bool = False


def condition_findings(plan: Plan) -> Iterator[Problem]:
    """SPC044 to SPC047 for every condition of every dataset."""
    for dataset in plan.datasets:
        for asked in _conditions(dataset):
            if not asked.condition.is_condition:
                continue
            yield from _by_itself(dataset, asked)
            if not asked.checks:
                yield from _strange_values(plan, dataset, asked)
        for variable in dataset.variables:
            yield from _branches(dataset, variable)


def _conditions(dataset: DatasetPlan) -> Iterator[Asked]:
    for source in dataset.sources:
        if source.where is not None:
            yield Asked(source.where, source.location, (source,))
        for template in source.templates:
            if template.where is not None:
                yield Asked(template.where, template.location, (source,))
    for drop in dataset.drops:
        yield Asked(drop.when, drop.location, dataset.sources)
    for variable in dataset.variables:
        for step, number in variable.all_steps:
            sources = dataset.sources if number is None else (dataset.sources[number],)
            checks = step.operation.name == "check"
            for condition in _expressions(_parameters(step.operation)):
                yield Asked(condition, step.location, sources, variable.name, checks)


def _parameters(operation: Any) -> dict[str, object]:
    return {f.name: getattr(operation, f.name) for f in dataclasses.fields(operation)}


def _expressions(value: object) -> Iterator[Expression]:
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _expressions(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _expressions(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type | Ref):
        yield from _expressions(_parameters(value))


def _by_itself(dataset: DatasetPlan, asked: Asked) -> Iterator[Problem]:
    """What is wrong with a condition whatever the data are."""
    for node in _parts(asked.condition.root):
        if not can_hold(cases(node)):
            yield finding(
                "SPC044",
                f"{asked.condition.text!r} can never be true{_part(node, asked)}",
                asked.place,
                "Two parts joined by `and` contradict each other; write `or`, or correct a value.",
                of=dataset.name,
                variable=asked.variable,
            )
            return
    if _is_always(asked.condition.root):
        yield finding(
            "SPC047",
            f"{asked.condition.text!r} is true of every value",
            asked.place,
            "Leave the condition out; for neither of two values write `!= ... and ... != ...`, or "
            "`not in (...)`.",
            of=dataset.name,
            variable=asked.variable,
        )


def _part(node: Node, asked: Asked) -> str:
    return "" if node is asked.condition.root else ", in one of the parts joined by `or`"


def _parts(node: Node) -> Iterator[Node]:
    """A condition and, where it is an `or`, each part of it."""
    yield node
    if isinstance(node, Apply) and node.function == "or":
        for part in node.arguments:
            yield from _parts(part)


def _is_always(node: Node) -> bool:
    """Whether it is `true`, or comparisons of one column that leave no value out."""
    if isinstance(node, Literal):
        return node.value is True
    if not isinstance(node, Apply) or node.function != "or":
        return False
    by_column: dict[Node, list[Cases]] = {}
    for part in node.arguments:
        if (compared := comparison(part)) is not None:
            by_column.setdefault(compared[0], []).append(cases(part, holds=False))
    return any(
        len(parts) > 1 and not can_hold(all_of([({key: Values(missing=False)},), *parts]))
        for key, parts in by_column.items()
    )


def _branches(dataset: DatasetPlan, variable: VariablePlan) -> Iterator[Problem]:
    """Branches of a `conditional` that the ones before them leave nothing."""
    for step, _ in variable.all_steps:
        before: list[Cases] = []
        asked: list[Node] = []
        for case in getattr(step.operation, "conditional", ()):
            own = cases(case.when.root)
            taken = case.when.root in asked or not can_hold(all_of([own, *before]))
            asked.append(case.when.root)
            if can_hold(own) and taken:
                yield finding(
                    "SPC045",
                    f"{case.when.text!r} of {variable.name} is never reached: the branches before "
                    "it take all its rows",
                    step.location,
                    "The first branch that is true counts; write the narrower one first.",
                    of=dataset.name,
                    variable=variable.name,
                )
            before.append(cases(case.when.root, holds=False))


def _strange_values(plan: Plan, dataset: DatasetPlan, asked: Asked) -> Iterator[Problem]:
    """Texts that the variable asked about never is."""
    for node in _comparisons(asked.condition.root):
        compared = comparison(node)
        if compared is None or compared[1] not in EQUAL or not isinstance(compared[0], Ref):
            continue
        known = values_of(plan, dataset, compared[0], asked.sources)
        for value in compared[2] if known is not None else ():
            if isinstance(value, str) and value not in (known or ()):
                yield _strange(dataset, asked, compared[0], value, known or frozenset())


def _comparisons(node: Node) -> Iterator[Node]:
    if isinstance(node, Apply):
        if node.function in EQUAL:
            yield node
        for part in node.arguments:
            yield from _comparisons(part)


def _strange(
    dataset: DatasetPlan, asked: Asked, ref: Ref, value: str, known: frozenset[str]
) -> Problem:
    listed = sorted(known)[:SHOWN]
    hint = near_match(value, known) or f"It has {', '.join(listed)}."
    return finding(
        "SPC046",
        f"{ref} is never {value!r}, which {asked.condition.text!r} asks for",
        asked.place,
        hint,
        of=dataset.name,
        variable=asked.variable,
        fix=sure_name(value, known, asked.place),
    )
