"""Criteria of the specification as the conditions of a where clause, where they are such.

A where clause holds conditions that all are true, each of one variable with constants. Anything
else (or, functions, two variables) cannot be said in it, and belongs into words. A missing value is
never taken by a comparison of ours, so what is left out names the missing value as well.

Source: Define-XML 2.1, section 5.3.8 (def:WhereClauseDef). Problems: none.
"""

from __future__ import annotations

from clinmap.expressions import Apply, Expression, Literal, Node
from clinmap.metadata import Comparator, Condition
from clinmap.plan import Ref

_COMPARATORS: dict[str, Comparator] = {
    "==": "IN", "in": "IN", "!=": "NOTIN", "not in": "NOTIN",
    "<": "LT", "<=": "LE", ">": "GT", ">=": "GE",
}  # fmt: skip


def conditions_of(criterion: Expression) -> tuple[Condition, ...] | None:
    """The conditions that a criterion consists of, or None where it cannot be said so.

    >>> from clinmap.expressions import parse_condition
    >>> conditions_of(parse_condition("$PARAMCD == 'OS' and $AVAL >= 2"))[1].comparator
    'GE'
    >>> conditions_of(parse_condition("$PARAMCD == 'OS' or $AVAL >= 2")) is None
    True
    """
    return _conditions(criterion.root)


def _conditions(node: Node) -> tuple[Condition, ...] | None:
    if not isinstance(node, Apply):
        return None
    if node.function != "and":
        one = _condition(node)
        return None if one is None else (one,)
    found: list[Condition] = []
    for part in node.arguments:
        inner = _conditions(part)
        if inner is None:
            return None
        found += inner
    return tuple(found)


def _condition(node: Apply) -> Condition | None:
    comparator = _COMPARATORS.get(node.function)
    if node.function in ("missing", "present") and len(node.arguments) == 1:
        comparator = "IN" if node.function == "missing" else "NOTIN"
    if comparator is None:
        return None
    asked, *rest = node.arguments
    listed = [part for found in rest for part in _parts(found)]
    values = [_text(part) for part in listed] if rest else [""]
    if node.function in ("!=", "not in"):
        values.append("")
    if not isinstance(asked, Ref) or asked.kind not in ("source", "own") or None in values:
        return None
    return Condition(asked.column, tuple(text or "" for text in values), comparator)


def _parts(node: Node) -> tuple[Node, ...]:
    """The constants of a list, or the one constant."""
    return node.arguments if isinstance(node, Apply) and node.function == "list" else (node,)


def _text(node: Node) -> str | None:
    """A constant as define.xml writes it; None for anything else."""
    if not isinstance(node, Literal) or isinstance(node.value, bool) or node.value is None:
        return None
    return f"{node.value:g}" if isinstance(node.value, float) else str(node.value)
