"""Compiling the raw tables of raw.yaml: their formats, and the options of each."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clinmap.patterns import safe_pattern
from clinmap.plan import RawTable
from clinmap.problems import Location, SpecificationError, near_match
from clinmap.raw_formats import (
    FORMATS,
    WITHOUT_FILE,
    CsvOptions,
    Format,
    Options,
    RedcapOptions,
    SasOptions,
    SheetOptions,
    SqlOptions,
    added_columns,
    format_of_name,
    option_names,
    options_of,
)
from mappings.inside import CODE, path_fault
from mappings.models import RawSpec, TableSpec
from mappings.nodes import Node

_OPTION_KEYS = frozenset(
    field.name for options in FORMATS.values() for field in dataclasses.fields(options)
)
_READS_ONLY = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with a key of a table, and how to mend it."""

    key: str
    said: str
    hint: str = ""
    code: str = "SPC004"


def raw_tables(
    raw: RawSpec, node: Node, parameters: Mapping[str, Any], errors: list[SpecificationError]
) -> dict[str, RawTable]:
    """The raw tables of a study; what is wrong with one is added to `errors`."""
    tables, defaults = node.get("tables"), node.get("defaults")
    shared = frozenset(defaults.keys.items()) if defaults else frozenset()
    found: dict[str, RawTable] = {}
    for name, spec in raw.tables.items():
        written = tables.get(name) if tables else None
        place = tables.keys[name] if tables else node.location
        own = written if written is not None else Node({}, place)
        fmt = format_of(spec)
        options = _options(spec, fmt or "csv")
        faults = list(_faults(spec, fmt, options, raw, parameters))
        faults += _foreign(own, fmt, shared) if fmt else ()
        errors += [
            SpecificationError(
                f.code, f"table {name}: {f.said}", location=own.keys.get(f.key, place), hint=f.hint
            )
            for f in faults
        ]
        found[name] = raw_table(name, spec, fmt or "csv", options, place)
    return found


def format_of(spec: TableSpec) -> Format | None:
    """The format of a table: as written, else as its file's name or its query tells it."""
    if spec.format or spec.query:
        return spec.format or "sql"
    return format_of_name(spec.path)


def raw_table(
    name: str, spec: TableSpec, fmt: Format, options: Options, place: Location
) -> RawTable:
    """One raw table; columns that its options add are declared with the others."""
    declared = (*spec.columns, *added_columns(options)) if spec.columns else ()
    return RawTable(
        name=name,
        path=spec.path,
        format=fmt,
        columns=tuple(dict.fromkeys(declared)),
        unexpected=spec.unexpected,
        options=options,
        missing=tuple(spec.missing),
        collected_by=spec.collected_by,
        not_submitted=spec.not_submitted,
        optional=spec.optional,
        location=place,
    )


def _options(spec: TableSpec, fmt: Format) -> Options:
    given = {key: getattr(spec, key) for key in option_names(fmt) if key in spec.model_fields_set}
    return options_of(fmt, spec.path, given)


def _foreign(node: Node, fmt: Format, shared: frozenset[tuple[str, Location]]) -> Iterator[_Fault]:
    """Keys that mean nothing for the format; those of `defaults` are meant for other tables."""
    known = {*option_names(fmt)}
    refused = _OPTION_KEYS - known
    if fmt in WITHOUT_FILE:
        refused |= {"optional"}
    if fmt == "sql":
        refused |= {"path"}
    for key, place in node.keys.items():
        if key in refused and (key, place) not in shared:
            means = ", ".join(sorted(known))
            yield _Fault(
                key,
                f"`{key}` has no effect on a table of format {fmt}",
                f"Remove it; {fmt} knows {means}." if means else f"Remove it; {fmt} knows no keys.",
            )


def _faults(
    spec: TableSpec,
    fmt: Format | None,
    options: Options,
    raw: RawSpec,
    parameters: Mapping[str, Any],
) -> Iterator[_Fault]:
    """What does not fit in the options of a table."""
    if fmt is None and spec.path:
        known = ", ".join(sorted(FORMATS))
        said = f"the name {spec.path} does not tell the format"
        yield _Fault("path", said, f"Write `format:`, one of {known}.")
    if not spec.path and fmt != "sql":
        yield _Fault("path", "`path` is missing", "Write `path:`, seen from the raw folder.")
    if spec.path and fmt not in WITHOUT_FILE and (said := path_fault(spec.path)):
        hint = "Write it from the raw folder, which is given as --raw."
        yield _Fault("path", f"path {spec.path!r} {said}", hint, CODE)
    if fmt == "study" and spec.path:
        yield from _list_faults(spec.path, parameters)
    match options:
        case CsvOptions():
            yield from _text_faults(options.delimiter, options.quote)
            yield from _pattern_faults(options.from_comments)
        case RedcapOptions():
            yield from _text_faults(options.delimiter, '"')
        case SheetOptions():
            yield from _pattern_faults(options.from_comments)
        case SasOptions():
            yield from _label_faults(options, raw)
            if options.member and fmt != "xpt":
                yield _Fault("member", "`member` names a dataset of a transport file (xpt)")
        case SqlOptions() if fmt == "sql":
            yield from _query_faults(options)


def _text_faults(delimiter: str, quote: str) -> Iterator[_Fault]:
    for key, text in (("delimiter", delimiter), ("quote", quote)):
        if text and (len(text) > 1 or not text.isascii() or text in "\r\n"):
            yield _Fault(key, f"`{key}` is one ASCII character and not {text!r}")
    if not delimiter:
        yield _Fault("delimiter", "`delimiter` is empty", 'Write what stands between cells: ";"')
    if delimiter and delimiter == quote:
        yield _Fault("quote", "the same character stands between cells and around them")


def _pattern_faults(patterns: Mapping[str, str]) -> Iterator[_Fault]:
    for name, pattern in patterns.items():
        try:
            groups = safe_pattern(pattern).groups
        except ValueError as error:
            yield _Fault("from_comments", f"{name}: {error}")
            continue
        if groups != 1:
            yield _Fault(
                "from_comments",
                f"{name}: the pattern has {groups} groups and not one",
                "Put the value in round brackets: LLOQ ([0-9.]+)",
            )


def _label_faults(options: SasOptions, raw: RawSpec) -> Iterator[_Fault]:
    if options.formatted and not options.formats:
        yield _Fault("formatted", "`formatted` stands without `formats`, the table of labels")
    if options.formats and options.formats not in raw.tables:
        hint = near_match(options.formats, raw.tables)
        yield _Fault("formats", f"there is no raw table {options.formats!r}", hint, "SPC011")


def _query_faults(options: SqlOptions) -> Iterator[_Fault]:
    if not _NAME.fullmatch(options.database):
        said = "`database` is missing" if not options.database else "`database` is no name"
        yield _Fault(
            "database", said, "Write a name; its URL is read from CLINMAP_DATABASE_<NAME>."
        )
    if not options.query:
        yield _Fault("query", "`query` is missing", 'Write query: "select ... order by ..."')
    elif not _READS_ONLY.match(options.query):
        yield _Fault("query", "a query begins with `select` or `with`: nothing is ever changed")


def _list_faults(name: str, parameters: Mapping[str, Any]) -> Iterator[_Fault]:
    if name not in parameters:
        lists = [key for key, value in parameters.items() if isinstance(value, list)]
        hint = near_match(name, lists) or f"Lists there: {', '.join(lists) or 'none'}."
        yield _Fault("path", f"study.yaml has no parameter {name!r}", hint, "SPC011")
        return
    rows = parameters[name]
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        yield _Fault("path", f"parameter {name!r} of study.yaml is no list of mappings")
        return
    for number, row in enumerate(rows, start=1):
        nested = [key for key, value in row.items() if isinstance(value, Mapping | list)]
        if nested:
            said = f"entry {number} of parameter {name!r} has a list or mapping at {nested[0]!r}"
            yield _Fault("path", said, "A table's cells are texts, numbers, true, false or null.")
