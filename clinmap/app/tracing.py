"""Where a cell of a dataset came from: its operations, and the cells behind it, down to the raw.

Everything is read from a package: the values from its files, the operations and the links between
rows from its lineage. Chains are followed through variables of the same dataset and through other
datasets (ADAE, AE, the raw table; SUPPAE, AE; DM, EX, EC, the raw table).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from clinmap.app.package.package_files import PackageFiles
from clinmap.plan import Ref, parse_reference
from clinmap.problems import SpecificationError, near_match
from clinmap.readers.text_table import line_of

if TYPE_CHECKING:
    import pandas as pd

Shape = tuple[int, int]
"""A source of a dataset, and which of its templates (-1: its rows as they are)."""

RECORDS_FOLLOWED = 10
_BARE = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<![\w.$/])[A-Z_][A-Z0-9_]*\b(?!\s*[(.])"""
)


@dataclass(frozen=True, slots=True)
class Done:
    """One operation that a value went through, and where the specification asks for it."""

    operation: str
    does: str
    spec: str


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell of a raw file; `line` 0 where records have no line, `value` only where it was read."""

    table: str
    file: str
    record: int
    line: int
    column: str
    read: bool
    value: str | None


@dataclass(frozen=True, slots=True)
class CorrectedCell(RawCell):
    """A cell of a raw file that was corrected; `value` is what the datasets were made from.

    `old` is what the file holds, `correction` the id, and `spec` the line of corrections.csv.
    """

    old: str | None
    correction: str
    reason: str
    approver: str
    date: str
    spec: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What can be said where no cell can be named."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a dataset, how it was made, and the cells that it was made from.

    `in_file` is False where the package has no value of it (a work variable, or a dataset that was
    not written); `repeated` marks a cell whose making is told elsewhere in the same answer.
    """

    dataset: str
    row: int
    variable: str
    label: str
    origin: str
    in_file: bool
    value: str | None
    operations: tuple[Done, ...] = ()
    inputs: tuple[Cell | RawCell | Remark, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class TracedRow:
    """One row of a dataset: the records that it came from, and its cells.

    `records` are the raw records behind those sources that are rows of other datasets.
    """

    dataset: str
    row: int
    sources: tuple[RawCell | Remark, ...]
    cells: tuple[Cell, ...]
    records: tuple[RawCell | Remark, ...] = ()


class Tracer:
    """Follows cells through a package."""

    def __init__(self, package: PackageFiles) -> None:
        self.package = package
        self.told: set[tuple[str, int, str]] = set()
        self._columns: dict[tuple[str, str], Any] = {}
        self._constants: dict[tuple[str, Shape], list[tuple[str, str]]] = {}
        self._shapes_of: dict[tuple[str, int], list[Shape]] = {}

    def row(
        self, dataset: str, row: int, variables: Sequence[str], *, repeat: bool = False
    ) -> TracedRow:
        """A row with these variables; `repeat` tells chains that they share for each of them."""
        self.told = set()
        links = self.package.links(dataset).of(row, "")
        sources = tuple(self._record(*link) for link in links)
        cells = []
        for variable in variables:
            self.told = set() if repeat else self.told - {(dataset, row, variable)}
            cells.append(self.cell(dataset, row, variable))
        return TracedRow(dataset, row, sources, tuple(cells), tuple(self._raw_records(links)))

    def cell(self, dataset: str, row: int, variable: str) -> Cell:
        """A cell and everything behind it; what was told before is only named."""
        made = self.package.operations[dataset]["variables"].get(variable, {})
        in_file, value = self.value(dataset, row, variable)
        repeated = (dataset, row, variable) in self.told
        self.told.add((dataset, row, variable))
        steps: list[Any] = []
        inputs: list[Cell | RawCell | Remark] = []
        if not repeated:
            parent = self.package.operations[dataset]["parent"]
            if parent:
                inputs = self._from_parent(dataset, row, variable, parent)
            else:
                steps = self._steps(dataset, row, made)
                inputs = list(self._inputs(dataset, row, variable, steps))
                if not steps:
                    inputs = [Remark("the specification gives rows of this source no value")]
        done = tuple(Done(s["operation"], s["does"], s["spec"]) for s in steps)
        return Cell(
            dataset, row, variable, made.get("label", ""), made.get("origin", ""),
            in_file, value, done, tuple(inputs), repeated,
        )  # fmt: skip

    def value(self, dataset: str, row: int, variable: str) -> tuple[bool, str | None]:
        """Whether the package has the cell, and its value as text (dates in ISO 8601)."""
        frame = self.package.frame(dataset)
        if frame is None or variable not in frame.columns or row > len(frame):
            return False, None
        made = self.package.operations[dataset]["variables"].get(variable, {})
        if (dataset, variable) not in self._columns:
            self._columns[dataset, variable] = frame[variable].array
        return True, shown_value(self._columns[dataset, variable][row - 1], made.get("type", ""))

    def _record(self, source: str, record: int) -> RawCell | Remark:
        if source in self.package.operations:
            return Remark(f"{source} row {record}")
        return self._raw(source, record, "")

    def _raw_records(self, links: list[tuple[str, int]]) -> Iterator[RawCell | Remark]:
        """The raw records behind rows of datasets, through as many datasets as there are."""
        made = self.package.operations
        behind = [link for link in links if link[0] in made]
        found: dict[tuple[str, int], None] = {}
        while behind:
            name, row = behind.pop()
            for link in self.package.links(name).of(row, ""):
                (behind.append if link[0] in made else found.setdefault)(link)
        yield from (self._raw(*link, "") for link in sorted(found)[:RECORDS_FOLLOWED])
        if len(found) > RECORDS_FOLLOWED:
            yield Remark(f"{len(found) - RECORDS_FOLLOWED} more raw records")

    def _raw(self, table: str, record: int, column: str) -> RawCell:
        source = self.package.sources[table]
        line = line_of(source["lines"], record)
        made = self.package.corrections.get((table, record, column))
        if made is not None:
            return CorrectedCell(
                table, source["file"], record, line, column, True, made["new"] or None,
                made["old"] or None, made["id"], made["reason"], made["approver"], made["date"],
                made["spec"],
            )  # fmt: skip
        read, value = self.package.raw_value(table, record, column)
        return RawCell(table, source["file"], record, line, column, read, value)

    def _behind(self, source: str, record: int, column: str) -> Cell | RawCell:
        if source in self.package.operations:
            return self.cell(source, record, column)
        return self._raw(source, record, column)

    def _from_parent(
        self, dataset: str, row: int, variable: str, parent: str
    ) -> list[Cell | RawCell | Remark]:
        """A supplemental qualifier: its value and its reference are cells of the parent."""
        named = {"QVAL": "QNAM", "IDVARVAL": "IDVAR"}
        column = variable
        if variable in named:
            column = self.value(dataset, row, named[variable])[1] or ""
        if column not in self.package.operations[parent]["variables"]:
            return [Remark(f"as the specification of {parent} says")]
        links = self.package.links(dataset).of(row, "")
        return [self.cell(parent, record, column) for _, record in links]

    def _steps(self, dataset: str, row: int, made: Mapping[str, Any]) -> list[Any]:
        """The operations that made this cell: those of the row's source, else those of all rows."""
        uses = made.get("by_source", [])
        chosen: list[Any] = []
        for source, template in self._shapes(dataset, row) if uses else ():
            fitting = [u for u in uses if u["source"] == source and u["template"] in (template, -1)]
            steps = fitting[0]["steps"] if fitting else made.get("steps", [])
            chosen += [step for step in steps if step not in chosen]
        return chosen if uses else list(made.get("steps", []))

    def _shapes(self, dataset: str, row: int) -> list[Shape]:
        """The sources and templates that this row can come from: as its constants tell."""
        if (dataset, row) not in self._shapes_of:
            self._shapes_of[dataset, row] = self._possible(dataset, row)
        return self._shapes_of[dataset, row]

    def _possible(self, dataset: str, row: int) -> list[Shape]:
        described = self.package.operations[dataset]
        tables = {source for source, _ in self.package.links(dataset).of(row, "")}
        shapes = [
            (number, template)
            for number, source in enumerate(described["sources"])
            if source["table"] in tables
            for template in (range(source["templates"]) if source["templates"] else (-1,))
        ]
        return [shape for shape in shapes if self._fits(dataset, row, shape)] or shapes

    def _fits(self, dataset: str, row: int, shape: Shape) -> bool:
        if (dataset, shape) not in self._constants:
            self._constants[dataset, shape] = [
                (variable, use["constant"])
                for variable, made in self.package.operations[dataset]["variables"].items()
                for use in made["by_source"]
                if (use["source"], use["template"]) == shape and use["constant"] is not None
            ]
        return all(
            self.value(dataset, row, variable) in ((True, constant), (False, None))
            for variable, constant in self._constants[dataset, shape]
        )

    def _inputs(
        self, dataset: str, row: int, variable: str, steps: list[Any]
    ) -> Iterator[Cell | RawCell | Remark]:
        for text, rows in self._read(dataset, row, variable, steps).items():
            reference = parse_reference(text)
            if reference is None:
                continue
            if reference.kind == "own":
                for other in rows:
                    if (other, reference.column) != (row, variable):
                        yield self.cell(dataset, other, reference.column)
            else:
                yield from self._elsewhere(dataset, row, variable, reference)

    def _read(
        self, dataset: str, row: int, variable: str, steps: list[Any]
    ) -> dict[str, dict[int, None]]:
        """What is read, and in which rows of the dataset: this one, or the one linked to it."""
        found: dict[str, dict[int, None]] = {}
        for step in steps:
            rows = [row]
            if step.get("of_other_row"):
                links = self.package.links(dataset).of(row, variable)
                rows = [record for source, record in links if source == dataset] or rows
            for text in step["inputs"]:
                found.setdefault(text, {}).update(dict.fromkeys(rows))
        return found

    def _elsewhere(
        self, dataset: str, row: int, variable: str, reference: Ref
    ) -> Iterator[Cell | RawCell | Remark]:
        """The cells of other tables that a reference means for this row."""
        links = self.package.links(dataset)
        if reference.kind == "source":
            found = links.of(row, "")
        else:
            table = self._table(dataset, reference.owner)
            found = [link for link in links.of(row, variable) if link[0] == table]
            found = found or links.of(row, f"@{reference.owner}")
            if not found:
                elsewhere = links.of(row, variable)
                why = "the value is from another dataset" if elsewhere else "no row met this one"
                yield Remark(f"{reference}: {why}")
        for source, record in found[:RECORDS_FOLLOWED]:
            yield self._behind(source, record, reference.column)
        if len(found) > RECORDS_FOLLOWED:
            yield Remark(f"and {len(found) - RECORDS_FOLLOWED} more rows of {found[0][0]}")

    def _table(self, dataset: str, owner: str) -> str:
        for source in self.package.operations[dataset]["sources"]:
            if owner in source["joins"]:
                return str(source["joins"][owner])
        return owner


def shown_value(value: object, kind: str) -> str | None:
    """A value as text, SAS dates and times in ISO 8601; None where it is missing."""
    from clinmap.frames import decimal_text

    if isinstance(value, str):
        return value
    if not isinstance(value, int | float) or math.isnan(value):
        return None
    number = float(value)
    if kind == "date":
        return (date(1960, 1, 1) + timedelta(days=number)).isoformat()
    if kind == "datetime":
        return (datetime(1960, 1, 1) + timedelta(seconds=number)).isoformat()
    if kind == "time":
        return (datetime(1960, 1, 1) + timedelta(seconds=number)).time().isoformat()
    return decimal_text(number)


def matching_rows(package: PackageFiles, dataset: str, where: str, row: int | None) -> list[int]:
    """The numbers of the rows that are asked for, from 1; of all where nothing is asked.

    Problems: SpecificationError SPC004 (a condition that is none), SPC011 (a variable that is not
    there), SPC021 (no row matches).
    """
    frame = package.frame(dataset)
    last = len(frame) if frame is not None else package.links(dataset).last
    rows = list(range(1, last + 1))
    if where:
        kinds = {n: v.get("type", "") for n, v in package.operations[dataset]["variables"].items()}
        rows = _where(dataset, frame, where, kinds)
    if row is not None:
        rows = [number for number in rows if number == row]
    if not rows:
        asked = f"where {where}" if where else f"row {row}" if row is not None else "any row"
        raise SpecificationError("SPC021", f"no row of {dataset} matches: {asked}",
                                 hint=f"{dataset} has {last} rows.")  # fmt: skip
    return rows


def _where(
    dataset: str, frame: pd.DataFrame | None, where: str, kinds: Mapping[str, str]
) -> list[int]:
    """The rows where a condition is true; dates are compared as they are shown, in ISO 8601."""
    from clinmap.execution.evaluate import is_true
    from clinmap.expressions import parse_expression

    if frame is None:
        raise SpecificationError(
            "SPC021", f"the package has no file of {dataset}", hint="Ask for a row with --row."
        )
    try:
        condition = parse_expression(_BARE.sub(_own, where))
        for reference in condition.references:
            _known(reference, dataset, frame)
        mask = is_true(
            condition, lambda ref: _shown(frame[ref.column], kinds.get(ref.column, "")), frame.index
        )
    except (ValueError, TypeError) as error:
        said = str(error).replace(_BARE.sub(_own, where), where)
        raise SpecificationError("SPC004", f"--where: {said}") from None
    return [number + 1 for number in mask.nonzero()[0].tolist()]


def _shown(values: pd.Series, kind: str) -> pd.Series:
    """SAS dates and times as ISO 8601 text, everything else as it is."""
    if kind not in ("date", "datetime", "time") or values.dtype.kind != "f":
        return values
    known = {number: shown_value(number, kind) for number in values.dropna().unique().tolist()}
    return values.map(known).astype("str")


def _own(match: re.Match[str]) -> str:
    """A bare variable name as a reference to it; texts stay as they are."""
    return match[0] if match[0][0] in "'\"" else f".{match[0]}"


def _known(reference: Ref, dataset: str, frame: pd.DataFrame) -> None:
    if reference.kind != "own" or reference.column not in frame.columns:
        raise SpecificationError(
            "SPC011",
            f"{dataset} has no variable {reference.column!r}",
            hint=near_match(reference.column, map(str, frame.columns)),
        )
