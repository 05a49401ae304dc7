"""Making of the parts of a stage what one run over all rows makes.

**Why this is exact.** The rows of a dataset at work stand by segment, and in each by the row of the
segment's table that they were made from; rows made from the same one stand as that one spread them.
Each row of a table with subjects becomes records in one part only, since a part makes records of
its own rows alone; so all rows that one row was spread to are of one part, and sorting the rows of
all parts by segment and row, ties as they stand, gives the whole's order at work. Values are the
same because a local dataset looks at rows of one subject, all of which are in the part, or meets a
table that is in every part whole. The final order is total: keys, then hashes, then the order at
work; and so is that of lineage: row, word, record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinmap.execution.finish import AtWork, Built
from clinmap.execution.found import Found
from clinmap.frames import TEXT, Positions
from clinmap.graph import SUBJECT
from clinmap.ordering import ranked
from clinmap.partition.dealing import Dealing
from clinmap.partition.task import PartBuilt, PartResult
from clinmap.plan import DatasetPlan, Purpose


class Merging:
    """The parts of one stage, on their way to becoming datasets.

    Where the rows of a dataset stand in the whole is found out when somebody asks for it: `at_work`
    and `final` say it of each part, of those at work only where another dataset is made from them.
    """

    def __init__(self, dealing: Dealing, results: Sequence[PartResult]) -> None:
        self.dealing = dealing
        self.results = sorted(results, key=lambda result: result.number)
        self.plans: dict[str, DatasetPlan] = {
            plan.name: plan for plans in dealing.datasets.values() for plan in plans
        }
        self.at_work: dict[str, list[Positions]] = {}
        self.final: dict[str, list[Positions]] = {}
        self._works: dict[str, AtWork] = {}
        self._takes: dict[str, Positions | None] = {}
        self._sources = {source.table for plan in self.plans.values() for source in plan.sources}

    def parts(self, name: str) -> list[PartBuilt]:
        """A dataset as each part has it."""
        return [result.datasets[name] for result in self.results]

    def found(self, name: str) -> list[Found]:
        """What parts found of a dataset, in terms of the whole; nothing where they did not."""
        return [
            self._said_of_whole(number, result.found[name])
            for number, result in enumerate(self.results)
            if name in result.found
        ]

    def merged(self, name: str) -> Built:
        """A dataset as one run makes it; its parts are given up."""
        self._place(name)
        parts = [result.datasets.pop(name) for result in self.results]
        take = self._takes.pop(name)
        hashes = np.concatenate([part.hashes for part in parts])
        lineage = self._lineage(name, [part.lineage for part in parts])
        frame = _frame(parts, take)
        whole = hashes if take is None else hashes[take]
        return Built(self.plans[name], frame, lineage, whole, self._works.pop(name))

    # where rows stand

    def _place(self, name: str) -> None:
        """Find out where each row of each part stands in the whole, at work and in the end."""
        if name in self.final:
            return
        works = [part.work for part in self.parts(name)]
        segments = np.concatenate([work.segment_of for work in works])
        rows = np.concatenate([self._segment_rows(name, n, work) for n, work in enumerate(works)])
        order = np.lexsort((rows, segments))
        place = _inverse(order)
        bounds = np.cumsum([len(work.order) for work in works])[:-1]
        places = np.split(place, bounds)
        if name in self._sources:
            self.at_work[name] = places
        pairs = zip(places, works, strict=True)
        finished = np.concatenate([mine[work.order] for mine, work in pairs])
        take = self._take(name, finished)
        whole = finished if take is None else finished[take]
        self._takes[name] = take
        self._works[name] = AtWork(whole, segments[order], rows[order], works[0].tables)
        ends = np.arange(len(place)) if take is None else _inverse(take)
        self.final[name] = np.split(ends, bounds)

    def _segment_rows(self, name: str, part: int, work: AtWork) -> Positions:
        """The row of its segment's table in the whole that each row at work came from."""
        rows = work.positions.copy()
        for number, table in enumerate(work.tables):
            here = work.segment_of == number
            rows[here] = self._in_whole(name, table, part, rows[here], at_work=True)
        return rows

    def _in_whole(
        self, name: str, table: str, part: int, rows: Positions, *, at_work: bool = False
    ) -> Positions:
        """Rows of a table that a part read, as rows of the table that the whole reads.

        A dataset of the same purpose is read in its order at work, and named in its final one.
        """
        if table in self.plans:
            self._place(table)
            beside = self.plans[table].purpose == self._purpose(name)
            where = self.at_work if at_work and beside else self.final
            return where[table][part][rows]
        each = self.dealing.records.get((self._purpose(name), table))
        return rows if each is None else each[part][rows]

    def _purpose(self, name: str) -> Purpose:
        return self.plans[name].purpose

    def _take(self, name: str, finished: Positions) -> Positions | None:
        """The rows of all parts one after the other in their final order; None where they are."""
        parts, plan = self.parts(name), self.plans[name]
        keys = [key for key in (plan.order or plan.keys) if key in parts[0].frame.columns]
        if _in_order(keys, parts):
            return None
        at_work = _inverse(finished)
        hashes = np.concatenate([part.hashes for part in parts])[at_work]
        columns = [_column(parts, key).take(at_work).reset_index(drop=True) for key in keys]
        return at_work[ranked(columns, hashes)]

    # lineage

    def _lineage(self, name: str, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
        words = {
            column: sorted({word for part in parts for word in part[column].cat.categories})
            for column in ("variable", "source")
        }
        codes = {
            column: np.concatenate([_codes(part[column], known) for part in parts])
            for column, known in words.items()
        }
        rows = np.concatenate(
            [
                self.final[name][number][part["row"].to_numpy() - 1]
                for number, part in enumerate(parts)
            ]
        )
        records = np.concatenate(
            [self._records(name, number, part) for number, part in enumerate(parts)]
        )
        return _sorted_lineage(rows, codes, records, words)

    def _records(self, name: str, number: int, part: pd.DataFrame) -> Positions:
        """The record of each link of a part, as the lineage of the whole names it."""
        records = part["record"].to_numpy() - 1
        of = part["source"].cat.codes.to_numpy()
        for code, table in enumerate(part["source"].cat.categories):
            here = of == code
            found = self._in_whole(name, table, number, records[here])
            records[here] = self._ended(name, table, found)
        return records

    def _ended(self, name: str, table: str, rows: Positions) -> Positions:
        """Rows at work of a dataset that was there before, as rows in its final order."""
        before = self.dealing.before
        built = before.built.get(table)
        if table in self.plans or built is None or built.plan.purpose != self._purpose(name):
            return rows
        return before.final(table)[rows]

    # problems

    def _said_of_whole(self, part: int, found: Found) -> Found:
        """What a part found, with its rows of datasets of the other purpose as the whole has them.

        Raw records, and rows of datasets that were there before, have their final names already.
        """

        def named(pieces: Sequence[tuple[str, Positions]]) -> list[tuple[str, Positions]]:
            return [(table, self._finished(table, part, rows)) for table, rows in pieces]

        told = [replace(one, pieces=tuple(named(one.pieces))) for one in found.told]
        return Found(found.problems, named(found.left_out), found.asked, told)

    def _finished(self, table: str, part: int, rows: Positions) -> Positions:
        """Rows of a part's dataset in the final order of the whole; those of other tables stay."""
        if table not in self.plans:
            return rows
        self._place(table)
        return self.final[table][part][rows]


def _inverse(order: Positions) -> Positions:
    inverse = np.empty(len(order), dtype=np.int64)
    inverse[order] = np.arange(len(order))
    return inverse


def _column(parts: Sequence[PartBuilt], name: str) -> pd.Series:
    return pd.concat([part.frame[name] for part in parts], ignore_index=True)


def _frame(parts: Sequence[PartBuilt], take: Positions | None) -> pd.DataFrame:
    """The rows of all parts; a column of a part is given up as soon as it is taken."""
    size = sum(len(part.hashes) for part in parts)
    held = [dict(part.frame.items()) for part in parts]
    for part in parts:
        part.frame = pd.DataFrame(index=part.frame.index)
    columns = {}
    for name in list(held[0]):
        whole = pd.concat([own.pop(name) for own in held], ignore_index=True)
        columns[name] = whole if take is None else whole.take(take).reset_index(drop=True)
    return pd.DataFrame(columns, index=pd.RangeIndex(size), copy=False)


def _in_order(keys: Sequence[str], parts: Sequence[PartBuilt]) -> bool:
    """Whether the subjects of each part stand behind those of the parts before it."""
    if SUBJECT not in keys:
        return False
    for key in keys[: keys.index(SUBJECT)]:
        leading = {value for part in parts for value in part.frame[key].unique().tolist()}
        if len(leading) > 1:
            return False
    last = ""
    for number, part in enumerate(parts):
        subjects = part.frame[SUBJECT]
        if subjects.empty:
            continue
        known = subjects.dropna().unique().tolist()
        if (number and subjects.isna().any()) or (known and min(known) <= last):
            return False
        last = max([*known, last])
    return True


def _codes(words: pd.Series, known: Sequence[str]) -> npt.NDArray[np.int64]:
    """The words of one part's lineage as places among those of all parts."""
    places = np.array([known.index(word) for word in words.cat.categories], dtype=np.int64)
    return places[words.cat.codes.to_numpy()] if len(places) else np.empty(0, np.int64)


def _sorted_lineage(
    rows: Positions,
    codes: Mapping[str, npt.NDArray[np.int64]],
    records: Positions,
    words: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Links in the order of rows, words and records."""
    span = 1 + int(records.max(initial=0))
    which = codes["variable"] * len(words["source"]) + codes["source"]
    # only the pairs that occur are counted, so that the key of 10^8 rows still fits
    place = np.cumsum(np.bincount(which) > 0) if len(which) else which
    key = (rows * (1 + int(place.max(initial=0))) + place[which]) * span + records
    if (np.diff(key) < 0).any():
        order = np.argsort(key, kind="stable")
        rows, records = rows[order], records[order]
        codes = {name: held[order] for name, held in codes.items()}

    def worded(name: str) -> pd.Categorical:
        categories: pd.Index = pd.Index(list(words[name]), dtype=TEXT)
        return pd.Categorical.from_codes(codes[name], categories=categories)

    columns = {"row": rows + 1, "variable": worded("variable"), "source": worded("source")}
    return pd.DataFrame({**columns, "record": records + 1})
