"""Walking back from many cells of analysis datasets at once: the records that they come from.

What `clinmap trace` tells of one cell is found here for thousands: each step of the way once, and
without the operations. Records of datasets that have no file are passed through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from clinmap.app.package.package_files import PackageFiles
from clinmap.app.tracing import Cell, RawCell, Remark, Tracer

Place = tuple[str, int, str]
"""A cell of a dataset or of a raw table: its name, the record's number from 1, the column."""

Trail = Mapping[tuple[str, int], frozenset[str]]
"""Records by table and number, with the columns that were read; none where the record as a whole
gave the row."""


class Walker(Tracer):
    """Finds the records behind cells; a step that many cells share is taken once."""

    def __init__(self, package: PackageFiles) -> None:
        super().__init__(package)
        self._steps_taken: dict[Place, tuple[Place, ...]] = {}
        self._known: dict[Place, Place] = {}

    def trail(self, dataset: str, row: int, variables: Iterable[str]) -> Trail:
        """The records behind cells of one row, the nearest first, without the row itself.

        Where no cell leads to a raw one (a constant, a row that counts others), the records that
        the row came from are given as a whole. Problems: none.
        """
        found: dict[tuple[str, int], set[str]] = {}
        for table, record, column in self._reached(dataset, row, variables):
            if self._in_file(table):
                found.setdefault((table, record), set()).add(column)
        if not any(table in self.package.sources for table, _ in found):
            found |= {place: found.get(place, set()) for place in self._row_sources(dataset, row)}
        found.pop((dataset, row), None)
        return {place: frozenset(columns) for place, columns in found.items()}

    def _in_file(self, table: str) -> bool:
        return table in self.package.sources or self.package.frame(table) is not None

    def _reached(self, dataset: str, row: int, variables: Iterable[str]) -> list[Place]:
        """Every cell behind, the nearest first."""
        reached: list[Place] = [(dataset, row, variable) for variable in variables]
        seen = set(reached)
        for place in reached:  # it grows on the way
            for behind in self._behind_place(place):
                if behind not in seen:
                    seen.add(behind)
                    reached.append(behind)
        return reached

    def _behind_place(self, place: Place) -> tuple[Place, ...]:
        """The cells that a cell was directly made from; none behind a raw one."""
        if place not in self._steps_taken:
            dataset = place[0]
            steps = self._direct(*place) if dataset in self.package.operations else ()
            self._steps_taken[place] = tuple(dict.fromkeys(steps))
        return self._steps_taken[place]

    def _direct(self, dataset: str, row: int, variable: str) -> Iterator[Place]:
        described = self.package.operations[dataset]
        items: Iterable[Cell | RawCell | Remark]
        if described["parent"]:
            items = self._from_parent(dataset, row, variable, described["parent"])
        else:
            made = described["variables"].get(variable, {})
            items = self._inputs(dataset, row, variable, self._steps(dataset, row, made))
        for item in items:
            if not isinstance(item, Remark):
                place = _place(item)
                yield self._known.setdefault(place, place)

    def _row_sources(self, dataset: str, row: int) -> Iterator[tuple[str, int]]:
        """The records that a row came from, raw ones and those of datasets with a file."""
        rows = [(dataset, row)]
        seen = set(rows)
        for name, number in rows:  # it grows on the way
            for link in self.package.links(name).of(number, ""):
                if link not in seen:
                    seen.add(link)
                    if link[0] in self.package.operations:
                        rows.append(link)
                    if self._in_file(link[0]):
                        yield link

    def cell(self, dataset: str, row: int, variable: str) -> Cell:
        """A cell by its place alone: what is behind it is asked for when it is reached."""
        return Cell(dataset, row, variable, "", "", in_file=False, value=None)

    def _raw(self, table: str, record: int, column: str) -> RawCell:
        return RawCell(table, "", record, 0, column, read=False, value=None)


def _place(item: Cell | RawCell) -> Place:
    if isinstance(item, Cell):
        return item.dataset, item.row, item.variable
    return item.table, item.record, item.column
