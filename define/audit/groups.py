"""Which value-level groups of the data a where clause holds for.

Source: Define-XML 2.1, section 5.3.8 (def:WhereClauseDef). Problems: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clinmap.facts import DatasetFacts
from define.document.model import RangeCheck, WhereClause

Key = tuple[str, ...]


def by_variables(facts: DatasetFacts) -> tuple[str, ...]:
    """The variables whose values make the keys of the groups; empty when that is not certain.

    They are known by their values: those of each place in the keys are those of one variable that
    is not measured by group itself. A variable that never has a value has the name ''.
    """
    keys = {key for variable in facts.variables.values() for key in variable.groups}
    width = max((len(key) for key in keys), default=0)
    found: list[str] = []
    for place in range(width):
        wanted = {key[place] for key in keys} - {""}
        if not wanted:
            found.append("")
            continue
        candidates = (
            name
            for name, variable in facts.variables.items()
            if not variable.groups and set(variable.values) == wanted and name not in found
        )
        name = next(candidates, "")
        if not name:
            return ()
        found.append(name)
    return tuple(found)


def groups_of(
    clause: WhereClause, names: Mapping[str, str], by: tuple[str, ...], keys: Iterable[Key]
) -> set[Key] | None:
    """The groups that a clause holds for; None when it asks about variables that make no groups.

    `names` gives the variable of each item that belongs to the dataset. A missing value is ''.
    """
    places = {name: place for place, name in enumerate(by)}
    asked = [places.get(names.get(check.item_oid, "")) for check in clause.checks]
    checks = list(zip(asked, clause.checks, strict=True))
    if None in asked:
        return None
    return {
        key
        for key in keys
        if all(_check_holds(check, key[place]) for place, check in checks if place is not None)
    }


def clause_occurs(clause: WhereClause, names: Mapping[str, str], facts: DatasetFacts) -> bool:
    """Whether each condition by itself holds for a value that occurs; True when unknown."""
    return all(_value_occurs(check, names, facts) for check in clause.checks)


def _value_occurs(check: RangeCheck, names: Mapping[str, str], facts: DatasetFacts) -> bool:
    measured = facts.variables.get(names.get(check.item_oid, ""))
    if measured is None or not measured.complete:
        return True
    return any(_check_holds(check, value) for value in ("", *measured.values))


def _check_holds(check: RangeCheck, value: str) -> bool:
    if check.comparator in ("EQ", "IN"):
        return value in check.values
    if check.comparator in ("NE", "NOTIN"):
        return value not in check.values
    return bool(value) and _in_order(check.comparator, value, check.values)


def _in_order(comparator: str, value: str, limits: Iterable[str]) -> bool:
    limit = next(iter(limits), "")
    try:
        difference = float(value) - float(limit)
    except ValueError:
        difference = float((value > limit) - (value < limit))
    return {
        "LT": difference < 0,
        "LE": difference <= 0,
        "GT": difference > 0,
        "GE": difference >= 0,
    }.get(comparator, True)
