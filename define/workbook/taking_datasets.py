"""Datasets, variables, their values and where clauses from the rows of an Excel specification.

Problems: those of `define.workbook.taking`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clinmap.problems import near_match, quoted
from define.document.model import ItemGroup, ItemRef, Leaf, RangeCheck, SubClass, ValueList
from define.generation.drafts import oid_part
from define.workbook import layout as sheets
from define.workbook.cells import is_yes, split_cell
from define.workbook.conditions import Ask, comparator_of, parse_clauses, parse_values
from define.workbook.names import default_oid, value_oid, variable_oid
from define.workbook.tables import Row, needed
from define.workbook.taking import Taking, unique

_ANALYSIS = ("ADSL", "BASIC DATA STRUCTURE", "OCCURRENCE DATA STRUCTURE", "ADAM OTHER",
             "SUBJECT LEVEL ANALYSIS DATASET")  # fmt: skip
Clauses = list[tuple[Ask, ...]]


def take_datasets(taking: Taking, release: str) -> tuple[ItemGroup, ...]:
    """The datasets with their variables, in the order of the sheets."""
    rows: dict[str, Row] = {}
    for row in taking.tables.of(sheets.DATASETS):
        name = needed(taking.tables, row, "Dataset")
        if name and unique(taking, row, "Dataset", name, rows):
            rows[name] = row
    groups = {name: _group(taking, row, name, release) for name, row in rows.items()}
    refs: dict[str, dict[str, ItemRef]] = {name: {} for name in groups}
    for row in taking.tables.of(sheets.VARIABLES):
        _variable(taking, row, rows, refs)
    _check_keys(taking, rows, refs)
    return tuple(replace(group, refs=tuple(refs[name].values())) for name, group in groups.items())


def _variable(
    taking: Taking, row: Row, datasets: dict[str, Row], refs: dict[str, dict[str, ItemRef]]
) -> None:
    dataset = needed(taking.tables, row, "Dataset")
    name = needed(taking.tables, row, "Variable")
    if not dataset or not name:
        return
    if dataset not in refs:
        message = f"the sheet {sheets.DATASETS} has no {quoted(dataset)}; the row was left out"
        taking.tables.wrong(row, "Dataset", message, near_match(dataset, refs), "WBK005")
        return
    if not unique(taking, row, "Variable", name, refs[dataset]):
        return
    keys = _keys(datasets[dataset])
    item = taking.item(row, name, variable_oid(dataset, name))
    taking.places.add(dataset, name, item.oid)
    sequence = keys.index(name) + 1 if name in keys else None
    refs[dataset][name] = taking.ref(row, item, f"{oid_part(dataset)}.{oid_part(name)}", sequence)


def _keys(row: Row) -> list[str]:
    return row.get("Key Variables").replace(",", " ").replace(";", " ").split()


def _check_keys(taking: Taking, rows: dict[str, Row], refs: dict[str, dict[str, ItemRef]]) -> None:
    for dataset, row in rows.items():
        for key in _keys(row):
            if key not in refs[dataset]:
                near = near_match(key, refs[dataset])
                message = f"{dataset} has no variable {quoted(key)}"
                taking.tables.wrong(row, "Key Variables", message, near, "WBK005")


def _group(taking: Taking, row: Row, name: str, release: str) -> ItemGroup:
    cls, standard = row.get("Class"), taking.standard(row, "Standard")
    no_data = is_yes(row.get("Has No Data"))
    leaf = _leaf(taking, row, name, no_data)
    analysis = cls.upper() in _ANALYSIS or name.startswith("AD")
    return ItemGroup(
        oid=row.get("OID") or default_oid("IG", name),
        name=name,
        repeating=not row.get("Repeating") or is_yes(row.get("Repeating")),
        reference_data=is_yes(row.get("Reference Data")),
        sas_name=row.get("SAS Name") or name,
        domain=row.get("Domain"),
        purpose=row.get("Purpose") or ("Analysis" if analysis else "Tabulation"),
        structure=row.get("Structure"),
        label=row.get("Label"),
        cls=cls,
        subclasses=tuple(SubClass(part) for part in split_cell(row.get("SubClass")) if part),
        archive_location_id=leaf.id if leaf else "",
        standard_oid=standard,
        non_standard=release != "2.0" and not standard,
        no_data=no_data,
        comment_oid=taking.comment(row, oid_part(name)),
        leaf=leaf,
    )


def _leaf(taking: Taking, row: Row, name: str, no_data: bool) -> Leaf | None:
    """The dataset's file; where the sheet has no such column, the usual one."""
    href = row.get("File")
    if not href and (no_data or taking.tables.has(sheets.DATASETS, "File")):
        return None
    href = href or f"{name.lower()}.xpt"
    return Leaf(f"LF.{oid_part(name)}", href, href.rpartition("/")[2])


def take_clauses(taking: Taking) -> None:
    """The where clauses of a sheet of their own: a row for each condition."""
    checks: dict[str, list[RangeCheck]] = {}
    comments: dict[str, str] = {}
    for row in taking.tables.of(sheets.CLAUSES):
        identifier = needed(taking.tables, row, "ID")
        check = _check(taking, row) if identifier else None
        if check is not None:
            oid = taking.names[sheets.CLAUSES].add(identifier, row.get("OID"))
            checks.setdefault(oid, []).append(check)
            comment = taking.comment(row, f"WC.{oid_part(identifier)}")
            comments[oid] = comments.get(oid) or comment
    for oid, found in checks.items():
        taking.clause("", (), found, oid, comments[oid])


def _check(taking: Taking, row: Row) -> RangeCheck | None:
    name, text = row.get("Variable"), row.get("Value")
    try:
        comparator = comparator_of(row.get("Comparator"))
    except ValueError as error:
        taking.tables.wrong(row, "Comparator", str(error), "The row was left out.")
        return None
    several = comparator in ("IN", "NOTIN")
    try:
        values = parse_values(text, several)
    except ValueError as error:
        taking.tables.wrong(row, "Value", str(error), "The row was left out.")
        return None
    item = taking.asked_item(row, "Variable", row.get("Dataset"), name)
    return RangeCheck(item, comparator, values)


def take_values(taking: Taking) -> tuple[ValueList, ...]:
    """The value-level metadata; each variable that has some is told its value list."""
    lists: dict[str, list[ItemRef]] = {}
    for row in taking.tables.of(sheets.VALUES):
        dataset, variable = row.get("Dataset"), row.get("Variable")
        parent = taking.places.items.get((dataset, variable), "")
        if not parent:
            near = near_match(variable, [v for d, v in taking.places.items if d == dataset])
            message = f"{quoted(dataset)} has no variable {quoted(variable)}; the row was left out"
            taking.tables.wrong(row, "Variable", message, near, "WBK005")
            continue
        usual = f"VL.{variable_oid(dataset, variable)[3:]}"
        oid = taking.items[parent].value_list_oid or row.get("Value List") or usual
        taking.items[parent] = replace(taking.items[parent], value_list_oid=oid)
        lists.setdefault(oid, []).append(_value(taking, row, dataset, variable))
    return tuple(ValueList(oid, tuple(refs)) for oid, refs in lists.items())


def _value(taking: Taking, row: Row, dataset: str, variable: str) -> ItemRef:
    where_oids, clauses = _where(taking, row, dataset)
    usual = value_oid(dataset, variable, clauses)
    item = taking.item(row, row.get("Name") or variable, usual)
    ref = taking.ref(row, item, usual.removeprefix("IT."))
    return replace(ref, where_oids=where_oids)


def _where(taking: Taking, row: Row, dataset: str) -> tuple[tuple[str, ...], Clauses]:
    """The where clauses of a value: by their IDs, or as text."""
    text = row.get("Where Clause")
    if not text:
        taking.tables.wrong(row, "Where Clause", "the cell is empty", "Say when the values hold.")
        return (), []
    register = taking.names[sheets.CLAUSES]
    named = [register.find(part) for part in _ids(text)]
    if sheets.CLAUSES in taking.tables.rows and named and all(named):
        return tuple(named), [_asked(taking, oid, dataset) for oid in named]
    try:
        clauses = list(parse_clauses(text))
    except ValueError as error:
        hint = near_match(text, register.oids) or "Write LBTESTCD EQ GLUC and LBSPEC IN (SERUM)."
        taking.tables.wrong(row, "Where Clause", str(error), hint)
        return (), []
    wanted = [part.strip() for part in row.get("Where Clause ID").split(",") if part.strip()]
    wanted += [""] * (len(clauses) - len(wanted))
    comment = taking.comment(row, f"WC.{oid_part(dataset)}", "Join Comment")
    oids = [
        taking.clause(
            dataset, asks, taking.checks(row, "Where Clause", dataset, asks), oid, comment
        )
        for asks, oid in zip(clauses, wanted, strict=False)
    ]
    return tuple(oids), clauses


def _ids(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(","))


def _asked(taking: Taking, oid: str, dataset: str) -> tuple[Ask, ...]:
    clause = taking.clauses.get(oid)
    return taking.places.asks(clause.checks, dataset) if clause else ()
