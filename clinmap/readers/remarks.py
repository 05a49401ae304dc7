"""What stands in a file beside its records: comment lines, and lines above the column names.

A value in them, such as a lower limit of quantitation, can be made a column by a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from clinmap.problems import InputError, Location, Problem, Severity
from clinmap.readers.text_table import Request, shown_names

if TYPE_CHECKING:
    import pandas as pd


def with_constants(
    frame: pd.DataFrame, patterns: Mapping[str, str], remarks: Sequence[str], file: str
) -> pd.DataFrame:
    """The frame with a column for each pattern: group 1 of the first remark that it matches.

    Problems: InputError INP009 when a pattern matches no remark, INP007 when the file has a column
    of that name.

    >>> import pandas as pd
    >>> given = pd.DataFrame({"A": ["x"]})
    >>> with_constants(given, {"LLOQ": "LLOQ ([0-9.]+)"}, ["# LLOQ 10 ng/mL"], "pk.csv")["LLOQ"][0]
    '10'
    """
    import pandas as pd

    from clinmap.readers.plain_text import text_column

    made = frame
    for name, pattern in patterns.items():
        if name in frame.columns:
            said = f"the file has a column {name} already, which from_comments would add"
            raise InputError("INP007", said, location=Location(file))
        value = _found(name, pattern, remarks, file)
        column = pd.Series([value], dtype=object).repeat(len(frame))
        made = made.assign(**{name: text_column(column).set_axis(frame.index)})
    return made


def set_aside(request: Request, remarks: Sequence[str]) -> Iterator[Problem]:
    """RAW006: lines of the file that are no records."""
    if remarks:
        yield Problem(
            "RAW006",
            Severity.NOTE,
            "lines that are no records: comments, or above the column names",
            dataset=request.table.name,
            count=len(remarks),
            location=request.place(),
        )


def with_points(
    request: Request, frame: pd.DataFrame, columns: Sequence[str]
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """The frame with `0,85` as `0.85` in these columns, and RAW007 for each that had any.

    Only a number with one comma and digits on both sides is rewritten, a sign or one of `<>=~`
    before it kept; anything else stays. Problems: INP004 for a column that is not there.
    """
    problems = []
    for name in columns:
        if name not in frame.columns:
            raise absent_column(request, name, "decimal_comma", list(frame.columns))
        pointed = frame[name].str.replace(
            r"^(\s*[<>=~]*\s*[-+]?\d+),(\d+\s*)$", r"\1.\2", regex=True
        )
        changed = int((pointed.fillna("") != frame[name].fillna("")).sum())
        frame = frame.assign(**{name: pointed})
        if changed:
            problems.append(_pointed(request, name, changed))
    return frame, tuple(problems)


def absent_column(request: Request, name: str, key: str, known: Sequence[str]) -> InputError:
    """The error for a key of raw.yaml that names a column which the file has not."""
    from clinmap.problems import near_match

    return InputError(
        "INP004",
        f"table {request.table.name} has no column {name}, which {key} names",
        location=request.place(),
        hint=near_match(name, known) or f"It has {shown_names(known)}",
    )


def _pointed(request: Request, name: str, count: int) -> Problem:
    return Problem(
        "RAW007",
        Severity.NOTE,
        f"numbers of column {name} were read with a decimal point in the place of the comma",
        dataset=request.table.name,
        variable=name,
        count=count,
        location=request.place(),
    )


def _found(name: str, pattern: str, remarks: Sequence[str], file: str) -> str:
    compiled = re.compile(pattern)
    match = next((found for line in remarks if (found := compiled.search(line))), None)
    if match is None:
        raise InputError(
            "INP009",
            f"from_comments: no comment line, and no line above the column names, has {name}",
            location=Location(file),
            hint=f"The file has {len(remarks)} such lines; correct the pattern in raw.yaml",
        )
    return match.group(1) if compiled.groups else match.group()
