"""The parts of a Plan as text, about as a person would write them in YAML, without their places.

Two parts that say the same have the same text, wherever they stand: that is how Plans are compared.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from typing import Any, cast

from clinmap.expressions import Expression
from clinmap.metadata import CodelistUse, Condition
from clinmap.plan import Collapse, Distinct, Origin, Ref, Split, Step
from clinmap.problems import Location
from clinmap.registry import Operation


def written(value: object) -> str:
    """A value of the Plan as text: references as in the specification, no location.

    >>> written((Ref("source", "AETERM"), {"map": {"Y": "YES"}, "when": None}))
    '[$AETERM, {map: {Y: YES}, when: null}]'
    """
    if isinstance(value, Ref):
        return f".{value.column}" if value.kind == "own" else str(value)
    if isinstance(value, Expression):
        return value.text
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return _braced((str(key), item) for key, item in value.items())
    if isinstance(value, set | frozenset):
        return written(sorted(value, key=str))
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _braced(said(value))
    return str(value)


def said(value: object) -> Iterable[tuple[str, object]]:
    """The fields of a dataclass that are not as they are if nothing is said; no locations."""
    for name, default in _fields(cast("Hashable", type(value))):
        held = getattr(value, name)
        if not isinstance(held, Location) and held is not None and held != default:
            yield name, held


def step_written(operation: Operation) -> str:
    """An operation as it is written under a variable: its name holds the first parameter."""
    first, *_ = dataclasses.fields(operation)  # type: ignore[arg-type]
    rest = [(name, held) for name, held in said(operation) if name != first.name]
    return _braced([(operation.name, getattr(operation, first.name)), *rest])


def steps_written(steps: Iterable[Step]) -> str:
    """A variable's operations in turn; empty where there are none."""
    return "; ".join(step_written(step.operation) for step in steps)


def origin_written(origin: Origin | None) -> str:
    """An origin in the words of define.xml."""
    if origin is None:
        return ""
    pages = f" {written(origin.pages)}" if origin.pages else ""
    return " ".join(filter(None, (origin.type, origin.source, origin.predecessor))) + pages


def uses_written(uses: Iterable[CodelistUse]) -> str:
    """The codelists of a variable, each with its conditions."""
    return ", ".join(
        use.codelist + (f" where {conditions_written(use.when)}" if use.when else "")
        for use in uses
    )


def conditions_written(conditions: Iterable[Condition]) -> str:
    """Conditions on values, all of which must hold.

    >>> conditions_written([Condition("VSTESTCD", ("TEMP",))])
    'VSTESTCD IN TEMP'
    """
    return " and ".join(f"{c.variable} {c.comparator} {'|'.join(c.values)}" for c in conditions)


def rows_written(rule: Split | Distinct | Collapse | None) -> str:
    """A rule that makes more or fewer rows, without its reason."""
    if rule is None:
        return ""
    return _braced((name, held) for name, held in said(rule) if name != "reason")


def _braced(pairs: Iterable[tuple[str, object]]) -> str:
    return f"{{{', '.join(f'{name}: {written(held)}' for name, held in pairs)}}}"


@cache
def _fields(made: Any) -> tuple[tuple[str, object], ...]:
    """The names of a dataclass's fields, each with what it holds if nothing is said."""
    return tuple((field.name, _default(field)) for field in dataclasses.fields(made))


def _default(field: dataclasses.Field[Any]) -> object:
    """What a field holds if nothing is said; pydantic may wrap it."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return getattr(field.default, "default", field.default)
