"""Criteria for grading laboratory results, as a table: what CTCAE says, as data of the study.

An entry has `term`, `direction` (`low` or `high`), `unit` (of the result; none where it does not
matter), `version` where the table holds several (a list: it is the same in each of them), and a
condition for each grade, `grade1` to `grade5`. In a condition `$value` is the result, and what the
operation gives besides has the name that it is given there (`$low`, `$high`, `$baseline` …).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinmap.expressions import Apply, Expression, Node, parse_condition
from clinmap.plan import Ref
from clinmap.problems import near_match

if TYPE_CHECKING:
    import pandas as pd

GRADES = ("grade5", "grade4", "grade3", "grade2", "grade1")
KEYS = ("term", "direction", "unit", "version", *GRADES)


@dataclass(frozen=True, slots=True)
class Criteria:
    """The conditions of one term, the worst grade first, and which rows they are for."""

    term: str
    direction: str
    unit: str
    version: str
    grades: tuple[tuple[str, Expression], ...]


def read_criteria(table: object, known: Collection[str]) -> tuple[Criteria, ...]:
    """The criteria of a table; ValueError says which entry is wrong, and how.

    `known` holds the names that a condition may use, without `$`.
    """
    if not isinstance(table, Sequence) or isinstance(table, str):
        raise ValueError("it must be a list of entries")
    found = tuple(one for entry in table for one in _criteria(entry, known))
    seen: set[tuple[str, str, str, str]] = set()
    for one in found:
        key = (one.term, one.direction, one.unit, one.version)
        if key in seen:
            raise ValueError(f"two entries are for {one.term}, {one.direction}, {one.unit}")
        seen.add(key)
    return found


def laid_over(tables: Iterable[tuple[Criteria, ...]]) -> tuple[Criteria, ...]:
    """The criteria of several tables; what a later one has of a term, direction and version wins.

    >>> first = Criteria("T", "low", "g/L", "4", ())
    >>> [one.unit for one in laid_over([(first,), (Criteria("T", "low", "g/dL", "4", ()),)])]
    ['g/dL']
    """
    found: tuple[Criteria, ...] = ()
    for table in tables:
        own = {(one.term, one.direction, one.version) for one in table}
        kept = (one for one in found if (one.term, one.direction, one.version) not in own)
        found = (*kept, *table)
    return found


def _criteria(entry: object, known: Collection[str]) -> Iterator[Criteria]:
    if not isinstance(entry, Mapping) or not entry.get("term"):
        raise ValueError("each entry must have a term")
    term = str(entry["term"])
    for key in entry:
        if key not in KEYS:
            raise ValueError(f"the entry for {term} has {key!r}. {near_match(str(key), KEYS)}")
    if entry.get("direction") not in ("low", "high"):
        raise ValueError(f"direction of the entry for {term} must be low or high")
    grades = tuple(
        (grade[-1], _condition(term, grade, entry[grade], known))
        for grade in GRADES
        if entry.get(grade) is not None
    )
    unit, versions = str(entry.get("unit") or ""), entry.get("version") or ""
    for version in versions if isinstance(versions, list | tuple) else [versions]:
        yield Criteria(term, str(entry["direction"]), unit, str(version), grades)


def _condition(term: str, grade: str, written: object, known: Collection[str]) -> Expression:
    try:
        condition = parse_condition(str(written))
    except ValueError as error:
        raise ValueError(f"{grade} of {term}: {error}") from None
    for reference in condition.references:
        if reference.kind != "source" or reference.column not in known:
            names = ", ".join(f"${name}" for name in known)
            hint = near_match(reference.column, known)
            raise ValueError(
                f"{grade} of {term} reads {reference}, which is not given; there are {names}. "
                f"{hint}".rstrip()
            )
    return condition


def graded(criteria: Criteria, columns: Mapping[str, pd.Series]) -> pd.Series:
    """The grades of rows: that of the first condition that is true, 0 where none is.

    A condition that cannot be decided, since something that it reads is missing, leaves the row
    without a grade, unless a worse grade was true. So does a missing `value`.
    """
    from clinmap.frames import missing_text

    open_ = columns["value"].notna()
    found = missing_text(open_.index)
    for grade, condition in criteria.grades:
        truth = decided(condition, lambda reference: columns[reference.column], open_.index)
        found = found.mask(open_ & truth.fillna(False).astype(bool), grade)
        open_ &= (~truth).fillna(False).astype(bool)
    return found.mask(open_, "0")


def decided(
    condition: Expression, resolve: Callable[[Ref], pd.Series], index: pd.Index
) -> pd.Series:
    """Whether a condition is true, false or neither; numbers are compared with a tolerance."""
    from clinmap.execution.evaluate import evaluate

    compared: dict[Ref, pd.Series] = {}

    def column(reference: Ref) -> pd.Series:
        return compared[reference] if reference in compared else resolve(reference)

    def rewritten(node: Node) -> Node:
        if not isinstance(node, Apply):
            return node
        sides = [evaluate(Expression("", part, ()), resolve, index) for part in _sides(node)]
        if len(sides) == 2 and all(side.dtype == "float64" for side in sides):
            answer = Ref("own", f"comparison{len(compared)}")
            compared[answer] = _compared(node.function, *sides)
            return answer
        return Apply(node.function, tuple(rewritten(part) for part in node.arguments))

    root = rewritten(condition.root)
    return evaluate(Expression(condition.text, root, ()), column, index)


def _sides(node: Apply) -> Iterator[Node]:
    from adam.tolerance import COMPARISONS

    if node.function in COMPARISONS:
        yield from node.arguments


def _compared(word: str, left: pd.Series, right: pd.Series) -> pd.Series:
    from adam.tolerance import COMPARISONS

    answer = COMPARISONS[word](left, right).astype("boolean")
    return answer.mask(left.isna() | right.isna())
