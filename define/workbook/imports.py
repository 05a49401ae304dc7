"""The sheets of an Excel specification as a define.xml.

Both layouts are read, and what people make of them: names of sheets and columns in any case,
columns in any order, sentences where the ID of a comment or method is meant. Problems: InputError
WBK001 where this is no such workbook; all else is listed with sheet, row and column (WBK002 to
WBK006).

Example: `define_of_sheets(sheets_of(define, "textual")).define == define`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clinmap.problems import Problem, quoted
from define.document.model import (
    Define,
    FileHeader,
    Item,
    ItemGroup,
    Standard,
    Study,
    ValueList,
    by_oid,
)
from define.generation.drafts import oid_part
from define.workbook import layout as sheets
from define.workbook.leftovers import completed
from define.workbook.names import standard_oid
from define.workbook.tables import Grid, Tables, tables_of
from define.workbook.taking import Taking
from define.workbook.taking_datasets import take_clauses, take_datasets, take_values
from define.workbook.taking_lists import (
    references,
    register_names,
    take_codelists,
    take_comments,
    take_documents,
    take_methods,
    take_standards,
)
from define.workbook.taking_results import take_displays

_NEWER = ((sheets.DATASETS, "Standard"), (sheets.VARIABLES, "Source"), (sheets.STANDARDS, "Name"))
"""Columns that only workbooks for Define-XML 2.1 have."""


@dataclass(frozen=True, slots=True)
class TakenDefine:
    """A document from a workbook, and what was found on the way."""

    define: Define
    problems: tuple[Problem, ...]


def define_of_sheets(grids: Mapping[str, Grid], file: str = "workbook") -> TakenDefine:
    """The document that the sheets describe; `file` is what messages call the workbook."""
    tables = tables_of(_lengthened(grids), file)
    told = {
        row.get("Attribute").replace(" ", "").casefold(): row.get("Value")
        for row in tables.of(sheets.DEFINE)
    }
    define = _define(Taking(tables), told, _version(tables, told))
    whole = completed(define, tables.of(sheets.MORE), tables)
    return TakenDefine(whole, tuple(tables.notes.problems))


def _version(tables: Tables, told: Mapping[str, str]) -> str:
    said = told.get("defineversion", "")
    if said.startswith(("2.0", "2.1")):
        return said
    for row in tables.of(sheets.DEFINE) if said else ():
        if row.get("Value") == said:
            message = f"{quoted(said)} is no version of Define-XML that is known"
            tables.wrong(row, "Value", message, "Write 2.1.0 or 2.0.0.")
            break
    newer = any(row.get(column) for sheet, column in _NEWER for row in tables.of(sheet))
    return "2.1.0" if newer else "2.0.0"


def _define(taking: Taking, told: Mapping[str, str], version: str) -> Define:
    release = "2.0" if version.startswith("2.0") else "2.1"
    register_names(taking)
    standards = take_standards(taking, release)
    if release == "2.0" and (told.get("standardname") or told.get("standardversion")):
        standards = (_named_standard(told, ""), *standards)
    elif not standards and told.get("standardname"):
        standards = (_named_standard(told, "OID"),)
    documents = take_documents(taking)
    groups = take_datasets(taking, release)
    take_clauses(taking)
    value_lists = take_values(taking)
    codelists = take_codelists(taking, release)
    displays = take_displays(taking, groups)
    methods, comments = tuple(take_methods(taking)), tuple(take_comments(taking))
    crf, others = documents.get("Annotated CRF", ()), documents.get("Supplemental", ())
    return Define(
        file=_file(told),
        study=_study(told),
        oid=told.get("metadataversionoid") or f"MDV.{oid_part(told.get('studyname') or 'STUDY')}",
        name=told.get("metadataversionname") or told.get("studyname", ""),
        description=told.get("metadataversiondescription", ""),
        version=version,
        namespace=release,
        comment_oid=taking.names[sheets.COMMENTS].find(told.get("comment", "")),
        language=told.get("language") or "en",
        standards=standards,
        annotated_crf=references(crf),
        supplemental_documents=references(others),
        value_lists=value_lists,
        where_clauses=tuple(taking.clauses.values()),
        item_groups=groups,
        items=_in_order(taking, groups, value_lists),
        codelists=codelists,
        methods=(*methods, *taking.more_methods.values()),
        comments=(*comments, *taking.more_comments.values()),
        leaves=(*crf, *others, *documents.get("Other", ())),
        displays=displays,
    )


def _in_order(
    taking: Taking, groups: tuple[ItemGroup, ...], value_lists: tuple[ValueList, ...]
) -> tuple[Item, ...]:
    """The items of each dataset: its variables, then their values."""
    lists = by_oid(value_lists)
    order: dict[str, None] = {}
    for group in groups:
        own = [ref.item_oid for ref in group.refs]
        told = [taking.items[oid].value_list_oid for oid in own]
        values = [ref.item_oid for oid in told if oid in lists for ref in lists[oid].refs]
        order |= dict.fromkeys([*own, *values])
    return tuple(taking.items[oid] for oid in (order | dict.fromkeys(taking.items)))


def _named_standard(told: Mapping[str, str], oid: str) -> Standard:
    name, version = told.get("standardname", ""), told.get("standardversion", "")
    made = Standard(oid, name, "IG", version)
    return Standard(standard_oid(made), name, "IG", version) if oid else made


def _file(told: Mapping[str, str]) -> FileHeader:
    study = oid_part(told.get("studyname") or "STUDY")
    return FileHeader(
        oid=told.get("fileoid") or f"{study}.define",
        created=told.get("creationdatetime", ""),
        context=told.get("context", "Submission"),
        as_of=told.get("asofdatetime", ""),
        originator=told.get("originator", ""),
        source_system=told.get("sourcesystem", ""),
        source_system_version=told.get("sourcesystemversion", ""),
    )


def _study(told: Mapping[str, str]) -> Study:
    name = told.get("studyname", "")
    return Study(
        oid=told.get("studyoid") or f"STUDY.{oid_part(name)}",
        name=name,
        description=told.get("studydescription", ""),
        protocol=told.get("protocolname", ""),
    )


def _lengthened(grids: Mapping[str, Grid]) -> Mapping[str, Grid]:
    """The sheets with the texts that were too long for a cell; a text that was changed stays."""
    rest = grids.get(sheets.LONG)
    if rest is None:
        return grids
    found = {name: [list(cells) for cells in grid] for name, grid in grids.items()}
    for cells in rest[1:]:
        name, row, column, text = [*cells, "", "", "", ""][:4]
        grid = found.get(name, [])
        if row.isdigit() and column.isdigit() and 0 < int(row) <= len(grid):
            line = grid[int(row) - 1]
            if 0 < int(column) <= len(line):
                line[int(column) - 1] += text
    return found
