"""Analysis results from the rows of an Excel specification.

Problems: those of `define.workbook.taking`.
"""

from __future__ import annotations

from clinmap.problems import near_match, quoted
from define.document.model import (
    AnalysisDataset,
    AnalysisResult,
    Display,
    DocumentRef,
    ItemGroup,
    ProgrammingCode,
)
from define.workbook import layout as sheets
from define.workbook.conditions import parse_clauses
from define.workbook.names import variable_oid
from define.workbook.tables import Row, needed
from define.workbook.taking import Taking
from define.workbook.taking_lists import listed_names


def take_displays(taking: Taking, groups: tuple[ItemGroup, ...]) -> tuple[Display, ...]:
    """The displays with their results and the datasets that these are made from."""
    used = _criteria(taking, groups)
    results: dict[str, list[AnalysisResult]] = {}
    for row in taking.tables.of(sheets.RESULTS):
        if identifier := needed(taking.tables, row, "ID"):
            place = row.get("Display")
            datasets = tuple(used.get((place, identifier), ()))
            results.setdefault(place, []).append(_result(taking, row, identifier, datasets))
    displays = []
    for row in taking.tables.of(sheets.DISPLAYS):
        if identifier := needed(taking.tables, row, "ID"):
            displays.append(
                Display(
                    oid=identifier,
                    name=row.get("Name") or identifier,
                    description=row.get("Title"),
                    documents=taking.documents(row) if row.get("Document") else (),
                    results=tuple(results.pop(identifier, ())),
                )
            )
    _orphans(taking, results, [display.oid for display in displays])
    return tuple(displays)


def _orphans(taking: Taking, results: dict[str, list[AnalysisResult]], displays: list[str]) -> None:
    for row in taking.tables.of(sheets.RESULTS):
        name = row.get("Display")
        if name in results:
            message = f"the sheet {sheets.DISPLAYS} has no {quoted(name)}; the row was left out"
            taking.tables.wrong(row, "Display", message, near_match(name, displays), "WBK005")


def _result(
    taking: Taking, row: Row, identifier: str, datasets: tuple[AnalysisDataset, ...]
) -> AnalysisResult:
    refs = taking.documents(row, "Documentation Refs") if row.get("Documentation Refs") else ()
    return AnalysisResult(
        oid=identifier,
        reason=row.get("Reason"),
        purpose=row.get("Purpose"),
        description=row.get("Description"),
        parameter_oid=row.get("Parameter"),
        datasets=datasets,
        comment_oid=taking.comment(row, f"AR.{identifier}", "Join Comment"),
        documentation=row.get("Documentation") or None,
        documents=refs,
        code=_code(taking, row),
    )


def _code(taking: Taking, row: Row) -> ProgrammingCode | None:
    context, text = row.get("Programming Context"), row.get("Programming Code")
    leaves = listed_names(taking, row, "Programming Document", sheets.DOCUMENTS)
    if not (context or text or leaves):
        return None
    return ProgrammingCode(context, text or None, tuple(DocumentRef(leaf) for leaf in leaves))


def _criteria(
    taking: Taking, groups: tuple[ItemGroup, ...]
) -> dict[tuple[str, str], list[AnalysisDataset]]:
    by_name = {group.name: group.oid for group in groups}
    found: dict[tuple[str, str], list[AnalysisDataset]] = {}
    for row in taking.tables.of(sheets.CRITERIA):
        name = row.get("Dataset")
        if name not in by_name:
            message = f"the sheet {sheets.DATASETS} has no {quoted(name)}; the row was left out"
            taking.tables.wrong(row, "Dataset", message, near_match(name, by_name), "WBK005")
            continue
        variables = row.get("Variables").replace(",", " ").split()
        items = [_item(taking, row, name, variable) for variable in variables]
        dataset = AnalysisDataset(by_name[name], _where(taking, row, name), tuple(items))
        found.setdefault((row.get("Display"), row.get("Result")), []).append(dataset)
    return found


def _item(taking: Taking, row: Row, dataset: str, name: str) -> str:
    place = (dataset, name)
    if name.startswith("{"):
        return name[1:-1]
    if place not in taking.places.items:
        near = near_match(name, [v for d, v in taking.places.items if d == dataset])
        message = f"{dataset} has no variable {quoted(name)}"
        taking.tables.wrong(row, "Variables", message, near, "WBK005")
    return taking.places.items.get(place, variable_oid(*place))


def _where(taking: Taking, row: Row, dataset: str) -> tuple[str, ...]:
    text = row.get("Where Clause")
    if not text:
        return ()
    try:
        clauses = parse_clauses(text)
    except ValueError as error:
        taking.tables.wrong(row, "Where Clause", str(error))
        return ()
    wanted = [part.strip() for part in row.get("Where Clause ID").split(",") if part.strip()]
    wanted += [""] * (len(clauses) - len(wanted))
    return tuple(
        taking.clause(dataset, asks, taking.checks(row, "Where Clause", dataset, asks), oid, "")
        for asks, oid in zip(clauses, wanted, strict=False)
    )
