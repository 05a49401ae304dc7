"""Labels of coded columns: a table of formats, as PROC FORMAT writes it with CNTLOUT.

Its columns are FMTNAME, START and LABEL; END makes ranges (SEXCL and EEXCL `Y` leave their ends
out), HLO `L`, `H` and `O` mean from the lowest, to the highest, and all others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from clinmap.plan import RawTable
from clinmap.problems import InputError, Problem, Severity, may_be_shown, near_match
from clinmap.raw_formats import DECODED, SasOptions
from clinmap.readers.remarks import absent_column
from clinmap.readers.text_table import Request

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("FMTNAME", "START", "LABEL")
"""The columns that a table of formats must have."""

_WIDTH = re.compile(r"\d*(\.\d*)?$")
_ROWS_LISTED = 1000


@dataclass(frozen=True, slots=True)
class _Range:
    start: float
    end: float
    label: str
    without_start: bool
    without_end: bool

    def holds(self, number: float) -> bool:
        above = number > self.start if self.without_start else number >= self.start
        below = number < self.end if self.without_end else number <= self.end
        return above and below


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one format: by code, by range, and of all other codes."""

    codes: Mapping[str, str]
    ranges: tuple[_Range, ...] = ()
    other: str | None = None

    def of(self, code: str) -> str | None:
        """The label of a code, or None.

        >>> Labels({"1": "Male"}).of("1"), Labels({"1": "Male"}).of("2")
        ('Male', None)
        """
        if code in self.codes:
            return self.codes[code]
        number = _number(code)
        if number is not None:
            for item in self.ranges:
                if item.holds(number):
                    return item.label
        return self.other


def plain_format(name: str) -> str:
    """The name of a format without `$`, width and decimals.

    >>> plain_format("$SEXF8."), plain_format("yn.")
    ('SEXF', 'YN')
    """
    return _WIDTH.sub("", name.strip().lstrip("$")).upper()


def labels_by_format(table: pd.DataFrame) -> dict[str, Labels]:
    """The labels of each format that the table holds."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in table.fillna("").to_dict("records"):
        entry = {str(key): str(value) for key, value in row.items()}
        found.setdefault(plain_format(entry["FMTNAME"]), []).append(entry)
    return {name: _labels(rows) for name, rows in found.items()}


def with_labels(
    request: Request,
    frame: pd.DataFrame,
    formatted: Mapping[str, str],
    in_file: Mapping[str, str],
    labels: Mapping[str, Labels],
) -> tuple[pd.DataFrame, tuple[str, ...], tuple[Problem, ...]]:
    """The frame with the labels of each coded column beside it, as COLUMN_DECODE; the code stays.

    Columns are those of `formatted`, and those whose format in the file is one of the table.
    Missing values: a missing code has no label. Problems: RAW008 for codes without a label, INP004
    (no such column), INP007 (the file has a column of the new name), INP009 (no such format).
    """
    chosen = {c: plain_format(f) for c, f in in_file.items() if plain_format(f) in labels}
    for column, name in formatted.items():
        if column not in frame.columns:
            raise absent_column(request, column, "formatted", list(frame.columns))
        if plain_format(name) not in labels:
            raise _no_format(request, name, labels)
        chosen[column] = plain_format(name)
    made: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for column, name in chosen.items():
        made[f"{column}{DECODED}"] = decoded = _decoded(frame[column], labels[name])
        problems += _without_label(request, frame[column], decoded, name)
    twice = [name for name in made if name in frame.columns]
    if twice:
        said = f"the file has a column {twice[0]} already, which the labels would be"
        raise InputError("INP007", said, location=request.place())
    return frame.assign(**made), tuple(made), tuple(problems)


def formats_table(request: Request, name: str) -> RawTable:
    """The raw table of formats, or InputError INP009 when there is none of that name."""
    table = request.beside.tables.get(name)
    if table is None:
        raise InputError(
            "INP009",
            f"there is no raw table {name!r}, which `formats` names",
            location=request.place(),
            hint=near_match(name, request.beside.tables),
        )
    return table


def _labels(rows: list[dict[str, str]]) -> Labels:
    codes: dict[str, str] = {}
    ranges: list[_Range] = []
    other: str | None = None
    for row in rows:
        start, end, flags = row["START"].strip(), row.get("END", "").strip(), row.get("HLO", "")
        if "O" in flags:
            other = row["LABEL"]
        elif (end and end != start) or "L" in flags or "H" in flags:
            ranges += _range(row, start, end, flags)
        else:
            codes[_code(start)] = row["LABEL"]
    return Labels(codes, tuple(ranges), other)


def _range(row: dict[str, str], start: str, end: str, flags: str) -> Iterator[_Range]:
    low = -float("inf") if "L" in flags else _number(start)
    high = float("inf") if "H" in flags else _number(end)
    if low is not None and high is not None:
        yield _Range(low, high, row["LABEL"], row.get("SEXCL") == "Y", row.get("EEXCL") == "Y")


def _code(text: str) -> str:
    """A code as it is compared: numbers in their shortest text."""
    from clinmap.readers.plain_text import number_text

    number = _number(text) if "." in text else None
    return text if number is None else number_text(number)


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return None if isnan(found) else found


def _decoded(codes: pd.Series, labels: Labels) -> pd.Series:
    from clinmap.readers.plain_text import text_column

    known = {code: labels.of(str(code).strip()) for code in codes.dropna().unique()}
    return text_column(codes.map(known))


def _without_label(
    request: Request, codes: pd.Series, decoded: pd.Series, name: str
) -> Iterator[Problem]:
    lacking = (codes.notna() & decoded.isna()).to_numpy().nonzero()[0].tolist()
    if lacking:
        table = request.table.name
        yield Problem(
            "RAW008",
            Severity.ERROR,
            f"codes of {codes.name} have no label in format {name}",
            dataset=table,
            variable=str(codes.name),
            count=len(lacking),
            rows=tuple(f"{table}:{number + 1}" for number in lacking[:_ROWS_LISTED]),
            location=request.place(),
            hint="Ask the sender for the formats that belong to these data",
        )


def _no_format(request: Request, name: str, labels: Mapping[str, Labels]) -> InputError:
    options = request.table.options
    formats = options.formats if isinstance(options, SasOptions) else ""
    known = [label for label in sorted(labels) if may_be_shown(label)]
    return InputError(
        "INP009",
        f"the table of formats, {formats}, has no format {plain_format(name)}",
        location=request.place(),
        hint=near_match(plain_format(name), known) or f"It has {', '.join(known[:12])}",
    )
