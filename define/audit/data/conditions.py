"""Where clauses evaluated on the combinations of values that occur.

Source: Define-XML 2.1, section 5.3.8 (def:WhereClauseDef): all conditions of a clause hold at once,
several clauses of an item are alternatives. A missing value equals an empty CheckValue and nothing
else, differs from every other, and is neither less nor greater than any. Problems: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from define.audit.data.coded import Coded, Flags
from define.audit.data.place import Place
from define.document.model import ItemRef, RangeCheck, WhereClause


@dataclass(frozen=True, slots=True)
class Asked:
    """What the where clauses of an item ask: the columns, or why they cannot be evaluated."""

    clauses: tuple[WhereClause, ...]
    columns: tuple[str, ...] = ()
    obstacle: str = ""


def asked_of(place: Place, ref: ItemRef) -> Asked:
    """The columns of the dataset that the clauses of a value-level item ask about."""
    clauses = tuple(place.look.clauses[o] for o in ref.where_oids if o in place.look.clauses)
    if not clauses or len(clauses) != len(ref.where_oids):
        return Asked(clauses, obstacle="it has no where clause that is defined")
    if not all(clause.checks for clause in clauses):
        return Asked(clauses, obstacle="a where clause has no condition")
    own = {r.item_oid for r in place.group.refs}
    columns: list[str] = []
    for check in (check for clause in clauses for check in clause.checks):
        item = place.look.items.get(check.item_oid)
        if item is None or check.item_oid not in own:
            return Asked(clauses, obstacle="it asks about a variable of another dataset")
        column = place.column(item)
        if column is None:
            return Asked(clauses, obstacle=f"it asks about {item.name}, which the file has not")
        if not _comparable(check, place.values(column.name)):
            return Asked(clauses, obstacle=f"it compares numbers of {item.name} with text")
        columns.append(column.name)
    return Asked(clauses, tuple(dict.fromkeys(columns)))


def holds(place: Place, asked: Asked, names: tuple[str, ...]) -> Flags:
    """For which combinations of the columns `names` one of the clauses holds."""
    combinations = place.combinations(names)
    found = np.zeros(len(combinations), dtype=np.bool_)
    for clause in asked.clauses:
        every = np.ones(len(combinations), dtype=np.bool_)
        for check in clause.checks:
            column = place.column(place.look.items[check.item_oid])
            name = column.name if column else ""
            table = _table(check, place.values(name))
            every &= table[combinations.codes[names.index(name)]]
        found |= every
    return found


def _comparable(check: RangeCheck, values: Coded) -> bool:
    """Whether a numeric column is compared with numbers only."""
    if values.numbers is None:
        return True
    return all(_float(text) is not None for text in check.values if text.strip())


def _table(check: RangeCheck, values: Coded) -> Flags:
    """Whether a condition holds for each distinct value, and at the end for a missing one."""
    wanted = [text.rstrip() for text in check.values]
    if check.comparator in ("EQ", "IN", "NE", "NOTIN"):
        equal = np.append(_equal(values, wanted), "" in wanted)
        return equal if check.comparator in ("EQ", "IN") else ~equal
    limit = next(iter(wanted), "")
    return np.append(_in_order(check.comparator, _differences(values, limit)), False)


def _equal(values: Coded, wanted: Sequence[str]) -> Flags:
    if values.numbers is not None:
        numbers = [number for number in map(_float, wanted) if number is not None]
        return np.isin(values.numbers, numbers)
    known = pa.array([text for text in wanted if text], pa.large_string())
    found = pc.is_in(values.texts, value_set=known).to_numpy(zero_copy_only=False)
    return np.asarray(found, dtype=np.bool_)


def _differences(values: Coded, limit: str) -> npt.NDArray[np.float64]:
    """How each value stands to a limit: as numbers where both are, else as texts."""
    number = _float(limit)
    if values.numbers is not None:
        return values.numbers - (np.nan if number is None else number)
    return np.array([_difference(text, limit, number) for text in values.texts.to_pylist()])


def _difference(text: str, limit: str, number: float | None) -> float:
    own = _float(text) if number is not None else None
    if own is not None and number is not None:
        return own - number
    return float((text > limit) - (text < limit))


def _in_order(comparator: str, differences: npt.NDArray[np.float64]) -> Flags:
    known = {
        "LT": differences < 0,
        "LE": differences <= 0,
        "GT": differences > 0,
        "GE": differences >= 0,
    }
    return known.get(comparator, np.zeros(len(differences), dtype=np.bool_))


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def columns_of_all(asked: Iterable[Asked]) -> tuple[str, ...]:
    """The columns that any of the clauses asks about that can be evaluated."""
    return tuple(dict.fromkeys(n for one in asked if not one.obstacle for n in one.columns))
