"""What the page of results must know to walk back: analysis records, and the records behind them.

Plain data for the page's script, every record once. A table of records (a dataset or a raw file)
holds the values of the columns that are shown, each different value once. A node is a record with
the columns that were read; a trail is the nodes behind one cell, as the steps between their
numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from clinmap.app.package.package_files import PackageFiles
from clinmap.app.results.walking import Trail, Walker
from clinmap.readers.text_table import line_of
from clinmap.results.shown import Records

SUBJECT = "USUBJID"
VALUES = ("AVAL", "AVALC")
SHOWN_FIRST = (SUBJECT, "PARAM", "AVISIT", *VALUES)
NOT_SHOWN = ("STUDYID", "DOMAIN", "PARAMCD")
NOT_NAMED = -1
Node = tuple[str, tuple[str, ...], int]
"""A table, the columns that were read, and the number of the record."""

Start = tuple[str, str]
"""A dataset and the variable that a result used; the name is empty where it used none by itself."""


class RecordTable:
    """The records of a dataset or of a raw table that the page shows, and which columns of them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.columns: dict[str, int] = {}
        self.records: set[int] = set()

    def column(self, name: str) -> int:
        """The number of a column, which is shown from now on."""
        return self.columns.setdefault(name, len(self.columns))


class PageData:
    """Collects the records behind the values of a page; `variables` are what its results read."""

    def __init__(self, package: PackageFiles, variables: Mapping[str, Sequence[str]]) -> None:
        self.package = package
        self.walker = Walker(package)
        self._read = variables
        self._sets: dict[Records, int] = {}
        self._tables: dict[str, RecordTable] = {}

    def number_of(self, records: Records | None) -> int:
        """The number under which the page finds records; -1 where there are none."""
        if records is None or not records.rows:
            return NOT_NAMED
        return self._sets.setdefault(records, len(self._sets))

    def document(self) -> dict[str, Any]:
        """Everything that was collected, for the page's script."""
        trails = {start: self._trails(start, rows) for start, rows in self._starts().items()}
        sets = [self._set(records) for records in self._sets]
        nodes = self._nodes(trails.values())
        numbers = {node: number for number, node in enumerate(nodes)}
        told = [self._told(start, found, numbers) for start, found in trails.items()]
        return {
            "sets": sets,
            "nodes": list(_grouped(nodes, self._pattern)),
            "trails": told,
            "tables": [self._table_document(table) for table in self._tables.values()],
        }

    def variables_of(self, start: Start) -> tuple[str, ...]:
        """The variables that are followed: the one used, else the value, else all that are read."""
        dataset, variable = start
        known = self.package.operations[dataset]["variables"]
        asked = ((variable,), VALUES, self._read.get(dataset, ()))
        return next((found for one in asked if (found := tuple(v for v in one if v in known))), ())

    def _starts(self) -> dict[Start, list[int]]:
        """The rows of each dataset and variable that any value was made from."""
        rows: dict[Start, set[int]] = {}
        for records in self._sets:
            rows.setdefault((records.dataset, records.variable), set()).update(records.rows)
        return {start: sorted(rows[start]) for start in sorted(rows)}

    def _trails(self, start: Start, rows: Iterable[int]) -> dict[int, Trail]:
        variables = self.variables_of(start)
        return {row: self.walker.trail(start[0], row, variables) for row in rows}

    def _set(self, records: Records) -> list[Any]:
        table = self._table(records.dataset)
        table.records.update(records.rows)
        column = table.column(records.variable) if records.variable else NOT_NAMED
        return [self._place(records.dataset), column, ranges(sorted(records.rows))]

    def _nodes(self, trails: Iterable[Mapping[int, Trail]]) -> list[Node]:
        """Every record behind a cell, with the columns that were read of it, in a fixed order."""
        found = {
            (table, tuple(sorted(columns)), record)
            for one in trails for trail in one.values()
            for (table, record), columns in trail.items()
        }  # fmt: skip
        for table, _, record in found:
            self._table(table).records.add(record)
        return sorted(found)

    def _pattern(self, table: str, columns: Sequence[str]) -> list[Any]:
        """A table, and the columns that were read: those that its file has."""
        described = self._table(table)
        frame = self.package.frame(table) if table in self.package.operations else None
        kept = [name for name in columns if name and (frame is None or name in frame.columns)]
        return [self._place(table), [described.column(name) for name in kept]]

    def _told(
        self, start: Start, trails: Mapping[int, Trail], numbers: Mapping[Node, int]
    ) -> dict[str, Any]:
        ways = [
            sorted(numbers[t, tuple(sorted(columns)), n] for (t, n), columns in trail.items())
            for trail in trails.values()
        ]
        return {
            "table": self._place(start[0]),
            "column": self._table(start[0]).column(start[1]) if start[1] else NOT_NAMED,
            "followed": list(self.variables_of(start)),
            "nearest": [self._place(name) for name in _nearest(trails.values())],
            "rows": steps(trails),
            "ways": [steps(way) for way in ways],
        }

    def _table(self, name: str) -> RecordTable:
        if name not in self._tables:
            self._tables[name] = RecordTable(name)
            for column in self._first_columns(name):
                self._tables[name].column(column)
        return self._tables[name]

    def _place(self, name: str) -> int:
        self._table(name)
        return list(self._tables).index(name)

    def _first_columns(self, name: str) -> Iterator[str]:
        """The columns that tell what a record of a dataset is; none of a raw table is known to."""
        frame = self.package.frame(name) if name in self.package.operations else None
        if frame is None:
            return
        keys = self.package.manifest["datasets"][name]["keys"]
        analysis = name in self._read
        wanted = (*SHOWN_FIRST, *keys, *self._read[name]) if analysis else keys
        left_out = NOT_SHOWN if analysis else (*NOT_SHOWN, SUBJECT)
        yield from dict.fromkeys(n for n in wanted if n in frame.columns and n not in left_out)

    def _table_document(self, table: RecordTable) -> dict[str, Any]:
        records = sorted(table.records)
        if table.name in self.package.operations:
            return self._dataset_document(table, records)
        source = self.package.sources[table.name]
        first = records[0] if records else 1
        cells = {
            name: [self.package.raw_value(table.name, record, name)[1] for record in records]
            for name in table.columns
        }
        read = any(self.package.raw_value(table.name, first, name)[0] for name in table.columns)
        return {
            "name": table.name,
            "kind": "raw",
            "file": source["file"],
            "read": read,
            "given": source["format"] == "study",
            "columns": [{"name": name} for name in table.columns],
            "records": steps(records),
            "lines": steps(line_of(source["lines"], record) for record in records),
            "cells": [dictionary(cells[name]) for name in table.columns] if read else [],
            "corrected": dict(self._corrected(table, set(records))),
        }

    def _dataset_document(self, table: RecordTable, records: Sequence[int]) -> dict[str, Any]:
        made = self.package.operations[table.name]
        described = self.package.manifest["datasets"].get(table.name, {})
        known = made["variables"]
        cells = [
            [self.walker.value(table.name, record, name)[1] for record in records]
            for name in table.columns
        ]
        return {
            "name": table.name,
            "kind": "adam" if described.get("purpose") == "Analysis" else "sdtm",
            "label": made["label"],
            "file": described.get("file", ""),
            "read": True,
            "columns": [
                {"name": name, "label": known.get(name, {}).get("label", "")}
                for name in table.columns
            ],
            "shown": len(list(self._first_columns(table.name))),
            "records": steps(records),
            "cells": [dictionary(column) for column in cells],
        }

    def _corrected(self, table: RecordTable, records: set[int]) -> Iterator[tuple[str, Any]]:
        """By record and column: what a corrected cell holds now, what it held, and why."""
        for (name, record, column), made in self.package.corrections.items():
            if name == table.name and record in records and column in table.columns:
                why = ", ".join(filter(None, (made["reason"], made["approver"], made["date"])))
                said = [made["new"] or None, made["old"] or None, made["id"], why]
                yield f"{record}.{table.columns[column]}", said


def _grouped(
    nodes: Iterable[Node], pattern: Callable[[str, Sequence[str]], list[Any]]
) -> Iterator[list[Any]]:
    """Nodes of the same table and columns together: the pattern, and the steps of the records."""
    groups: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for table, columns, record in nodes:
        groups.setdefault((table, columns), []).append(record)
    for (table, columns), records in groups.items():
        yield [*pattern(table, columns), steps(records)]


def _nearest(trails: Iterable[Trail]) -> list[str]:
    """The tables behind cells, the ones that are reached first on most ways first."""
    ranks: dict[str, list[int]] = {}
    for trail in trails:
        for rank, name in enumerate(dict.fromkeys(table for table, _ in trail)):
            ranks.setdefault(name, []).append(rank)
    return sorted(ranks, key=lambda name: (sum(ranks[name]) / len(ranks[name]), name))


def steps(numbers: Iterable[int]) -> list[int]:
    """Numbers as the first one and the steps between them, which are shorter to write.

    >>> steps([7, 8, 12])
    [7, 1, 4]
    """
    found = list(numbers)
    return found[:1] + [after - before for before, after in pairwise(found)]


def ranges(numbers: Iterable[int]) -> str:
    """Sorted numbers as text, those that follow each other as a range.

    >>> ranges([1, 2, 3, 7, 9, 10])
    '1-3 7 9-10'
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def dictionary(values: Sequence[str | None]) -> list[Any]:
    """A column as its different values and a number for each record, where that is shorter.

    >>> dictionary(["A", "A", "A"]), dictionary(["1.5", "2"])
    ([['A'], [0, 0, 0]], [['1.5', '2']])
    """
    known = {value: number for number, value in enumerate(dict.fromkeys(values))}
    if 2 * len(known) > len(values):
        return [list(values)]
    return [list(known), [known[value] for value in values]]
