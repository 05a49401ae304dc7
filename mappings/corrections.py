"""Reading corrections.csv: documented corrections of raw cells, each with its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from clinmap.corrections import Correction
from clinmap.plan import Plan
from clinmap.problems import Location, SpecificationError, near_match
from mappings.load import CORRECTIONS as FILE
from mappings.references import references

NEEDED = ("id", "table", "key", "field", "old", "new", "reason", "approver")
FILLED = ("id", "table", "key", "field", "reason", "approver")
COLUMNS = (*NEEDED, "date")
_NEXT_KEY = re.compile(r";\s*(?=[^;=]+=)")


def study_corrections(
    folders: Iterable[Path], errors: list[SpecificationError]
) -> tuple[Correction, ...]:
    """The corrections of a study and of those that it extends; what is wrong goes to `errors`.

    corrections.csv is UTF-8 with commas and the columns id, table, key, field, old, new, reason and
    approver, and date if it is known (ISO 8601). A key is `SUBJECT=102-001; SAMPID=P0620`: columns
    of the table and what they hold in the row that is meant. An empty `old` or `new` is an empty
    cell.
    """
    found: list[Correction] = []
    for folder in folders:
        if (folder / FILE).is_file():
            name = f"{folder.resolve().name}/{FILE}"
            for row, place in _rows(folder / FILE, name, errors):
                correction = _correction(row, place, errors)
                found += [correction] if correction else []
    errors += _repeated(found)
    return tuple(found)


def correction_files(folders: Iterable[Path]) -> tuple[str, ...]:
    """The names of the files of corrections that there are, as locations name them."""
    return tuple(f"{f.resolve().name}/{FILE}" for f in folders if (f / FILE).is_file())


def correction_errors(plan: Plan) -> Iterator[SpecificationError]:
    """What the corrections name and the study has not: tables, their columns, and their readers."""
    read = _tables_read(plan)
    for correction in plan.corrections:
        place, table = correction.location, plan.raw.get(correction.table)
        if table is None:
            hint = near_match(correction.table, plan.raw)
            said = f"there is no raw table {correction.table!r}"
            yield SpecificationError("SPC011", said, location=place, hint=hint)
            continue
        if correction.table not in read:
            said = f"no dataset reads raw table {correction.table}: the correction has no effect"
            yield SpecificationError("SPC004", said, location=place, hint="Remove the correction.")
        for column in (correction.column, *(name for name, _ in correction.key)):
            if table.columns and column not in table.columns:
                said = f"raw table {table.name} has no column {column!r}"
                hint = near_match(column, table.columns)
                yield SpecificationError("SPC011", said, location=place, hint=hint)


def _tables_read(plan: Plan) -> set[str]:
    """The tables that rows come from, that they meet, or that an operation reads."""
    sources = [source for dataset in plan.datasets for source in dataset.sources]
    variables = [variable for dataset in plan.datasets for variable in dataset.variables]
    found = {source.table for source in sources}
    found |= {join.table for source in sources for join in source.joins}
    found |= {join.table for join in plan.subject.joins}
    return found | {ref.owner for variable in variables for ref, _, _ in references(variable)}


def _rows(
    path: Path, name: str, errors: list[SpecificationError]
) -> Iterator[tuple[Mapping[str, str], Location]]:
    """The rows by column name, each with the line on which it begins."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(_numbered(file))
    except (UnicodeDecodeError, csv.Error):
        hint = "Save it as CSV in UTF-8, with commas between the cells."
        said = f"{FILE} is not text of that kind"
        errors.append(SpecificationError("SPC001", said, location=Location(name), hint=hint))
        return
    header, first = lines[0] if lines else ([], 1)
    header = [cell.strip() for cell in header]
    wrong = list(_header_errors(header, Location(name, first)))
    errors += wrong
    if wrong:
        return
    for cells, line in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        place = Location(name, line)
        if len(cells) != len(header):
            said = f"the row has {len(cells)} cells and the header {len(header)}"
            hint = 'Put a text with a comma between double quotes: "a, b".'
            errors.append(SpecificationError("SPC004", said, location=place, hint=hint))
            continue
        yield dict(zip(header, cells, strict=True)), place


def _numbered(file: Iterable[str]) -> Iterator[tuple[list[str], int]]:
    reader, line = csv.reader(file, strict=True), 1
    for cells in reader:
        yield cells, line
        line = reader.line_num + 1


def _header_errors(header: list[str], place: Location) -> Iterator[SpecificationError]:
    for name in header:
        if name not in COLUMNS:
            hint = near_match(name, COLUMNS) or f"The columns are {', '.join(COLUMNS)}."
            said = f"{FILE} has an unknown column {name!r}"
            yield SpecificationError("SPC002", said, location=place, hint=hint)
        elif header.count(name) > 1:
            yield SpecificationError("SPC003", f"column {name!r} stands twice", location=place)
    for name in NEEDED:
        if name not in header:
            said = f"{FILE} has no column {name!r}"
            hint = f"The columns are {', '.join(COLUMNS)}."
            yield SpecificationError("SPC004", said, location=place, hint=hint)


def _correction(
    row: Mapping[str, str], place: Location, errors: list[SpecificationError]
) -> Correction | None:
    cells = {name: text.strip() for name, text in row.items()}
    key = _key(cells["key"])
    wrong = list(_row_errors(cells, key))
    errors += [
        SpecificationError("SPC004", said, location=place, hint=hint) for said, hint in wrong
    ]
    if wrong:
        return None
    return Correction(
        cells["id"], cells["table"], key, cells["field"], cells["old"], cells["new"],
        cells["reason"], cells["approver"], cells.get("date", ""), place,
    )  # fmt: skip


def _row_errors(
    cells: Mapping[str, str], key: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, str]]:
    for name in FILLED:
        if not cells[name]:
            yield f"{name!r} is empty", "Every correction says what, where, why and by whom."
    if cells["key"] and not key:
        yield "`key` cannot be read", "Write COLUMN=value; COLUMN=value."
    if cells["old"] == cells["new"]:
        yield "`old` and `new` are the same", "Write what the cell holds, and what it shall hold."
    if cells.get("date") and not _is_date(cells["date"]):
        yield "`date` is no date of ISO 8601", "Write it as 2025-03-28."


def _key(text: str) -> tuple[tuple[str, str], ...]:
    """The columns and values of a key; empty where it is not written as one."""
    pairs = [part.partition("=") for part in _NEXT_KEY.split(text.strip().rstrip(";"))]
    found = tuple((name.strip(), value.strip()) for name, _, value in pairs)
    names = [name for name, _ in found]
    whole = all(name and value for name, value in found) and len(set(names)) == len(names)
    return found if whole else ()


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _repeated(corrections: Iterable[Correction]) -> Iterator[SpecificationError]:
    """An error for each correction whose id, or whose cell, an earlier one has."""
    seen: dict[object, Location] = {}
    for correction in corrections:
        cell = (correction.table, frozenset(correction.key), correction.column)
        named = f"correction {correction.id}"
        for mark, what in ((correction.id, named), (cell, "a correction of this cell")):
            if mark in seen:
                said = f"{what} stands at {seen[mark]} already"
                hint = "Keep one of the two."
                yield SpecificationError("SPC003", said, location=correction.location, hint=hint)
            seen.setdefault(mark, correction.location)
