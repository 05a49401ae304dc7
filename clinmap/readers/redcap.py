"""REDCap exports with one line per value (EAV): one row per record, event, instrument, instance.

The file has the columns `record`, `field_name` and `value`, and where the project has them
`redcap_event_name`, `redcap_repeat_instrument` and `redcap_repeat_instance`. A flat export, also
one with checkbox columns such as `race___1`, is read as `csv`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clinmap.problems import InputError, Problem, Severity, near_match
from clinmap.raw_formats import CsvOptions, RedcapOptions
from clinmap.readers.decoding import mapped
from clinmap.readers.delimited import doubtful_text, read_delimited
from clinmap.readers.text_table import Lines, Request, TextTable, joined_lines, shown_names

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

RECORD, FIELD, VALUE = "record", "field_name", "value"
INSTRUMENT = "redcap_repeat_instrument"
CONTEXT = (RECORD, "redcap_event_name", INSTRUMENT, "redcap_repeat_instance")
"""The columns that say which row a value belongs to, as far as the export has them."""

_ROWS_LISTED = 1000


@dataclass(frozen=True, slots=True)
class _Values:
    """The lines of the export that belong to the table, and where each stands in the file."""

    lines: pd.DataFrame
    context: list[str]
    places: list[int]


def read_table(request: Request) -> TextTable:
    """A raw table with a column for each field: those that `columns` declares, else all there are.

    With `instrument`, only values of that repeating instrument; without, only values that are of
    none. A field of `checkboxes` gives a column for each of its codes, `race___1`, with 1 where it
    is checked. A row stands on the first line of its values.

    Missing values: a value that the export does not have, and an empty one. Problems: InputError
    INP004 (not an export with one line per value), INP009 (no such instrument); Problem RAW010
    (declared fields that do not occur), RAW011 (several values; the first is kept).
    """
    options = request.table.options
    if not isinstance(options, RedcapOptions):
        raise TypeError("not a table of a REDCap export")
    data = mapped(request.path, request.file)
    plain = CsvOptions(delimiter=options.delimiter, encoding=options.encoding)
    found = read_delimited(data, request.file, plain, missing=request.table.missing)
    values = _values(request, options, found.frame, found.lines)
    wide, first, problems = _wide(request, values)
    return TextTable(
        wide,
        found.header_line,
        joined_lines(values.places[row] for row in first),
        problems=(*doubtful_text(request, data, options.encoding), *problems),
        exact_missing=True,
    )


def _values(request: Request, options: RedcapOptions, frame: pd.DataFrame, lines: Lines) -> _Values:
    """The lines that belong to the table."""
    for name in (RECORD, FIELD, VALUE):
        if name not in frame.columns:
            raise InputError(
                "INP004",
                f"no export with one line per value: it has no column {name}",
                location=request.place(1),
                hint=near_match(name, frame.columns) or "A flat export is read as format: csv",
            )
    context = [name for name in CONTEXT if name in frame.columns]
    mine = frame[FIELD].notna() & _of_instrument(request, options, frame)
    checked = frame[FIELD].isin(list(options.checkboxes)) & frame[VALUE].notna()
    if checked.any():
        codes = frame[VALUE].str.lower().str.replace("-", "_", regex=False)
        frame = frame.assign(
            **{
                FIELD: frame[FIELD].where(~checked, frame[FIELD] + "___" + codes),
                VALUE: frame[VALUE].where(~checked, "1"),
            }
        )
    fields = [name for name in request.table.columns if name not in context]
    if fields:
        mine &= frame[FIELD].isin(fields)
    kept = mine.to_numpy().nonzero()[0]
    return _Values(frame.iloc[kept].reset_index(drop=True), context, _each(lines, kept))


def _each(lines: Lines, kept: Any) -> list[int]:
    import numpy as np

    if not lines:
        return [0] * len(kept)
    starts = np.array([record for record, _ in lines])
    places = np.array([line for _, line in lines])
    block = starts.searchsorted(kept + 1, side="right") - 1
    found: list[int] = (places[block] + kept + 1 - starts[block]).tolist()
    return found


def _of_instrument(request: Request, options: RedcapOptions, frame: pd.DataFrame) -> pd.Series:
    if INSTRUMENT not in frame.columns:
        if options.instrument:
            raise _no_instrument(request, options.instrument, [])
        return frame[RECORD].notna()
    if not options.instrument:
        return frame[INSTRUMENT].isna()
    mine = frame[INSTRUMENT] == options.instrument
    if not mine.any():
        known = frame[INSTRUMENT].dropna().unique().tolist()
        raise _no_instrument(request, options.instrument, known)
    return mine


def _no_instrument(request: Request, name: str, known: Sequence[str]) -> InputError:
    return InputError(
        "INP009",
        f"no value is of the repeating instrument {name!r}",
        location=request.place(),
        hint=near_match(name, known) or f"There are {shown_names(known) or 'none'}",
    )


def _wide(request: Request, values: _Values) -> tuple[pd.DataFrame, list[int], tuple[Problem, ...]]:
    """One row per record, event, instrument and instance; the first line of each; what was odd."""
    import numpy as np
    import pandas as pd

    lines, context = values.lines, values.context
    row_of = lines.groupby(context, sort=False, dropna=False).ngroup().to_numpy()
    field_of, fields = pd.factorize(lines[FIELD])
    rows = int(row_of.max()) + 1 if len(row_of) else 0
    _, first = np.unique(row_of, return_index=True)
    repeated = pd.DataFrame({"row": row_of, "field": field_of}).duplicated().to_numpy()
    columns = {name: lines[name].iloc[first].reset_index(drop=True) for name in context}
    declared = [name for name in request.table.columns if name not in context]
    for name in dict.fromkeys((*declared, *map(str, fields))):
        code = np.flatnonzero(fields == name)
        mine = ~repeated & (field_of == code[0]) if len(code) else np.zeros(len(lines), bool)
        columns[name] = _column(lines[VALUE], np.flatnonzero(mine), row_of, rows)
    absent = [name for name in declared if name not in set(map(str, fields))]
    problems = (*_absent(request, absent), *_repeated(request, lines, repeated, row_of))
    frame = pd.DataFrame(columns, index=pd.RangeIndex(rows))
    return frame, first.tolist(), problems


def _column(values: pd.Series, mine: np.ndarray[Any, Any], row_of: Any, rows: int) -> pd.Series:
    """The values of one field by row; null where a row has none."""
    import numpy as np

    taken = np.full(rows, -1)
    taken[row_of[mine]] = mine
    column: pd.Series = values.reindex(taken).reset_index(drop=True)
    return column


def _absent(request: Request, names: list[str]) -> Iterator[Problem]:
    if names:
        yield Problem(
            "RAW010",
            Severity.WARNING,
            f"declared fields that no line of the export has: {', '.join(names[:12])}",
            dataset=request.table.name,
            count=len(names),
            location=request.place(),
            hint="Check the names; a field that nobody filled does not stand in the export",
        )


def _repeated(
    request: Request, lines: pd.DataFrame, repeated: Any, row_of: Any
) -> Iterator[Problem]:
    table = request.table.name
    for name, rows in (
        lines[FIELD][repeated].groupby(lines[FIELD][repeated], sort=True).groups.items()
    ):
        records = sorted({int(row_of[line]) + 1 for line in rows})
        yield Problem(
            "RAW011",
            Severity.ERROR,
            f"several values of field {name} for one record, event and instance",
            dataset=table,
            variable=str(name),
            count=len(records),
            rows=tuple(f"{table}:{record}" for record in records[:_ROWS_LISTED]),
            location=request.place(),
            hint="Name it under checkboxes if it may have several; else ask the sender",
        )
