"""The sheets of a workbook as rows of named cells; headers in any case and spacing.

Rows and cells are texts that a reader of workbooks gives; nothing is read here. Problems:
InputError WBK001 (no Excel specification), and as findings WBK002 and WBK003 (a sheet or column
that is not known and is left out), WBK004 (a row without what tells which thing it describes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from clinmap.codes import severity_of
from clinmap.problems import InputError, Location, Problem, near_match, quoted
from define.workbook import layout as sheets
from define.workbook.layout import ALIASES, COLUMNS, FURTHER, REQUIRED, SHEET_ALIASES, folded

Grid = Sequence[Sequence[str]]


@dataclass(slots=True)
class Notes:
    """What was found on the way, each with its sheet, row and column."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def place(self, sheet: str, row: int = 0, column: int = 0) -> Location:
        """A cell as a place that messages name."""
        return Location(f"{self.file}, sheet {sheet}", row, column)

    def say(self, code: str, message: str, place: Location, hint: str = "") -> None:
        """Add a finding."""
        self.problems.append(Problem(code, severity_of(code), message, location=place, hint=hint))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet: its cells by the names of the columns."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]

    def get(self, name: str) -> str:
        """A cell; empty where the sheet has no such column."""
        return self.cells.get(name, "")


@dataclass(slots=True)
class Tables:
    """The rows of the sheets that are known, and where each column stands."""

    notes: Notes
    rows: dict[str, list[Row]] = field(default_factory=dict)
    columns: dict[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, sheet: str) -> Sequence[Row]:
        """The rows of a sheet; none where the workbook has no such sheet."""
        return self.rows.get(sheet, ())

    def has(self, sheet: str, column: str) -> bool:
        """Whether a sheet has a column."""
        return column in self.columns.get(sheet, {})

    def wrong(self, row: Row, column: str, message: str, hint: str = "", code: str = "") -> None:
        """Note that a cell cannot be used; `column` is the name that this package gives it."""
        number = row.columns.get(column, -1) + 1
        place = self.notes.place(row.sheet, row.number, number)
        self.notes.say(code or "WBK004", f"{row.sheet}, {column}: {message}", place, hint)


def tables_of(grids: Mapping[str, Grid], file: str) -> Tables:
    """The rows of a workbook's sheets.

    The sheets Datasets and Variables must be there. Rows without any text are left out.
    """
    tables = Tables(Notes(file))
    own = {folded(name): name for name in (*COLUMNS["textual"], sheets.CLAUSES)}
    own |= {folded(name): name for name in (sheets.MORE, sheets.LONG)} | dict(SHEET_ALIASES)
    for title, grid in grids.items():
        name = own.get(folded(title), "")
        if name and name not in tables.rows:
            _add(tables, name, grid)
        elif folded(title) != folded(sheets.SPECIFICATION):
            hint = near_match(title, own.values()) or "Nothing, if it is for people only."
            place = tables.notes.place(title)
            tables.notes.say("WBK002", f"the sheet {quoted(title)} is not known", place, hint)
    for needed in (sheets.DATASETS, sheets.VARIABLES):
        if needed not in tables.rows:
            raise _none(file, needed, list(grids))
    return tables


def _none(file: str, sheet: str, titles: list[str]) -> InputError:
    has = ", ".join(quoted(title) for title in titles[:12]) or "none"
    return InputError(
        "WBK001",
        f"this is no Excel specification: it has no sheet {sheet}",
        location=Location(file),
        hint=near_match(sheet, titles, f"Call it {sheet}: is it ") or f"Its sheets: {has}.",
    )


def _add(tables: Tables, name: str, grid: Grid) -> None:
    top = next((n for n, cells in enumerate(grid) if any(cell.strip() for cell in cells)), -1)
    columns = _columns(tables, name, grid[top], top + 1) if top >= 0 else {}
    lacking = [c for c in REQUIRED.get(name, ()) if c not in columns]
    if lacking and top >= 0:
        raise InputError(
            "WBK001",
            f"the sheet {name} has no column {lacking[0]}",
            location=tables.notes.place(name, top + 1),
            hint=near_match(lacking[0], [cell for cell in grid[top] if cell.strip()])
            or f"Its first row with text names the columns: {', '.join(COLUMNS['textual'].get(name, REQUIRED[name]))}.",  # noqa: E501
        )
    tables.columns[name] = columns
    tables.rows[name] = list(_rows(name, grid, top, columns))


def _columns(tables: Tables, name: str, header: Sequence[str], row: int) -> dict[str, int]:
    """Where each column stands; what is not known is noted and left out."""
    known = [*COLUMNS["textual"].get(name, ()), *COLUMNS["where-clauses"].get(name, ())]
    known += [*FURTHER.get(name, ()), *_FREE.get(name, ())]
    exact = {folded(column): column for column in known}
    there = {folded(cell) for cell in header}
    found: dict[str, int] = {}
    for number, cell in enumerate(header):
        title = folded(cell)
        column = exact.get(title, "")
        alias = ALIASES.get(title, "")
        if not column and alias in known and folded(alias) not in there:
            column = alias
        if column and column not in found:
            found[column] = number
        elif title:
            what = "stands twice" if column else "is not known"
            message = f"{name}: the column {quoted(cell.strip())} {what} and is left out"
            place = tables.notes.place(name, row, number + 1)
            tables.notes.say("WBK003", message, place, near_match(cell, known))
    return found


_FREE: Mapping[str, tuple[str, ...]] = {
    sheets.MORE: ("Part", "Field", "In the sheets", "In the define.xml"),
    sheets.LONG: ("Sheet", "Row", "Column", "Text"),
}


def _rows(name: str, grid: Grid, top: int, columns: Mapping[str, int]) -> Iterator[Row]:
    for number, cells in enumerate(grid[top + 1 :], start=top + 2):
        told = {
            column: cells[place] if name == sheets.LONG else cells[place].strip()
            for column, place in columns.items()
            if place < len(cells)
        }
        if any(told.values()):
            yield Row(name, number, told, columns)


def needed(tables: Tables, row: Row, column: str) -> str:
    """A cell that says which thing the row describes; noted where it is empty."""
    text = row.get(column)
    if not text:
        tables.wrong(row, column, "the cell is empty, so the row was left out", "Fill it in.")
    return text
