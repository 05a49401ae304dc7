"""Putting together what was found of a dataset in several parts, as one run finds it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinmap.execution.found import Found, Told
from clinmap.execution.rows import LEFT_OUT, ROWS_KEPT, named_rows
from clinmap.frames import Positions
from clinmap.operations.listed_texts import MOST_NAMED, of_many
from clinmap.problems import Problem

Key = tuple[object, ...]
Pieces = tuple[tuple[str, Positions], ...]


@dataclass(frozen=True, slots=True)
class _Telling:
    """A problem of one part: what was told, and all the raw records where they were left out.

    `again` is how often the part had told exactly this before.
    """

    problem: Problem
    told: Told
    left_out: Pieces
    again: int = 0


def merged_found(parts: Sequence[Found]) -> Found:
    """What one run over all parts finds: each problem once, with the rows of all of them.

    A problem's rows are the first that a run would name, in its order: place by place, and in each
    by record. Raw records of one place never stand in another order in a part than in the whole.
    """
    groups: dict[Key, list[_Telling]] = defaultdict(list)
    for telling in _counted([telling for part in parts for telling in _tellings(part)]):
        groups[_key(telling)].append(telling)
    merged = Found(asked={name for part in parts for name in part.asked})
    for tellings in groups.values():
        _add(merged, tellings)
    return merged


def _tellings(part: Found) -> list[_Telling]:
    """The problems of a part with what stands behind them."""
    left_out, found = iter(part.left_out), list[_Telling]()
    before: Counter[Key] = Counter()
    for problem, told in zip(part.problems, part.told, strict=True):
        mine = tuple(next(left_out) for _ in told.pieces) if problem.code in LEFT_OUT else ()
        telling = _Telling(problem, told, mine)
        found.append(replace(telling, again=before[_key(telling)]))
        before[_key(telling)] += 1
    return found


def _counted(tellings: Sequence[_Telling]) -> list[_Telling]:
    """The same, where texts that are few in each part and many in all are told as many."""
    together: dict[Key, dict[str, None]] = defaultdict(dict)
    for telling in tellings:
        if telling.told.listed is not None:
            together[_list_key(telling)].update(dict.fromkeys(telling.told.listed.texts))
    many = {key: tuple(texts) for key, texts in together.items() if len(texts) > MOST_NAMED}
    return [_as_many(telling, many.get(_list_key(telling))) for telling in tellings]


def _list_key(telling: _Telling) -> Key:
    """What the texts of one list have in common."""
    problem, told = telling.problem, telling.told
    said = (told.listed.said, told.listed.hint) if told.listed is not None else None
    return (problem.code, problem.variable, problem.location, told.turn, said)


def _as_many(telling: _Telling, texts: tuple[str, ...] | None) -> _Telling:
    """What is told of a text as one of many."""
    if texts is None or telling.told.listed is None:
        return telling
    listed = replace(telling.told.listed, texts=texts)
    problem = replace(telling.problem, message=of_many(listed), hint=listed.hint)
    return replace(telling, problem=problem, told=replace(telling.told, listed=listed))


def _key(telling: _Telling) -> Key:
    """What two parts say alike where one run would say it once."""
    problem = replace(telling.problem, count=0, rows=())
    tables = tuple(table for table, _ in telling.told.pieces)
    return (problem, telling.told.turn, tables, telling.again)


def _add(merged: Found, tellings: Sequence[_Telling]) -> None:
    pieces = _joined([telling.told.pieces for telling in tellings])
    first = tuple((name, rows[:ROWS_KEPT]) for name, rows in pieces)
    told = replace(tellings[0].told, pieces=first)
    count = sum(telling.problem.count for telling in tellings)
    rows = named_rows(told.pieces)
    merged.problems.append(replace(tellings[0].problem, count=count, rows=rows))
    merged.told.append(told)
    merged.left_out += _joined([telling.left_out for telling in tellings])


def _joined(parts: Sequence[Pieces]) -> Pieces:
    """The records of each place over all parts, in their order."""
    return tuple(
        (each[0][0], np.sort(np.concatenate([rows for _, rows in each]), kind="stable"))
        for each in zip(*parts, strict=True)
    )
