"""Value-level metadata on every record: which item describes it, and whether that is true.

Source: Define-XML 2.1, sections 5.3.7 (def:ValueListDef) and 5.3.8 (def:WhereClauseDef). Problems:
DEF014, DEF015, DEF018, DEF070, DEF071, DEF072, DEF073, and those of items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from clinmap.problems import Problem, Severity, says_who
from define.audit.data.coded import Combinations, Flags, Integers, Pairs
from define.audit.data.conditions import Asked, asked_of, columns_of_all, holds
from define.audit.data.content import Column
from define.audit.data.items import Described, item_problems
from define.audit.data.place import ROWS_SHOWN, SHOWN, Look, Place
from define.document.model import Item, ItemRef, ValueList, WhereClause


@dataclass(frozen=True, slots=True)
class _Level:
    """A variable with its value list, and the combinations that its where clauses tell apart."""

    place: Place
    item: Item
    column: Column
    values: ValueList
    names: tuple[str, ...]
    combinations: Combinations
    pairs: Pairs

    @property
    def variable(self) -> str:
        """The variable as a message calls it."""
        return f"{self.place.group.name}.{self.item.name}"


def value_level_problems(place: Place, item: Item, column: Column) -> Iterator[Problem]:
    """What the value-level items of a variable say that is not so."""
    values = place.look.value_lists.get(item.value_list_oid)
    if values is None or not place.rows:
        return
    asked = [asked_of(place, ref) for ref in values.refs]
    names = columns_of_all(asked)
    combinations = place.combinations(names)
    pairs = Pairs(place.values(column.name), combinations)
    level = _Level(place, item, column, values, names, combinations, pairs)
    described = np.zeros(len(combinations), dtype=np.bool_)
    for number, (ref, one) in enumerate(zip(values.refs, asked, strict=True)):
        if one.obstacle:
            _note(place.look, (values.oid, number), None, place.group.name, item.name)
            yield from _not_evaluated(level, ref, one)
            continue
        held = holds(place, one, names)
        _note(place.look, (values.oid, number), bool(held.any()), place.group.name, item.name)
        if not any(set(ref.where_oids) & set(known.where_oids) for known in values.refs[:number]):
            yield from _described_twice(level, ref, held & described)
        yield from _value_problems(level, ref, held)
        described |= held
    if not any(one.obstacle for one in asked):
        yield from _left_over(level, ~described & (pairs.values > 0))


def unmatched_items(look: Look) -> Iterator[Problem]:
    """The value-level items that no record of any dataset matches; known at the end."""
    for (oid, number), (matched, dataset, variable) in look.matched.items():
        if matched is not False or dataset in look.unread:
            continue
        ref = look.value_lists[oid].refs[number]
        if ref.no_data:
            continue
        clauses = [look.clauses[one] for one in ref.where_oids if one in look.clauses]
        item = look.items.get(ref.item_oid)
        message = f"the where clause of {item.oid if item else ref.item_oid} holds for no record"
        yield Problem(
            "DEF014",
            Severity.WARNING,
            message,
            dataset,
            variable,
            location=look.at(_line(clauses, ref)),
            hint="Correct the condition, or remove the value-level item.",
        )


def _line(clauses: Sequence[WhereClause], ref: ItemRef) -> int:
    return clauses[0].line if len(clauses) == 1 and clauses[0].line else ref.line


def _note(
    look: Look, key: tuple[str, int], matched: bool | None, dataset: str, variable: str
) -> None:
    """Keep what is known of a value-level item: found once is found, unknown once is unknown."""
    known = look.matched.get(key, (False, dataset, variable))
    state = True if known[0] or matched else None if None in (known[0], matched) else False
    look.matched[key] = (state, known[1], known[2])


def _not_evaluated(level: _Level, ref: ItemRef, asked: Asked) -> Iterator[Problem]:
    if not asked.clauses:
        return
    message = f"the where clause of {ref.item_oid} was not evaluated: {asked.obstacle}"
    line = _line(asked.clauses, ref)
    yield level.place.problem("DEF072", Severity.NOTE, message, line, level.item.name)


def _described_twice(level: _Level, ref: ItemRef, both: Flags) -> Iterator[Problem]:
    count = int(level.pairs.values[both].sum())
    if count:
        shown = _combinations_shown(level, both & (level.pairs.values > 0))
        message = f"{ref.item_oid} describes values that another item describes too: {shown}"
        yield level.place.problem(
            "DEF071", Severity.WARNING, message, ref.line, level.item.name, count=count,
            hint="Let the where clauses of a value list exclude each other.",
        )  # fmt: skip


def _left_over(level: _Level, left: Flags) -> Iterator[Problem]:
    count = int(level.pairs.values[left].sum())
    if count:
        wanted = left[level.combinations.number]
        wanted &= level.place.values(level.column.name).codes >= 0
        shown = _combinations_shown(level, left)
        message = f"no value-level item of {level.item.name} describes {shown}"
        yield level.place.problem(
            "DEF015", Severity.WARNING, message, level.values.line or level.item.line,
            level.item.name, count=count, rows=np.flatnonzero(wanted)[:ROWS_SHOWN].tolist(),
        )  # fmt: skip


def _combinations_shown(level: _Level, chosen: Flags) -> str:
    """The values of the first few combinations, as far as they may be shown."""
    from clinmap.problems import quoted

    places = np.flatnonzero(chosen)
    shown = []
    for place in places[:SHOWN]:
        words = []
        for name, codes in zip(level.names, level.combinations.codes, strict=True):
            code = int(codes[place])
            texts = level.place.values(name).texts
            text = quoted(str(texts[code].as_py()), name) if code >= 0 else "missing"
            words.append(f"{name} {text}")
        shown.append(" and ".join(words) or "every record")
    more = len(places) - SHOWN
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def _value_problems(level: _Level, ref: ItemRef, held: Flags) -> Iterator[Problem]:
    """One value-level item against the records that its where clauses hold for."""
    item = level.place.look.items.get(ref.item_oid)
    rows = int(level.combinations.rows[held].sum())
    if item is None or not rows:
        return
    part = level.pairs.part(held)
    yield from _missing_problems(level, ref, item, rows, part.count)
    yield from item_problems(
        Described(level.place, item, part, level.column, level.item.name, by_value=True)
    )
    yield from _label_problems(level, item, held)


def _missing_problems(
    level: _Level, ref: ItemRef, item: Item, rows: int, count: int
) -> Iterator[Problem]:
    name, place = level.item.name, level.place
    if ref.no_data and count:
        message = f"def:HasNoData is Yes, but {item.oid} has {count} values"
        yield place.problem("DEF018", Severity.ERROR, message, ref.line, name)
    elif not count and not ref.no_data and place.look.tells_of_no_data:
        message = f"{item.oid} of {level.variable} has no value, but is not marked so"
        yield place.problem("DEF018", Severity.WARNING, message, ref.line, name)
    elif ref.mandatory and count < rows and not ref.no_data:
        message = f"{item.oid} of {level.variable} is mandatory, but {rows - count} records lack it"
        yield place.problem(
            "DEF070", Severity.WARNING, message, ref.line, name, count=rows - count
        )  # fmt: skip


def _label_problems(level: _Level, item: Item, held: Flags) -> Iterator[Problem]:
    """The label of a supplemental qualifier against QLABEL."""
    names = [column.name for column in level.place.dataset.columns]
    if level.item.name != "QVAL" or "QLABEL" not in names or not item.label:
        return
    labels = level.place.values("QLABEL")
    codes: Integers = np.unique(labels.codes[held[level.combinations.number]])
    texts = labels.texts.take(pa.array(codes[codes >= 0])).to_pylist()
    if any(text.strip() != item.label.strip() for text in texts) and not says_who("QLABEL"):
        message = f"{item.oid} has another label than QLABEL of its records"
        yield level.place.problem("DEF073", Severity.WARNING, message, item.line, "QVAL")
